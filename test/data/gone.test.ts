/** Data whose memory goes away, or that changes, before or while it is read. */

import { describe, expect, it } from 'vitest'
import { dense, Model, rbm, ShapeError, sequential } from '../../ts/index.ts'
import * as ops from '../../ts/ops.ts'
import { allWeights, classifier, failureOf, regression } from '../model/support.ts'

/** An array whose buffer has been handed over, as to a worker. */
function detached(length = 6): Float32Array<ArrayBuffer> {
  const array = new Float32Array(length)
  structuredClone(array.buffer, { transfer: [array.buffer] })
  return array
}

/** ES2024, which the library of types here does not know. */
type Resizable = ArrayBuffer & { resize(bytes: number): void }
const resizable = (bytes: number): Resizable =>
  new (ArrayBuffer as unknown as new (bytes: number, options: object) => Resizable)(bytes, { maxByteLength: 2 * bytes })

/** An array of six numbers on a buffer that has room for two by now. */
function outOfBounds(): Float32Array<ArrayBuffer> {
  const buffer = resizable(24)
  const array = new Float32Array(buffer, 0, 6)
  buffer.resize(8)
  return array
}

const X = [
  [1, 2],
  [3, 4],
  [5, 6],
]
const Y = [0, 1, 2]

type Use = (gone: Float32Array<ArrayBuffer>) => unknown

const USES: [string, Use][] = [
  ['predict', (x) => classifier().predict(x)],
  ['predict, as a matrix', (data) => classifier().predict({ data, shape: [3, 2] })],
  ['predict, as a matrix without rows', (data) => classifier().predict({ data, shape: [0, 2] })],
  ['predict, among rows', (row) => classifier().predict([[1, 2], row])],
  ['predict, as the first row', (row) => classifier().predict([row, [1, 2]])],
  ['fit', (x) => classifier().fit(x, Y)],
  ['fit: y', (y) => classifier().fit(X, y)],
  ['fit: sampleWeight', (sampleWeight) => classifier().fit(X, Y, { sampleWeight })],
  ['fit: validationData', (x) => classifier().fit(X, Y, { validationData: [x, Y] })],
  ['fitDataset', (x) => classifier().fitDataset([[x, Y]])],
  ['evaluate', (x) => classifier().evaluate(x, Y)],
  ['trainOnBatch', (x) => classifier().trainOnBatch(x, Y)],
  ['gradients', (x) => classifier().gradients(x, Y)],
  ['setWeights', (kernel) => classifier().setWeights({ 'dense/kernel': kernel })],
  ['rbm.fit', (x) => rbm({ visible: 2, hidden: 2 }).fit(x)],
  ['rbm.transform', (x) => rbm({ visible: 2, hidden: 2 }).transform(x)],
  ['fromBytes', ({ buffer }) => Model.fromBytes(new Uint8Array(buffer))],
  ['fromBytes, a buffer', ({ buffer }) => Model.fromBytes(buffer)],
  ['ops.matmul', (a) => ops.matmul(a, X)],
  ['ops.activate', (x) => ops.activate('relu', x)],
  ['ops.activate, rows', (x) => ops.activate('relu', [x])],
  ['ops.activateGradient', (x) => ops.activateGradient('relu', x, [[1]])],
  ['ops.lossValue', (x) => ops.lossValue('meanSquaredError', x, [[1]])],
  ['ops.lossGradient', (x) => ops.lossGradient('meanSquaredError', x, [[1]])],
]

describe('memory that has gone', () => {
  it.each(USES)('%s says so of a detached buffer', async (name, use) => {
    // A view of a detached buffer cannot be made any more; one that was made before can be passed.
    const error = await failureOf(() => {
      if (name !== 'fromBytes') return use(detached())
      const bytes = new Uint8Array(8)
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
      return Model.fromBytes(bytes)
    })
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/: its buffer was transferred away \(detached\) or made smaller; pass a copy/)
  })

  it.each(USES.filter(([name]) => !name.startsWith('fromBytes')))('%s says so of a shrunk one', async (_, use) => {
    const error = await failureOf(() => use(outOfBounds()))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/: its buffer was transferred away \(detached\) or made smaller; pass a copy/)
  })

  it('is no concern of arrays that are empty', () => {
    const empty = new Float32Array(0)
    expect(classifier().predict(empty).shape).toEqual([0, 3])
    expect(classifier().predict(new Float32Array(resizable(8), 8, 0)).shape).toEqual([0, 3])
    expect(ops.activate('relu', empty).data.length).toBe(0)
  })
})

