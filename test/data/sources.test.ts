import { describe, expect, it } from 'vitest'
import { adam, dense, type Features, sequential } from '../../ts/index.ts'
import { allWeights, classifier } from '../model/support.ts'

const rows = [
  [0.5, -1, 2],
  [3, 4.25, -5],
  [0, 1, 1],
  [7, 8, 9],
]
const flat = rows.flat()

/** The same four rows of three in every form that is taken. */
const FORMS: [string, Features][] = [
  ['an array of rows', rows],
  ['a flat array', flat],
  ['Float32Array', Float32Array.from(flat)],
  ['Float64Array', Float64Array.from(flat)],
  ['a matrix', { data: Float32Array.from(flat), shape: [4, 3] }],
  ['rows that are typed arrays', rows.map((row) => Float64Array.from(row))],
  ['frozen rows', Object.freeze(rows.map((row) => Object.freeze([...row])))],
  ['a view into a larger buffer', Float32Array.from([9, 9, ...flat, 9]).subarray(2, 14)],
]

const net = () =>
  sequential({ inputShape: [3], seed: 1, layers: [dense({ units: 2, activation: 'tanh' }), dense({ units: 2 })] })

describe('features', () => {
  const expected = net().predict(rows)
  it.each(FORMS)('as %s', async (_, x) => {
    const model = net()
    expect(model.predict(x)).toEqual(expected)
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    await model.fit(x, new Float32Array(8), { epochs: 2, batchSize: 3 })
    const other = net()
    other.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    await other.fit(rows, new Float32Array(8), { epochs: 2, batchSize: 3 })
    expect(allWeights(model)).toEqual(allWeights(other))
  })

  it('may be small integers of any width', () => {
    const whole = [1, 2, 3, 4, 5, 6]
    const expected = net().predict(whole)
    for (const Type of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
      expect(net().predict(Type.from(whole)), Type.name).toEqual(expected)
    }
  })

  it('are left alone', async () => {
    const x = Float32Array.from(flat)
    const y = Int32Array.of(0, 1, 2, 0)
    const copy = [x.slice(), y.slice()]
    const model = classifier({ features: 3 })
    const training = model.fit(x, y, { epochs: 3 })
    expect([x, y]).toEqual(copy)
    // The data has been copied: changing it does not disturb the training.
    x.fill(Number.NaN)
    y.fill(99)
    expect((await training).epochs.length).toBe(3)
  })

  it('of one column need no rows', () => {
    const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
    expect(model.predict([1, 2, 3])).toEqual(model.predict([[1], [2], [3]]))
  })
})

describe('labels', () => {
  const y = [0, 2, 1, 2]
  it.each<[string, Features]>([
    ['numbers', y],
    ['Uint8Array', Uint8Array.from(y)],
    ['Int32Array', Int32Array.from(y)],
    ['Float32Array', Float32Array.from(y)],
    ['rows of one', y.map((k) => [k])],
    ['a matrix of one column', { data: Float32Array.from(y), shape: [4, 1] }],
  ])('may be classes as %s', (_, labels) => {
    expect(classifier({ features: 3 }).trainOnBatch(rows, labels)).toEqual(
      classifier({ features: 3 }).trainOnBatch(rows, y),
    )
  })

  it('one-hot or not are the same loss', () => {
    const sparse = classifier({ features: 3 })
    const oneHot = classifier({ features: 3 })
    oneHot.compile({ optimizer: adam({ learningRate: 0.02 }), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
    const hot = y.map((k) => [0, 1, 2].map((c) => Number(c === k)))
    const { loss, accuracy } = oneHot.trainOnBatch(rows, hot)
    expect([loss, accuracy]).toEqual(Object.values(sparse.trainOnBatch(rows, y)).map((v) => expect.closeTo(v, 6)))
    expect(oneHot.trainOnBatch(rows, hot.flat()).loss).toBeCloseTo(sparse.trainOnBatch(rows, y).loss ?? 0, 5)
  })

  it('between 0 and 1 are what binary cross-entropy takes', async () => {
    const model = sequential({ inputShape: [3], layers: [dense({ units: 1, activation: 'sigmoid' })] })
    model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' })
    expect(model.trainOnBatch(rows, [0, 1, 0.5, 1]).loss).toBeGreaterThan(0)
    expect(() => model.trainOnBatch(rows, [0, 1, 2, 1])).toThrow(
      /trainOnBatch: y: row 2 must be from 0 to 1 for binaryCrossentropy; got 2/,
    )
    expect(() => model.trainOnBatch(rows, [0, -1, 1, 1])).toThrow(
      /row 1 .*got -1; for labels −1 and 1 use the loss 'hinge'/,
    )
  })
})
