/** Initializers against the distributions that Keras's and PyTorch's draw from. */

import { describe, expect, it } from 'vitest'
import { calculateGain, type Nonlinearity } from '../../ts/calculate-gain.ts'
import type { Initializer } from '../../ts/initializers.ts'
import * as initializers from '../../ts/initializers.ts'
import { initialize, matmul } from '../../ts/ops.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory, golden, type Member, title } from './golden.ts'

interface Case extends Member {
  readonly shape: readonly [number, number]
  readonly distribution: 'constant' | 'uniform' | 'normal' | 'truncatedNormal' | 'orthogonal'
  readonly value?: number
  readonly mean?: number
  readonly standardDeviation?: number
  readonly sampleStandardDeviation?: number
  readonly low?: number
  readonly high?: number
  readonly gain?: number
}

const { cases, calculateGain: gains } = golden<{
  readonly cases: readonly Case[]
  readonly calculateGain: readonly { readonly arguments: [Nonlinearity, number?]; readonly gain: number }[]
}>('initializers')

const build = ({ name, options }: Member) => factory<Initializer>(initializers, name)(options)

/** At least 50,000 numbers of a case, from as many seeds as that takes. */
function sample(one: Case): number[] {
  const draws = Math.ceil(50_000 / (one.shape[0] * one.shape[1]))
  return Array.from({ length: draws }, (_, seed) => [...initialize(build(one), one.shape, seed).data]).flat()
}

const random = cases.filter((one) => one.distribution !== 'constant' && one.distribution !== 'orthogonal')

describe.each(random.map((one) => [`${title(one)} [${one.shape}]`, one] as const))('%s', (_, one) => {
  const drawn = sample(one)
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = one
  const uniform = one.distribution === 'uniform'
  const mean = uniform ? (low + high) / 2 : (one.mean ?? 0)
  const deviation = uniform ? (high - low) / Math.sqrt(12) : (one.sampleStandardDeviation ?? one.standardDeviation ?? 0)

  it('has mean and standard deviation', () => {
    const average = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
    const spread = Math.sqrt(drawn.reduce((sum, x) => sum + (x - average) ** 2, 0) / drawn.length)
    // Five standard errors of the mean, and of a normal sample's deviation (the others' is smaller).
    expect(Math.abs(average - mean)).toBeLessThan((5 * deviation) / Math.sqrt(drawn.length))
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * drawn.length))
  })

  it('keeps to its bounds and reaches them', () => {
    const smallest = drawn.reduce((a, b) => Math.min(a, b))
    const largest = drawn.reduce((a, b) => Math.max(a, b))
    expect(smallest).toBeGreaterThanOrEqual(Math.fround(low))
    expect(largest).toBeLessThanOrEqual(Math.fround(high))
    // Without a bound the largest of 50,000 normal numbers lies at four deviations; within one it comes close to the bound.
    expect(largest).toBeGreaterThan(Number.isFinite(high) ? mean + 0.99 * (high - mean) : mean + 3.3 * deviation)
    expect(smallest).toBeLessThan(Number.isFinite(low) ? mean - 0.99 * (mean - low) : mean - 3.3 * deviation)
  })
})

const constant = cases.filter((one) => one.distribution === 'constant')

it.each(constant.map((one) => [title(one), one] as const))('%s is constant', (_, one) => {
  const { data, shape } = initialize(build(one), one.shape, 7)
  expect(shape).toEqual(one.shape)
  expect(new Set(data)).toEqual(new Set([one.value]))
})

const orthogonal = cases.filter((one) => one.distribution === 'orthogonal')

it.each(orthogonal.map((one) => [`${title(one)} [${one.shape}]`, one] as const))('%s is orthogonal', (_, one) => {
  const kernel = initialize(build(one), one.shape, 7)
  const [rows, columns] = one.shape
  const gram =
    rows >= columns ? matmul(kernel, kernel, { transposeA: true }) : matmul(kernel, kernel, { transposeB: true })
  const size = Math.min(rows, columns)
  const gain = one.gain ?? 1
  const identity = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? gain * gain : 0))
  expectClose(gram.data, identity, { absolute: 1e-6 * gain * gain })
})

it.each(gains)('calculateGain($arguments) is $gain', ({ arguments: given, gain }) => {
  expect(calculateGain(...given)).toBeCloseTo(gain, 15)
})

it('covers every initializer', () => {
  const covered = new Set(cases.map((one) => one.name))
  expect(names('initializer').filter((name) => !covered.has(name))).toEqual([])
})
