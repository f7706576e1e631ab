/** How data gets to a worker. */

import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { ConfigError, type Matrix, ShapeError, StateError, sequential } from '../../ts/index.ts'
import { PIECE_BYTES, PIECE_NUMBERS, piecesOf } from '../../ts/worker/pack.ts'
import { blobs, failureOf } from '../model/support.ts'
import { classifierInWorker, description, settings } from './support.ts'

/** Of many numbers a digest: comparing them one by one takes the test's time. */
const digest = ({ data, shape }: Matrix) => ({ shape, data: createHash('sha256').update(data).digest('hex') })

const rows = 150_000
const { x, y } = blobs(rows)

/** What two epochs on the main thread give. */
const expected = await (async () => {
  const model = sequential(description())
  model.compile(settings)
  const untrained = digest(model.predict(x))
  const history = await model.fit(x, y, { epochs: 2, batchSize: 4096 })
  const prediction = digest(model.predict(x))
  model.dispose()
  return { history, prediction, untrained }
})()

it('comes in pieces when it is large, with turns for the page in between', async () => {
  expect(x.byteLength).toBeGreaterThan(2 * PIECE_BYTES)
  const model = await classifierInWorker()
  let turns = 0
  const timer = setInterval(() => turns++, 0)
  // What is asked for later comes later.
  const [history, { data }] = await Promise.all([
    model.fit(x, y, { epochs: 2, batchSize: 4096 }),
    model.countParameters().then(() => model.predict(new Float32Array(0))),
  ])
  clearInterval(timer)
  expect(history).toEqual(expected.history)
  expect(data.length).toBe(0)
  expect(turns).toBeGreaterThan(0)
  expect(digest(await model.predict(x))).toEqual(expected.prediction)
})

it('may be arrays of rows, parts of arrays, matrices and numbers', async () => {
  const nested = Array.from({ length: rows }, (_, row) => [x[2 * row] ?? 0, x[2 * row + 1] ?? 0])
  const views = Array.from({ length: rows }, (_, row) => x.subarray(2 * row, 2 * row + 2))
  const longer = new Float32Array(x.length + 7)
  longer.set(x, 5)
  const part = longer.subarray(5, 5 + x.length)
  const model = await classifierInWorker()
  for (const same of [nested, views, part, { data: x, shape: [rows, 2] as const }, Array.from(x)])
    expect(digest(await model.predict(same))).toEqual(expected.untrained)
  expect(longer.length).toBe(x.length + 7)
})

it('is cut so that it can be put together', () => {
  const numbers = Float64Array.from({ length: PIECE_BYTES / 8 + 3 }, (_, i) => i)
  const pairs = Array.from({ length: PIECE_NUMBERS }, (_, i) => [i, -i])
  for (const data of [numbers, pairs, Array.from(numbers)]) {
    const pieces = [...piecesOf(data)]
    expect(pieces.length).toBeGreaterThan(1)
    expect(JSON.stringify(pieces.flatMap(({ piece }) => Array.from(piece)))).toBe(
      JSON.stringify(Array.from(data as ArrayLike<unknown>)),
    )
    expect(pieces.map(({ at }) => at)).toEqual(pieces.map((_, i) => i * (pieces[0]?.piece.length ?? 0)))
  }
})

it('is uploaded once for many calls', async () => {
  const model = await classifierInWorker()
  const [pictures, labels] = [await model.upload(x), await model.upload(y)]
  expect(await model.fit(pictures, labels, { epochs: 2, batchSize: 4096 })).toEqual(expected.history)
  expect(digest(await model.predict(pictures))).toEqual(expected.prediction)
  const history = await model.fit(pictures, labels, { validationData: [pictures, labels] })
  expect(history.logs.val_accuracy?.length).toBe(1)
  // A call that was made before has it still.
  const prediction = model.predict(pictures)
  pictures.dispose()
  pictures.dispose()
  expect((await prediction).shape).toEqual([rows, 3])
  const error = await failureOf(() => model.predict(pictures))
  expect(error).toBeInstanceOf(StateError)
  expect(error.message).toMatch(/^predict: the data in x has been disposed/)
  const other = await failureOf(async () => (await classifierInWorker()).predict(labels as never))
  expect(other.message).toMatch(/^predict: the data in x is in another model's worker/)
})

it('changes hands when asked to', async () => {
  const model = await classifierInWorker()
  const [given, labels] = [x.slice(), y.slice()]
  const history = await model.fit(given, labels, { epochs: 2, batchSize: 4096, transfer: true })
  expect(history).toEqual(expected.history)
  expect([given.length, labels.length]).toEqual([0, 0])
  const again = x.slice()
  const uploaded = await model.upload(again, { transfer: true })
  expect(again.length).toBe(0)
  expect(digest(await model.predict(uploaded))).toEqual(expected.prediction)
  const error = await failureOf(() => model.predict(x, { transfer: 1 as never }))
  expect(error).toBeInstanceOf(ConfigError)
  expect(error.message).toBe('predict: transfer must be true or false; got 1')
  expect(x.length).toBe(2 * rows)
})

it('that has changed hands already is refused', async () => {
  const model = await classifierInWorker()
  const [given, labels] = [x.slice(), y.slice()]
  await model.fit(given, labels, { batchSize: 4096, transfer: true })
  const again = await failureOf(() => model.fit(given, labels, { transfer: true }))
  expect(again).toBeInstanceOf(ConfigError)
  expect(again.message).toMatch(/^fit: x has been transferred already/)
  const [a, b] = [x.slice(), y.slice()]
  const passes = await failureOf(() => model.fitDataset([[a, b]], { epochs: 2, transfer: true }))
  expect(passes).toBeInstanceOf(ConfigError)
  expect(passes.message).toMatch(/transferred already/)
  await model.fit(x, y, { batchSize: 4096 })
})

it('whose memory goes away is refused, before and while it is sent', async () => {
  const model = await classifierInWorker()
  for (const length of [6, x.length]) {
    const gone = new Float32Array(length)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    const error = await failureOf(() => model.predict(gone))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^predict: x: its buffer was transferred away/)
  }
  const given = new Float32Array(4_000_000)
  const sending = failureOf(() => model.predict(given))
  structuredClone(given.buffer, { transfer: [given.buffer] })
  expect((await sending).message).toBe(
    'the data changed while it was sent to the worker; leave it alone, or pass a copy',
  )
  expect(digest(await model.predict(x))).toEqual(expected.untrained)
})

it('may be shared memory, which is not copied on the way', async () => {
  const model = await classifierInWorker()
  const shared = new Float32Array(new SharedArrayBuffer(x.byteLength))
  shared.set(x)
  expect(digest(await model.predict(shared))).toEqual(expected.untrained)
})

it('is not sent on when the call is aborted meanwhile', async () => {
  const model = await classifierInWorker()
  const controller = new AbortController()
  const training = model.fit(x, y, { signal: controller.signal })
  controller.abort('changed my mind')
  expect(await training.catch((error: unknown) => error)).toBe('changed my mind')
  expect(digest(await model.predict(x))).toEqual(expected.untrained)
})
