import { describe, expect, it, vi } from 'vitest'
import { dense, sequential } from '../../ts/index.ts'
import { allWeights, blobs, classifier } from './support.ts'

vi.setConfig({ testTimeout: 60_000 })

const { x, y } = blobs(60)

/** A model and data that take a second or so to train. */
const slow = () => {
  const model = sequential({
    inputShape: [200],
    seed: 1,
    layers: [dense({ units: 256, activation: 'tanh' }), dense({ units: 10, activation: 'softmax' })],
  })
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
  const rows = 2000
  return {
    model,
    x: Float32Array.from({ length: rows * 200 }, (_, i) => Math.sin(i)),
    y: Int32Array.from({ length: rows }, (_, i) => i % 10),
  }
}

/** How often timers fire while `work` runs, and the longest wait between two, in ms. */
async function turns(work: () => Promise<unknown>): Promise<{ count: number; longest: number; total: number }> {
  let count = 0
  let longest = 0
  const start = performance.now()
  let last = start
  const timer = setInterval(() => {
    count++
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  await work()
  clearInterval(timer)
  return { count, longest: Math.max(longest, performance.now() - last), total: performance.now() - start }
}

describe('the event loop', () => {
  it('gets a turn about every yieldEvery ms', async () => {
    const data = slow()
    await data.model.fit(data.x, data.y, { epochs: 1 })
    const { count, total } = await turns(() => data.model.fit(data.x, data.y, { epochs: 8, yieldEvery: 10 }))
    // Generous: the machine may be busy with other things.
    expect(count).toBeGreaterThan(total / 60)
    const rare = await turns(() => data.model.fit(data.x, data.y, { epochs: 4, yieldEvery: Number.POSITIVE_INFINITY }))
    expect(rare.count).toBeLessThanOrEqual(1)
    expect(rare.longest).toBeGreaterThan(rare.total * 0.8)
  })

  it('gets one after each batch with a budget of 0', async () => {
    let ticks = 0
    const tick = () => {
      ticks++
      pending = setImmediate(tick)
    }
    let pending = setImmediate(tick)
    await classifier().fit(x, y, { batchSize: 4, epochs: 2, yieldEvery: 0 })
    clearImmediate(pending)
    expect(ticks).toBeGreaterThanOrEqual(30)
  })

  it('gets none from small trainings, so that they cost nothing', async () => {
    let ticks = 0
    const pending = setInterval(() => ticks++, 0)
    await classifier().fit(x, y, { epochs: 2, yieldEvery: 1000 })
    clearInterval(pending)
    expect(ticks).toBe(0)
  })

  it('may have fake timers', async () => {
    vi.useFakeTimers()
    try {
      expect((await classifier().fit(x, y, { epochs: 3, yieldEvery: 0 })).epochs.length).toBe(3)
    } finally {
      vi.useRealTimers()
    }
  })

  it('shows progress to callbacks between its turns', async () => {
    const seen: number[] = []
    const onProgress = (batches: number, logs: Record<string, number>) => {
      seen.push(batches)
      expect(logs.loss).toBeGreaterThan(0)
    }
    await classifier().fit(x, y, { batchSize: 4, yieldEvery: 0, callbacks: { onProgress } })
    expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => i + 1))
  })
})

describe('an AbortSignal', () => {
  it('ends training with its reason, and the model stays usable', async () => {
    const { model, x: rows, y: labels } = slow()
    const controller = new AbortController()
    const seen: unknown[] = []
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 30)
    const callbacks = { onTrainError: (error: unknown) => seen.push(error), onTrainEnd: () => seen.push('end') }
    const start = performance.now()
    await expect(model.fit(rows, labels, { epochs: 10_000, signal: controller.signal, callbacks })).rejects.toBe(reason)
    expect(performance.now() - start).toBeLessThan(5000)
    expect(seen).toEqual([reason])
    expect((await model.fit(rows, labels, { epochs: 1 })).epochs).toEqual([0])
  })

  it('without a reason is an AbortError, as that of fetch', async () => {
    const model = classifier()
    const before = allWeights(model)
    const signal = AbortSignal.abort()
    await expect(model.fit(x, y, { signal })).rejects.toMatchObject({ name: 'AbortError' })
    await expect(model.evaluate(x, y, { signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(allWeights(model)).toEqual(before)
  })

  it('is obeyed between batches, in validation and from callbacks', async () => {
    for (const hook of ['onEpochBegin', 'onBatchEnd']) {
      const model = classifier()
      const controller = new AbortController()
      let batches = 0
      const callbacks = {
        onBatchEnd: () => {
          batches++
          if (hook === 'onBatchEnd' && batches === 2) controller.abort()
        },
        ...(hook === 'onEpochBegin' && { onEpochBegin: () => controller.abort() }),
      }
      await expect(
        model.fit(x, y, { batchSize: 4, epochs: 3, callbacks, signal: controller.signal }),
      ).rejects.toMatchObject({ name: 'AbortError' })
      expect(batches).toBe(hook === 'onBatchEnd' ? 2 : 0)
    }
    const model = classifier()
    const controller = new AbortController()
    const evaluation = model.evaluate(x, y, { batchSize: 1, yieldEvery: 0, signal: controller.signal })
    controller.abort('stop')
    await expect(evaluation).rejects.toBe('stop')
    expect((await model.evaluate(x, y)).loss).toBeGreaterThan(0)
  })
})

describe('the copy of large data', () => {
  const rows = 400_000
  const large = { x: new Float32Array(rows * 16), y: new Float32Array(rows) }
  const line = () => {
    const model = sequential({ inputShape: [16], seed: 1, layers: [dense({ units: 1 })] })
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    return model
  }

  it('lets the event loop have turns, and the model is busy meanwhile', async () => {
    const model = line()
    let begun = 0
    const training = model.fit(large.x, large.y, {
      epochs: 1,
      batchSize: 'full',
      yieldEvery: 0,
      callbacks: [{ onTrainBegin: () => void begun++ }],
    })
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(begun).toBe(0)
    expect(() => model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })).toThrow(/fit/)
    await training
    expect(begun).toBe(1)
    model.dispose()
  })

  it('ends when it is aborted or the model disposed, and leaves nothing behind', async () => {
    const model = line()
    const controller = new AbortController()
    const aborted = model.fit(large.x, large.y, { yieldEvery: 0, signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    const disposed = model.fit(large.x, large.y, { yieldEvery: 0 })
    model.dispose()
    await expect(disposed).rejects.toThrow(/disposed while the call was under way/)
  })

  it('of small data is done before the call returns', async () => {
    const model = line()
    const x = new Float32Array(16 * 8).fill(1)
    const training = model.fit(x, new Float32Array(8).fill(1), { epochs: 1, batchSize: 8, verbose: 0 })
    x.fill(Number.NaN)
    expect((await training).logs.loss?.[0]).not.toBeNaN()
    model.dispose()
  })
})
