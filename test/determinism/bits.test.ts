import { describe, expect, it, vi } from 'vitest'
import { type FitOptions, Model } from '../../ts/index.ts'
import { run } from './program.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('the same seed gives the same bits', () => {
  it('for any time budget, with and without callbacks and displays', async () => {
    const expected = await run({})
    const ways: FitOptions[] = [
      { yieldEvery: 0 },
      { yieldEvery: 0.5 },
      { yieldEvery: Number.POSITIVE_INFINITY },
      { callbacks: { onBatchEnd: () => {} } },
      { callbacks: { onProgress: async () => {} }, yieldEvery: 0 },
    ]
    for (const way of ways) expect(await run(way), JSON.stringify(way)).toEqual(expected)
  })

  it('and another seed gives others', async () => {
    expect((await run({}, 2)).digest).not.toBe((await run({}, 1)).digest)
  })
})

describe('going on after a save gives the same bits', () => {
  it('at any epoch, for every optimizer', async () => {
    const { makeModel, data, OPTIMIZERS } = await import('./program.ts')
    for (const optimizer of OPTIMIZERS) {
      const whole = makeModel(3, optimizer)
      const options = { batchSize: 10, validationData: [data.x, data.y] as const }
      const all = await whole.fit(data.x, data.y, { ...options, epochs: 5 })
      for (const stop of [1, 3]) {
        const first = makeModel(3, optimizer)
        const begun = await first.fit(data.x, data.y, { ...options, epochs: stop })
        const second = Model.fromBytes(first.toBytes())
        first.dispose()
        const rest = await second.fit(data.x, data.y, { ...options, initialEpoch: stop, epochs: 5 })
        const joined = [...(begun.logs.val_loss ?? []), ...(rest.logs.val_loss ?? [])]
        expect(joined, optimizer).toEqual([...(all.logs.val_loss ?? [])])
        expect(second.getWeights(), optimizer).toEqual(whole.getWeights())
        second.dispose()
      }
      whole.dispose()
    }
  })
})
