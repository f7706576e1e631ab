/** `fitDataset` in a worker: chunks are sent as they are asked for. */

import { describe, expect, it } from 'vitest'
import { ConfigError, earlyStopping, NumericalError, StateError, sequential } from '../../ts/index.ts'
import { workerModel } from '../../ts/worker.ts'
import { cut, later, turn, watched } from '../model/fit-dataset/support.ts'
import { allWeights, blobs, failureOf } from '../model/support.ts'
import { classifierInWorker, description, ends, settings } from './support.ts'

const { x, y } = blobs(60)

/** The same model on this thread. */
const here = () => {
  const model = sequential(description())
  model.compile(settings)
  return model
}

const weightsOf = async (model: Awaited<ReturnType<typeof classifierInWorker>>) => {
  const weights = await model.getWeights()
  return allWeights({ getWeights: () => weights })
}

describe('fitDataset in a worker', () => {
  it('gives the bits of the main thread, from every kind of source', async () => {
    const options = { epochs: 2, batchSize: 8, shuffleRows: 20, classWeight: { 1: 2 } }
    const local = here()
    const expected = await local.fitDataset(() => cut(x, y, [7]), options)
    const sources = [() => later(cut(x, y, [7])), async () => cut(x, y, [60]), [...cut(x, y, [10])]]
    for (const source of sources) {
      const model = await classifierInWorker()
      expect(await model.fitDataset(source, options)).toEqual(expected)
      expect(await weightsOf(model)).toEqual(allWeights(local))
    }
  })

  it('sends large chunks in pieces, and hands them over when asked', async () => {
    const rows = 150_000
    const large = blobs(rows)
    const [local, model] = [here(), await classifierInWorker()]
    await local.fitDataset([[large.x, large.y]], { batchSize: 1000 })
    await model.fitDataset([[large.x, large.y]], { batchSize: 1000 })
    expect(await weightsOf(model)).toEqual(allWeights(local))
    expect(large.x.length).toBe(2 * rows)
    const again = ends(await workerModel(description()))
    await again.compile(settings)
    await again.fitDataset([{ x: large.x, y: large.y }], { batchSize: 1000, transfer: true })
    expect(await weightsOf(again)).toEqual(allWeights(local))
    expect(large.x.length).toBe(0)
  })

  it('validates on a source, or on data that is sent once', async () => {
    const local = here()
    const expected = await local.fitDataset(() => cut(x, y, [9]), { epochs: 2, validationData: [x, y] })
    for (const validationData of [() => later(cut(x, y, [11])), [x, y] as const]) {
      const model = await classifierInWorker()
      const source = (epoch: number) => later(cut(x, y, [9 + epoch]))
      expect(await model.fitDataset(source, { epochs: 2, validationData })).toEqual(expected)
    }
  })

  it('asks for one chunk ahead and no more, and calls callbacks on the page', async () => {
    const chunks = watched(cut(x, y, [10]))
    const seen: number[] = []
    const stopping = earlyStopping({ monitor: 'loss', patience: 99 })
    const callbacks = [
      stopping,
      { onBatchEnd: () => void seen.push(chunks.log.filter((name) => name === 'next').length) },
    ]
    const model = await classifierInWorker()
    await model.fitDataset(chunks, { batchSize: 10, callbacks })
    expect(seen).toEqual([2, 3, 4, 5, 6, 7])
    expect(chunks.log).not.toContain('return')
    expect(stopping.bestEpoch).toBe(0)
  })

  it('goes on over a source that can be gone over once', async () => {
    const [local, model] = [here(), await classifierInWorker()]
    const options = { batchSize: 7, batchesPerEpoch: 3, epochs: 50 }
    expect(await model.fitDataset(later(cut(x, y, [10])), options)).toEqual(
      await local.fitDataset(cut(x, y, [10]), options),
    )
    const error = await failureOf(() => model.fitDataset(cut(x, y, [10]), { epochs: 2 }))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/source is an iterator, which can be gone over only once, but there are 2 epochs/)
  })
})

describe('what goes wrong', () => {
  it('in the source is the cause, the very error, and training is as after the last batch', async () => {
    const cause = new TypeError('the disk is gone')
    const source = async function* () {
      yield [x, y] as const
      throw cause
    }
    const [local, model] = [here(), await classifierInWorker()]
    const error = await failureOf(() => model.fitDataset(source(), { batchSize: 8 }))
    const other = await failureOf(() => local.fitDataset(source(), { batchSize: 8 }))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe(other.message)
    expect(error.cause).toBe(cause)
    expect(await weightsOf(model)).toEqual(allWeights(local))
  })

  it.each<[string, (chunk: unknown) => unknown, RegExp]>([
    ['no source', () => 5, /fitDataset: source must be an \(async\) iterable of chunks/],
    ['a bad chunk', () => [[x, y], [x]], /fitDataset: chunk 1 must be \[x, y\]/],
    [
      'a function in a chunk',
      () => [[x, () => 1]],
      /failed after 0 chunks of this pass: fitDataset: chunk\[1\] is a function, which cannot be sent/,
    ],
    ['a function that returns none', () => () => 7, /must return an \(async\) iterable of chunks; it returned 7/],
  ])('%s', async (_, source, message) => {
    const model = await classifierInWorker()
    await expect(model.fitDataset(source(0) as never)).rejects.toThrow(message)
    await model.fitDataset([[x, y]])
  })

  it('in options is said as on the main thread', async () => {
    const model = await classifierInWorker()
    for (const options of [{ batchSize: 0 }, { shuffle: true }, { validationData: [x] }, 5, { callbacks: [1] }]) {
      const error = await failureOf(() => model.fitDataset([[x, y]], options as never))
      const expected = await failureOf(() => here().fitDataset([[x, y]], options as never))
      expect(error.message).toBe(expected.message)
    }
  })

  it('numbers that are not finite have epoch and batch, and the source is closed', async () => {
    const bad = Float32Array.from(x)
    bad[60] = Number.NaN
    const chunks = watched(cut(bad, y, [5]))
    const model = await classifierInWorker()
    const error = await failureOf(() => model.fitDataset(chunks, { batchSize: 10 }))
    expect(error).toBeInstanceOf(NumericalError)
    expect(error).toMatchObject({ epoch: 0, batch: 3 })
    expect(chunks.log.at(-1)).toBe('return')
  })

  it('an abort ends a wait within 50 ms and closes the source', async () => {
    const log: string[] = []
    const never = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          log.push('next')
          return new Promise<never>(() => {})
        },
        return: async () => {
          log.push('return')
          return { done: true as const, value: undefined }
        },
      }),
    }
    const model = await classifierInWorker()
    const controller = new AbortController()
    const training = failureOf(() => model.fitDataset(never, { signal: controller.signal }))
    while (log.length === 0) await turn()
    const start = performance.now()
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await training).toBe(reason)
    // Generous: the machine may be busy.
    expect(performance.now() - start).toBeLessThan(500)
    expect(log).toEqual(['next', 'return'])
    await model.fitDataset([[x, y]])
  })

  it('dispose ends it, and closes the source', async () => {
    const chunks = watched(Array.from({ length: 1e6 }, () => [x, y] as const))
    const model = await classifierInWorker()
    const training = failureOf(() => model.fitDataset(chunks))
    while (chunks.log.length < 10) await turn()
    await model.dispose()
    expect(await training).toBeInstanceOf(StateError)
    expect(chunks.log.at(-1)).toBe('return')
  })
})
