/**
 * What lossValue and lossGradient add to the losses themselves: shapes, labels, refusals; and finite differences of
 * every loss.
 */

import { describe, expect, it } from 'vitest'
import * as losses from '../../ts/losses.ts'
import { customLoss, type Loss, type LossName } from '../../ts/losses.ts'
import { lossGradient, lossValue } from '../../ts/ops.ts'
import { ConfigError, ShapeError } from '../../ts/runtime/errors.ts'
import { names } from '../../ts/vocabulary.ts'
import { factory } from '../golden/golden.ts'

/** Smooth points for each loss: labels and predictions. Every member has a row. */
const POINTS: Readonly<Record<LossName, readonly [number[][], number[][]]>> = {
  meanSquaredError: [[[1, -2]], [[0.5, 0.25]]],
  meanAbsoluteError: [[[1, -2]], [[0.5, 0.25]]],
  huber: [[[1, -2]], [[0.5, 0.25]]],
  smoothL1: [[[1, -2]], [[0.5, 0.25]]],
  logCosh: [[[1, -2]], [[0.5, 0.25]]],
  meanAbsolutePercentageError: [[[1, -2]], [[0.5, 0.25]]],
  meanSquaredLogarithmicError: [[[1, 2]], [[0.5, 0.25]]],
  binaryCrossentropy: [[[1, 0]], [[0.75, 0.375]]],
  categoricalCrossentropy: [[[0, 1, 0]], [[0.25, 0.625, 0.125]]],
  sparseCategoricalCrossentropy: [[[1]], [[0.25, 0.625, 0.125]]],
  hinge: [[[1, -1]], [[0.5, 0.25]]],
  squaredHinge: [[[1, -1]], [[0.5, 0.25]]],
  categoricalHinge: [[[0, 1, 0]], [[0.25, 0.625, 0.125]]],
  klDivergence: [[[0.25, 0.75]], [[0.625, 0.375]]],
  poisson: [[[3, 1]], [[2.5, 0.75]]],
  cosineSimilarity: [[[1, -2]], [[0.5, 0.25]]],
}

it('an infinite error has an infinite loss', () => {
  for (const loss of ['meanSquaredError', 'meanAbsoluteError', 'huber', 'logCosh', 'squaredHinge'] as const) {
    expect(lossValue(loss, [-1], [Number.POSITIVE_INFINITY]), loss).toBe(Number.POSITIVE_INFINITY)
  }
  expect(lossValue('meanSquaredError', [0], [Number.NaN])).toBeNaN()
})

describe.each(names('loss'))('%s', (name) => {
  const loss = factory<Loss>(losses, name)()
  const [yTrue, yPred] = POINTS[name]

  it('has the gradient of its value', () => {
    const { data } = lossGradient(loss, yTrue, yPred)
    // The value is a float32 sum behind a float64 result: a step of 2⁻⁸ balances its rounding and the curvature.
    const step = 2 ** -8
    const numeric = yPred.flat().map((_, i) => {
      const moved = (by: number) => [yPred.flat().map((p, j) => (i === j ? p + by : p))]
      return (lossValue(loss, yTrue, moved(step)) - lossValue(loss, yTrue, moved(-step))) / (2 * step)
    })
    numeric.forEach((slope, i) => {
      expect(Math.abs((data[i] ?? Number.NaN) - slope)).toBeLessThan(1e-3 * Math.max(1, Math.abs(slope)))
    })
  })

  it('is the mean over rows, with the gradient divided by them', () => {
    const single = lossValue(loss, yTrue, yPred)
    const rows = 5
    const many = <T>(row: readonly T[]) => Array.from({ length: rows }, () => row[0] as T)
    expect(lossValue(loss, many(yTrue), many(yPred))).toBeCloseTo(single, 6)
    const gradient = lossGradient(loss, yTrue, yPred).data
    lossGradient(loss, many(yTrue), many(yPred)).data.forEach((g, i) => {
      expect(g * rows).toBeCloseTo(gradient[i % gradient.length] ?? Number.NaN, 5)
    })
  })

  it('goes by its name as well', () => {
    expect(lossValue(name, yTrue, yPred)).toBe(lossValue(loss, yTrue, yPred))
  })

  it('shows NaN', () => {
    const bad = [[Number.NaN, ...(yPred[0]?.slice(1) ?? [])]]
    expect(lossValue(loss, yTrue, bad)).toBeNaN()
  })

  it('has an empty gradient and no value without rows', () => {
    const empty = { data: new Float32Array(0), shape: [0, 3] as const }
    expect(lossGradient(loss, [], empty)).toEqual(empty)
    expect(() => lossValue(loss, [], empty)).toThrow(ShapeError)
  })
})

