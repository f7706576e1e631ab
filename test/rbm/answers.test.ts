/** What machines answer, through the public interface: shapes, slabs, samples, weights. */

import { describe, expect, it } from 'vitest'
import { rbm } from '../../ts/index.ts'
import { randomNumbers } from '../model/support.ts'
import { halves } from './support.ts'

const random = randomNumbers(5)
const weights = {
  kernel: Array.from({ length: 8 }, () => Array.from({ length: 3 }, () => 2 * random() - 1)),
  visibleBias: Array.from({ length: 8 }, () => 2 * random() - 1),
  hiddenBias: Array.from({ length: 3 }, () => 2 * random() - 1),
}
const machine = () => {
  const made = rbm({ visible: 8, hidden: 3, seed: 4 })
  made.setWeights(weights)
  return made
}

it('weights start normal with deviation 0.01, biases at 0', () => {
  using made = rbm({ visible: 100, hidden: 50, seed: 1 })
  const { kernel, visibleBias, hiddenBias } = made.getWeights()
  expect([kernel.shape, visibleBias.shape, hiddenBias.shape]).toEqual([
    [100, 50],
    [1, 100],
    [1, 50],
  ])
  const square = kernel.data.reduce((sum, weight) => sum + weight * weight, 0) / kernel.data.length
  // Five standard errors of a variance estimated from 5,000 numbers: 5 √(2/5000) = 10%.
  expect(Math.abs(square / 1e-4 - 1)).toBeLessThan(0.1)
  expect([...visibleBias.data, ...hiddenBias.data].every((bias) => bias === 0)).toBe(true)
})

it('answers are as the formulas say, whatever form the data has', () => {
  using made = machine()
  const x = [1, 0, 1, 1, 0, 0, 1, 0.5]
  const inputs = weights.hiddenBias.map((bias, j) =>
    x.reduce((sum, v, i) => sum + v * (weights.kernel[i]?.[j] ?? 0), bias),
  )
  const means = inputs.map((a) => 1 / (1 + Math.exp(-a)))
  const { data, shape } = made.transform([x])
  expect(shape).toEqual([1, 3])
  data.forEach((value, j) => {
    expect(value).toBeCloseTo(means[j] ?? 0, 6)
  })
  made.reconstruct(Float64Array.from(x)).data.forEach((value, i) => {
    const input = means.reduce((sum, h, j) => sum + h * (weights.kernel[i]?.[j] ?? 0), weights.visibleBias[i] ?? 0)
    expect(value).toBeCloseTo(1 / (1 + Math.exp(-input)), 6)
  })
  const free =
    inputs.reduce((sum, a) => sum - Math.log1p(Math.exp(a)), 0) -
    x.reduce((sum, v, i) => sum + v * (weights.visibleBias[i] ?? 0), 0)
  expect(made.freeEnergy({ data: Float32Array.from(x), shape: [1, 8] })[0]).toBeCloseTo(free, 5)
})

it('many rows, which are computed in slabs, are answered as one by one', () => {
  using made = rbm({ visible: 600, hidden: 500, seed: 1 })
  const x = halves(1100, 600)
  const { data } = made.transform(x)
  const free = made.freeEnergy(x)
  const estimates = made.pseudoLogLikelihood(x, { units: 1 })
  expect(new Set(estimates).size).toBeGreaterThan(100)
  for (const row of [0, 475, 476, 1099]) {
    const one = x.slice(row * 600, (row + 1) * 600)
    expect(made.transform(one).data).toEqual(data.slice(row * 500, (row + 1) * 500))
    expect(made.freeEnergy(one)[0]).toBe(free[row])
  }
})

describe('samples', () => {
  it('are zeros and ones, the same for the same seed, and others for another', () => {
    using made = machine()
    const first = made.sample({ rows: 50, steps: 3 })
    expect(first.shape).toEqual([50, 8])
    expect(new Set(first.data)).toEqual(new Set([0, 1]))
    expect(made.sample({ rows: 50, steps: 3 })).toEqual(first)
    expect(made.sample({ rows: 50, steps: 3, seed: 9 }).data).not.toEqual(first.data)
    expect(made.sample({ rows: 50, steps: 4 }).data).not.toEqual(first.data)
    expect(made.sample().shape).toEqual([1, 8])
  })

  it('may start from data', () => {
    using made = rbm({ visible: 8, hidden: 8, seed: 1 })
    // Each hidden unit copies its visible one, both ways: a state stays as it is.
    const kernel = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => (i === j ? 80 : 0)))
    made.setWeights({ kernel, visibleBias: new Float32Array(8).fill(-40), hiddenBias: new Float32Array(8).fill(-40) })
    const from = halves(20)
    expect(made.sample({ from, steps: 5 })).toEqual({ data: from, shape: [20, 8] })
  })

  it('of normal units are real numbers', () => {
    using made = rbm({ visible: 8, hidden: 3, visibleUnits: 'gaussian', seed: 4 })
    const { data } = made.sample({ rows: 40, steps: 2 })
    expect(data.every((value) => Number.isFinite(value) && !Number.isInteger(value))).toBe(true)
  })
})

it('weights come back as they were set, and one may be set alone', () => {
  using made = machine()
  expect([...made.getWeights().kernel.data]).toEqual(weights.kernel.flat().map(Math.fround))
  made.setWeights({ hiddenBias: [1, 2, 3] })
  expect([...made.getWeights().hiddenBias.data]).toEqual([1, 2, 3])
  expect([...made.getWeights().visibleBias.data]).toEqual(weights.visibleBias.map(Math.fround))
  expect(made.memoryBytes).toBeGreaterThan(4 * 4 * (24 + 8 + 3))
  expect([made.visible, made.hidden, made.visibleUnits, made.seed]).toEqual([8, 3, 'bernoulli', 4])
})
