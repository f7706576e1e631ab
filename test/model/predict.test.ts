import { describe, expect, it } from 'vitest'
import { ConfigError, dense, type Features, ShapeError, sequential } from '../../ts/index.ts'
import { ReferenceNetwork } from './reference.ts'
import { randomNumbers } from './support.ts'

const random = randomNumbers(2)
const net = () =>
  sequential({ inputShape: [3], seed: 2, layers: [dense({ units: 4, activation: 'tanh' }), dense({ units: 2 })] })
const rows = Array.from({ length: 50 }, () => [random(), random(), random()])

describe('predict', () => {
  it('gives what the formulas say', () => {
    const model = net()
    const reference = new ReferenceNetwork(model.getWeights())
    const { data, shape } = model.predict(rows)
    expect(shape).toEqual([50, 2])
    expect([...data]).toEqual(
      rows.flatMap((row) => reference.forward(row).at(-1) ?? []).map((v) => expect.closeTo(v, 5)),
    )
  })

  it('does not need compile', () => {
    expect(net().predict([[1, 2, 3]]).shape).toEqual([1, 2])
  })

  it('gives every row the same bits in whatever company', () => {
    const model = net()
    const all = model.predict(rows)
    for (const batchSize of [1, 7, 50, 1000]) expect(model.predict(rows, { batchSize })).toEqual(all)
    rows.forEach((row, i) => {
      expect(model.predict([row]).data).toEqual(all.data.subarray(2 * i, 2 * i + 2))
    })
  })

  it('works through more rows than it holds at a time', () => {
    const model = net()
    const many = Float32Array.from({ length: 3 * 20_000 }, (_, i) => Math.fround(Math.sin(i)))
    const { data, shape } = model.predict(many)
    expect(shape).toEqual([20_000, 2])
    expect(model.predict(many.subarray(3 * 19_999)).data).toEqual(data.subarray(2 * 19_999))
    expect(model.predict(many, { batchSize: 'full' }).data).toEqual(data)
  })

  it('returns copies', () => {
    const model = net()
    const first = model.predict(rows)
    const copy = first.data.slice()
    model.predict([[9, 9, 9]])
    expect(first.data).toEqual(copy)
    first.data.fill(0)
    expect(model.predict(rows).data).toEqual(copy)
  })

  it('gives a matrix without rows for none', () => {
    for (const none of [[], new Float32Array(0), { data: new Float32Array(0), shape: [0, 3] } as const]) {
      expect(net().predict(none)).toEqual({ data: new Float32Array(0), shape: [0, 2] })
    }
  })

  it('lets numbers that are not finite through', () => {
    expect([...net().predict([[Number.NaN, 1, 2]]).data]).toEqual([Number.NaN, Number.NaN])
  })

  it.each<[string, unknown, RegExp]>([
    [
      'a row too short',
      [
        [1, 2, 3],
        [1, 2],
      ],
      /predict: x is ragged: row 1 has 2 numbers, rows before it have 3/,
    ],
    ['rows too long', [[1, 2, 3, 4]], /predict: x: row 0 has 4 numbers; expected 3/],
    [
      'a flat array of the wrong length',
      new Float32Array(7),
      /predict: x is a flat array of 7 numbers, which is no whole number of rows of 3/,
    ],
    [
      'a matrix of the wrong width',
      { data: new Float32Array(8), shape: [4, 2] },
      /predict: x has 2 columns; expected 3/,
    ],
    ['a matrix that lies', { data: new Float32Array(8), shape: [3, 3] }, /shape \[3, 3\] is 9 numbers; data has 8/],
    ['a shape that is none', { data: new Float32Array(3), shape: [1, 3, 1] }, /shape must be \[rows, columns\]/],
    ['a negative shape', { data: new Float32Array(3), shape: [-1, -3] }, /shape must be/],
  ])('refuses %s', (_, x, message) => {
    expect(() => net().predict(x as Features)).toThrow(ShapeError)
    expect(() => net().predict(x as Features)).toThrow(message)
  })

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /predict: x must be numbers: .*got undefined/],
    ['a text', '1,2,3', /predict: x must be numbers/],
    ['texts', [['1', '2', '3']], /predict: x: row 0, column 0 must be a number; got '1'; turn text into numbers/],
    ['truth values', [[true, 1, 2]], /row 0, column 0 must be a number; got true; write 1 for true/],
    ['a hole', [[1, undefined, 3]], /row 0, column 1 must be a number; got undefined/],
    ['a hole in a flat array', [1, 2, 3, 4, null, 6], /row 1, column 1 must be a number; got null/],
    ['a row that is none', [[1, 2, 3], 4], /row 1 must be an array of 3 numbers; got 4/],
    ['large integers', new BigInt64Array(3), /predict: x must be numbers/],
    ['raw bytes', new ArrayBuffer(12), /predict: x must be numbers/],
    ['a data view', new DataView(new ArrayBuffer(12)), /predict: x must be numbers/],
  ])('refuses %s as data', (_, x, message) => {
    expect(() => net().predict(x as Features)).toThrow(ConfigError)
    expect(() => net().predict(x as Features)).toThrow(message)
  })

  it('refuses options that are none', () => {
    expect(() => net().predict(rows, { batchSize: 0 })).toThrow(/batchSize must be a whole number from 1/)
    expect(() => net().predict(rows, { batchSize: 'all' as never })).toThrow(
      /a whole number from 1, or 'full'; got 'all'/,
    )
    expect(() => net().predict(rows, { batch: 3 } as object)).toThrow(
      /unknown option 'batch'; did you mean 'batchSize'\?/,
    )
  })
})