describe('labels', () => {
  it('may be a line of numbers for one row or one column', () => {
    const column = [[1], [2], [3]]
    expect(lossValue('meanSquaredError', [1, 2, 3], column)).toBe(0)
    expect(lossValue('meanSquaredError', [1, 2, 3], [1, 2, 5])).toBeCloseTo(4 / 3)
    expect(lossGradient('meanSquaredError', [1, 2, 3], column).shape).toEqual([3, 1])
  })

  it('may be classes in any array', () => {
    const logits = [
      [0.5, 0.25, 0.25],
      [0.25, 0.25, 0.5],
    ]
    const truth = lossValue('sparseCategoricalCrossentropy', [0, 2], logits)
    for (const labels of [Uint8Array.of(0, 2), Int32Array.of(0, 2), Float32Array.of(0, 2), [[0], [2]]]) {
      expect(lossValue('sparseCategoricalCrossentropy', labels, logits)).toBe(truth)
    }
    expect(
      lossValue(
        'categoricalCrossentropy',
        [
          [1, 0, 0],
          [0, 0, 1],
        ],
        logits,
      ),
    ).toBeCloseTo(truth, 6)
  })
})

describe('refuses', () => {
  const probabilities = [[0.5, 0.5]]
  const sparse = 'sparseCategoricalCrossentropy'
  it.each([
    ['shapes that differ', () => lossValue('hinge', [[1]], [[1, 2]]), ShapeError, 'yTrue is [1, 1], yPred is [1, 2]'],
    ['a column too short', () => lossValue('hinge', [1, 1], [[1], [2], [3]]), ShapeError, 'must be the same'],
    [
      'too many classes',
      () => lossValue(sparse, [0, 1], probabilities),
      ShapeError,
      '1 class numbers, one for each row',
    ],
    ['one-hot rows for classes', () => lossValue(sparse, [[0, 1]], probabilities), ShapeError, 'class numbers'],
    [
      'a class out of range',
      () => lossValue(sparse, [2], probabilities),
      ConfigError,
      'yTrue: row 0 must be a class number, whole and from 0 to 1 (the output has 2 units); got 2',
    ],
    ['a negative class', () => lossGradient(sparse, [-1], probabilities), ConfigError, 'got -1'],
    [
      'a label that is no probability',
      () => lossValue('binaryCrossentropy', [[0, 2]], [[0.5, 0.5]]),
      ConfigError,
      'lossValue: yTrue: row 0, column 1 must be from 0 to 1 for binaryCrossentropy; got 2',
    ],
    [
      'one of categories',
      () => lossGradient('categoricalCrossentropy', [[0, -1]], [[0.5, 0.5]]),
      ConfigError,
      'got -1',
    ],
    ['half a class', () => lossGradient(sparse, [0.5], probabilities), ConfigError, 'got 0.5'],
    ['no class', () => lossGradient(sparse, [Number.NaN], probabilities), ConfigError, 'got NaN'],
    ['an unknown loss', () => lossValue('hing' as never, [[1]], [[1]]), ConfigError, "did you mean 'hinge'?"],
    [
      "labels of another width than a loss of one's own has",
      () => lossValue(customLoss({ name: 'mine', evaluate: () => 0, labelWidth: 3 }), [[1, 2]], [[1, 2]]),
      ShapeError,
      'yTrue is [1, 2], yPred is [1, 2]; yTrue must be [1, 3]',
    ],
    [
      "a loss of one's own that throws",
      () =>
        lossGradient(
          customLoss({
            name: 'mine',
            evaluate: () => {
              throw new RangeError('no luck')
            },
          }),
          [[1]],
          [[1]],
        ),
      ConfigError,
      "lossGradient: customLoss 'mine' threw: no luck",
    ],
    [
      "a loss of one's own that returns nothing",
      () => lossValue(customLoss({ name: 'mine', evaluate: () => undefined as never }), [[1]], [[1]]),
      ConfigError,
      'must return a number',
    ],
  ])('%s', (_, call, error, message) => {
    expect(call).toThrow(error)
    expect(call).toThrow(message)
  })
})
