/** Boltzmann machines against scikit-learn's, on 8 × 8 digits. */

import { afterAll, describe, expect, it } from 'vitest'
import { rbm } from '../../ts/index.ts'
import { mean } from '../rbm/support.ts'
import { golden } from './golden.ts'

const truth = golden<{
  kernel: number[][]
  visibleBias: number[]
  hiddenBias: number[]
  rows: number[][]
  features: number[][]
  freeEnergy: number[]
  pseudoLogLikelihood: number[]
  scoreSamples: { mean: number; standardError: number }
}>('boltzmann')

const machine = rbm({ visible: 64, hidden: 12, seed: 5 })
machine.setWeights({ kernel: truth.kernel, visibleBias: truth.visibleBias, hiddenBias: truth.hiddenBias })
afterAll(() => machine.dispose())

describe('answers of single precision are within a few units of the last place of the sums that they end', () => {
  /** The largest difference, in parts of what the sums behind the numbers add up (free energies of about 100). */
  const apart = (actual: ArrayLike<number>, expected: readonly number[]) =>
    Math.max(...expected.map((value, i) => Math.abs((actual[i] as number) - value) / Math.max(1, Math.abs(value))))

  it('features', () => {
    expect(apart(machine.transform(truth.rows).data, truth.features.flat())).toBeLessThan(3e-6)
  })

  it('free energy', () => {
    expect(apart(machine.freeEnergy(truth.rows), truth.freeEnergy)).toBeLessThan(1e-6)
  })

  it('pseudo-log-likelihood, exact', () => {
    expect(apart(machine.pseudoLogLikelihood(truth.rows), truth.pseudoLogLikelihood)).toBeLessThan(3e-6)
  })
})

it("pseudo-log-likelihood of one random unit a row has the mean of scikit-learn's score_samples", () => {
  const { mean: expected, standardError } = truth.scoreSamples
  const means = Array.from({ length: 400 }, (_, seed) =>
    mean(machine.pseudoLogLikelihood(truth.rows, { units: 1, seed })),
  )
  // Both are means of 400 estimates of the same spread: their difference has a standard error √2 times as large. Five of those.
  expect(Math.abs(mean(means) - expected)).toBeLessThan(5 * Math.SQRT2 * standardError)
  // And the spread is the same: that of 400 numbers is known to 1/√800 = 3.5%, five times that for each.
  const center = mean(means)
  const spread = Math.sqrt(mean(means.map((value) => (value - center) ** 2)) / 399)
  expect(Math.abs(spread / standardError - 1)).toBeLessThan(0.25)
})
