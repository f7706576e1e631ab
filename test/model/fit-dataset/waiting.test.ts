/** While the source works, the event loop is free; while a chunk is trained on, the source works. */

import { describe, expect, it } from 'vitest'
import { StateError } from '../../../ts/index.ts'
import { allWeights, blobs, classifier, failureOf } from '../support.ts'
import { cut, later, turn, watched } from './support.ts'

const { x, y } = blobs(40)

/** A promise to be kept from outside. */
function promise<T>() {
  let resolve = (_: T) => {}
  const wait = new Promise<T>((done) => {
    resolve = done
  })
  return { wait, resolve }
}

it('the next chunk is asked for before the present one is trained on, and no more than that', async () => {
  const seen: string[] = []
  const chunks = watched(cut(x, y, [10]))
  const callbacks = { onBatchEnd: () => void seen.push(`${chunks.log.filter((name) => name === 'next').length} asked`) }
  await classifier().fitDataset(chunks, { batchSize: 5, callbacks })
  expect(seen).toEqual(['2', '2', '3', '3', '4', '4', '5', '5'].map((n) => `${n} asked`))
})

it('training starts with the first rows, and does not wait for more than a batch', async () => {
  const gate = promise<void>()
  let batches = 0
  const chunks = async function* () {
    yield [x.subarray(0, 20), y.subarray(0, 10)] as const
    await gate.wait
    yield [x.subarray(20), y.subarray(10)] as const
  }
  const training = classifier().fitDataset(chunks(), { batchSize: 4, callbacks: { onBatchEnd: () => void batches++ } })
  for (let i = 0; i < 50; i++) await turn()
  expect(batches).toBe(2)
  gate.resolve()
  await training
  expect(batches).toBe(10)
})

it('the event loop is free while a source is slow, and has its turns while it is not', async () => {
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  const slow = later(cut(x, y, [10]), () => new Promise((resolve) => setTimeout(resolve, 20)))
  const cpu = process.cpuUsage()
  await classifier().fitDataset(slow, { yieldEvery: Number.POSITIVE_INFINITY })
  const { user } = process.cpuUsage(cpu)
  expect(ticks).toBeGreaterThan(10)
  // 100 ms of waiting; to wait by asking again and again would take all of it.
  expect(user).toBeLessThan(80_000)
  // A source that never gives way itself.
  ticks = 0
  const endless = function* () {
    for (let i = 0; i < 20_000; i++) yield [x, y] as const
  }
  await classifier().fitDataset(endless(), { yieldEvery: 5 })
  expect(ticks).toBeGreaterThan(5)
  clearInterval(timer)
})

describe('an AbortSignal', () => {
  it('ends a wait at once, and closes the source', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const log: string[] = []
    const never = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          log.push('next')
          return new Promise<IteratorResult<never>>(() => {})
        },
        return: () => {
          log.push('return')
          return new Promise<IteratorResult<never>>(() => {})
        },
      }),
    }
    const model = classifier()
    const before = allWeights(model)
    const seen: unknown[] = []
    const callbacks = { onTrainError: (error: unknown) => void seen.push(error) }
    const training = model.fitDataset(never, { signal: controller.signal, callbacks })
    await turn()
    controller.abort(reason)
    await expect(training).rejects.toBe(reason)
    expect(log).toEqual(['next', 'return'])
    expect(seen).toEqual([reason])
    expect(allWeights(model)).toEqual(before)
    await model.fit(x, y)
  })

  it('ends training between batches, and a wait for a validation or for a source to open', async () => {
    const stopping = [
      (controller: AbortController) => ({ callbacks: { onBatchEnd: () => controller.abort() } }),
      (controller: AbortController) => ({
        validationData: () => {
          setImmediate(() => controller.abort())
          return new Promise<never>(() => {})
        },
      }),
    ]
    for (const make of stopping) {
      const controller = new AbortController()
      const chunks = watched(cut(x, y, [10]))
      const training = classifier().fitDataset(chunks, { signal: controller.signal, batchSize: 5, ...make(controller) })
      await expect(training).rejects.toMatchObject({ name: 'AbortError' })
    }
    const chunks = watched(cut(x, y, [10]))
    await expect(classifier().fitDataset(chunks, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(chunks.log).toEqual([])
  })

  it('that the source obeys itself is the reason too', async () => {
    const controller = new AbortController()
    const chunks = async function* () {
      yield [x, y] as const
      controller.abort(new Error('mine'))
      throw new Error('the request was aborted')
    }
    await expect(classifier().fitDataset(chunks(), { signal: controller.signal })).rejects.toThrow('mine')
  })
})

it('a source that does not finish closing holds up neither an error nor an abort', async () => {
  const stuck = async function* () {
    try {
      for (;;) yield [x, y] as const
    } finally {
      await new Promise(() => {})
    }
  }
  const spoilt = { onBatchEnd: () => Promise.reject(new Error('mine')) }
  await expect(classifier().fitDataset(stuck(), { callbacks: spoilt })).rejects.toThrow('mine')
  const controller = new AbortController()
  const closing = classifier().fitDataset(stuck(), { batchesPerEpoch: 1, signal: controller.signal })
  setTimeout(() => controller.abort(new Error('enough')), 50)
  await expect(closing).rejects.toThrow('enough')
})

it('a model that is disposed while it waits is a StateError', async () => {
  const gate = promise<void>()
  for (const first of [0, 10]) {
    const model = classifier()
    const chunks = async function* () {
      if (first > 0) yield [x.subarray(0, 2 * first), y.subarray(0, first)] as const
      await gate.wait
      for (;;) yield [x, y] as const
    }
    const failure = failureOf(() => model.fitDataset(chunks(), { batchSize: 10 }))
    for (let i = 0; i < 20; i++) await turn()
    // The source does not answer: the first time it never does.
    model.dispose()
    expect(await failure).toBeInstanceOf(StateError)
    expect((await failure).message).toMatch(/^fitDataset: the model was disposed/)
  }
})

it('a model may be used while it waits', async () => {
  const gate = promise<void>()
  const [model, other] = [classifier(), classifier()]
  const source = async function* () {
    yield [x.subarray(0, 30), y.subarray(0, 15)] as const
    await gate.wait
    yield [x.subarray(30), y.subarray(15)] as const
  }
  const training = model.fitDataset(source(), { batchSize: 4 })
  for (let i = 0; i < 20; i++) await turn()
  model.predict(x)
  await model.evaluate(x, y)
  gate.resolve()
  const history = await training
  expect(history).toEqual(await other.fit(x, y, { batchSize: 4, shuffle: false }))
  expect(allWeights(model)).toEqual(allWeights(other))
})
