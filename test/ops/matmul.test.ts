import { describe, expect, it } from 'vitest'
import { activate, activateGradient, initialize, lossGradient, lossValue, type Matrix, matmul } from '../../ts/ops.ts'
import { ConfigError, ShapeError } from '../../ts/runtime/errors.ts'

/** Numbers between −1 and 1 that are different for each place. */
const numbers = (rows: number, columns: number, seed: number): Matrix =>
  initialize({ kind: 'randomUniform', minValue: -1, maxValue: 1 }, [rows, columns], seed)

function transposed({ data, shape: [rows, columns] }: Matrix): Matrix {
  const flipped = Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)] ?? 0)
  return { data: flipped, shape: [columns, rows] }
}

/** The product and, for each element, the sum of |a||b|, in double precision. */
function oracle(a: Matrix, b: Matrix): { product: number[]; size: number[] } {
  const [m, k] = a.shape
  const n = b.shape[1]
  const product: number[] = []
  const size: number[] = []
  for (let i = 0; i < m * n; i++) {
    const terms = Array.from(
      { length: k },
      (_, p) => (a.data[Math.floor(i / n) * k + p] ?? 0) * (b.data[p * n + (i % n)] ?? 0),
    )
    product.push(terms.reduce((sum, term) => sum + term, 0))
    size.push(terms.reduce((sum, term) => sum + Math.abs(term), 0))
  }
  return { product, size }
}

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33]
const SHAPES = SIZES.flatMap((m) => [1, 3, 8, 13, 64].flatMap((k) => SIZES.map((n) => [m, k, n] as const)))

describe.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('transposeA %s, transposeB %s', (transposeA, transposeB) => {
  it('is the product, within 2 k eps Σ|a||b|', () => {
    for (const [m, k, n] of SHAPES) {
      const [a, b] = [numbers(m, k, 1), numbers(k, n, 2)]
      const actual = matmul(transposeA ? transposed(a) : a, transposeB ? transposed(b) : b, { transposeA, transposeB })
      const { product, size } = oracle(a, b)
      expect(actual.shape).toEqual([m, n])
      const worst = product.map(
        (truth, i) => Math.abs((actual.data[i] ?? Number.NaN) - truth) - 2 * k * 2 ** -24 * (size[i] ?? 0),
      )
      expect(Math.max(...worst), `${m}×${k}·${k}×${n}`).toBeLessThanOrEqual(0)
    }
  })
})

it.each([
  [
    [
      [1, 2],
      [3, 4],
    ],
    [[10], [20]],
    [[50], [110]],
  ],
  [[1, 2, 3], [[1], [1], [1]], [[6]]],
  [
    { data: new Float32Array([1, 2]), shape: [2, 1] as const },
    new Float64Array([3, 4]),
    [
      [3, 4],
      [6, 8],
    ],
  ],
])('takes any form of matrix (%#)', (a, b, truth) => {
  const { data, shape } = matmul(a, b)
  expect(shape).toEqual([truth.length, truth[0]?.length])
  expect([...data]).toEqual(truth.flat())
})

it('lets NaN and infinities through, and adds zeros where nothing is summed', () => {
  expect([...matmul([[Number.NaN, 1]], [[0], [1]]).data]).toEqual([Number.NaN])
  expect([...matmul([[Number.POSITIVE_INFINITY, 1]], [[2], [1]]).data]).toEqual([Number.POSITIVE_INFINITY])
  const nothing = (rows: number, columns: number) => ({ data: new Float32Array(0), shape: [rows, columns] as const })
  expect(matmul(nothing(0, 3), nothing(0, 2), { transposeA: true })).toEqual({
    data: new Float32Array(6),
    shape: [3, 2],
  })
  expect(matmul(nothing(2, 0), nothing(0, 3))).toEqual({ data: new Float32Array(6), shape: [2, 3] })
  expect(matmul(nothing(2, 0), nothing(3, 0), { transposeB: true }).shape).toEqual([2, 3])
})

it('takes matrices of rows without numbers wherever matrices are taken', () => {
  const nothing = { data: new Float32Array(0), shape: [2, 0] as const }
  expect(activate('relu', nothing)).toEqual(nothing)
  expect(activateGradient('relu', nothing, nothing)).toEqual(nothing)
  expect(lossGradient('meanSquaredError', nothing, nothing)).toEqual(nothing)
  expect(() => lossValue('meanSquaredError', nothing, nothing)).toThrow(
    'lossValue: yPred has no columns, and a mean over nothing is no number',
  )
  expect(() => activate('relu', { data: new Float32Array(1), shape: [2, 0] })).toThrow(ShapeError)
  expect(() => activate('relu', { data: 3 as never, shape: [2, 0] })).toThrow(ConfigError)
})

it('gives an empty matrix for no rows', () => {
  const empty = { data: new Float32Array(0), shape: [0, 3] as const }
  expect(matmul(empty, [[1], [2], [3]])).toEqual({ data: new Float32Array(0), shape: [0, 1] })
})

it('copies: neither arguments nor earlier results change', () => {
  const a = numbers(2, 2, 1)
  const before = a.data.slice()
  const first = matmul(a, a)
  const kept = first.data.slice()
  matmul(numbers(64, 64, 3), numbers(64, 64, 4))
  expect(a.data).toEqual(before)
  expect(first.data).toEqual(kept)
})

describe('refuses', () => {
  it.each([
    ['sums of two lengths', () => matmul([[1, 2]], [[1, 2]]), ShapeError, 'a is [1, 2] and b is [1, 2]'],
    [
      'a transpose that does not fit',
      () => matmul([[1, 2]], [[1], [2]], { transposeA: true }),
      ShapeError,
      '[1, 2] transposed',
    ],
    ['a ragged matrix', () => matmul([[1, 2], [3]], [[1], [2]]), ShapeError, 'matmul: a is ragged: row 1'],
    ['text', () => matmul([['1' as never]], [[1]]), ConfigError, "must be a number; got '1'"],
    ['no matrix', () => matmul(null as never, [[1]]), ConfigError, 'matmul: a must be'],
    [
      'data that does not fill its shape',
      () => matmul({ data: new Float32Array(3), shape: [2, 2] }, [[1], [2]]),
      ShapeError,
      '[2, 2]',
    ],
    [
      'a shape that is none',
      () => matmul({ data: new Float32Array(1), shape: [1, -1] as never }, [[1]]),
      ShapeError,
      '[1, -1]',
    ],
    [
      'an unknown option',
      () => matmul([[1]], [[1]], { transposea: true } as never),
      ConfigError,
      "did you mean 'transposeA'?",
    ],
    [
      'a transpose that is no boolean',
      () => matmul([[1]], [[1]], { transposeA: 1 as never }),
      ConfigError,
      'true or false; got 1',
    ],
    [
      'a product that does not fit in memory',
      () =>
        matmul(
          { data: new Float32Array(40000), shape: [40000, 1] },
          { data: new Float32Array(40000), shape: [1, 40000] },
        ),
      ConfigError,
      'do not fit in WebAssembly memory',
    ],
    [
      'zeros that do not fit in memory',
      () =>
        matmul({ data: new Float32Array(0), shape: [2 ** 40, 0] }, { data: new Float32Array(0), shape: [0, 2 ** 12] }),
      ConfigError,
      'do not fit in memory',
    ],
  ])('%s', (_, call, error, message) => {
    expect(call).toThrow(error)
    expect(call).toThrow(message)
  })

  it('and works afterwards', () => {
    expect([...matmul([[2]], [[3]]).data]).toEqual([6])
  })
})