describe('memory that goes away between turns', () => {
  const ROWS = 100_000
  const WIDTH = 20
  const begin = (x: Float32Array, y: Float32Array = new Float32Array(ROWS)) => {
    const model = regression({ features: WIDTH })
    return failureOf(() => model.fit(x, y, { batchSize: 10_000, yieldEvery: 0 }))
  }

  it('ends a fit that copies it: transferred', async () => {
    const x = new Float32Array(ROWS * WIDTH)
    const error = begin(x)
    structuredClone(x.buffer, { transfer: [x.buffer] })
    expect(await error).toBeInstanceOf(ShapeError)
    expect((await error).message).toBe(
      'fit: x: its buffer was transferred away (detached) or made smaller; pass a copy',
    )
  })

  it('ends a fit that copies it: made smaller', async () => {
    const buffer = resizable(4 * ROWS * WIDTH)
    const error = begin(new Float32Array(buffer))
    buffer.resize(4000)
    expect(await error).toBeInstanceOf(ShapeError)
    expect((await error).message).toMatch(/^fit: x changed while it was read, and has 1000 numbers now; leave it alone/)
  })
})

describe('data that changes while it is read', () => {
  /** A row that does something when its first number is read. */
  const trap = (row: readonly number[], act: () => void): number[] =>
    Object.defineProperty([...row], 0, {
      get: () => {
        act()
        return row[0]
      },
    })
  const READERS: [string, (x: number[][]) => unknown][] = [
    ['predict', (x) => classifier().predict(x)],
    ['fit', (x) => classifier().fit(x, Y)],
    ['evaluate', (x) => classifier().evaluate(x, Y)],
    ['trainOnBatch', (x) => classifier().trainOnBatch(x, Y)],
    ['gradients', (x) => classifier().gradients(x, Y)],
  ]

  it.each(READERS)('is refused by %s: rows that go', async (name, read) => {
    const x = X.map((row) => [...row])
    x[0] = trap([1, 2], () => {
      x.length = 2
    })
    const error = await failureOf(() => read(x))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      `${name}: x changed while it was read, and row 2 is not what it was; leave it alone, or pass a copy`,
    )
  })

  it.each(READERS)('is refused by %s: a row that becomes shorter', async (name, read) => {
    const x = X.map((row) => [...row])
    x[1] = trap([3, 4], () => {
      ;(x[1] as number[]).length = 1
    })
    const error = await failureOf(() => read(x))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(
      new RegExp(`^${name}: x: row 1, column 1 changed while it was read, and is gone; leave`),
    )
  })

  it('is refused where a later row is detached', async () => {
    const row = new Float32Array(2)
    const x = [trap([1, 2], () => void structuredClone(row.buffer, { transfer: [row.buffer] })), row]
    const error = await failureOf(() => classifier().predict(x))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^predict: x: its buffer was transferred away/)
  })

  it('is refused where it makes the memory grow, be the rows after it typed arrays or not', async () => {
    const models: { dispose(): void }[] = []
    const grow = () => void models.push(sequential({ inputShape: [3000], layers: [dense({ units: 3000 })] }))
    const model = classifier()
    const before = allWeights(model)
    for (const row of [[3, 4], Float32Array.of(3, 4)]) {
      const error = await failureOf(() => model.predict([trap([1, 2], grow), row]))
      expect(error.message).toMatch(/the data ran code of its own while it was copied, and that code used ravine/)
    }
    for (const each of models) each.dispose()
    expect(allWeights(model)).toEqual(before)
  })
})
