/** Schedules against PyTorch's and Keras's over whole runs. */

import { describe, expect, it } from 'vitest'
import { createOptimizer } from '../../ts/create-optimizer.ts'
import { learningRateAt } from '../../ts/ops.ts'
import { sgd } from '../../ts/optimizers.ts'
import type { Schedule } from '../../ts/schedules.ts'
import * as schedules from '../../ts/schedules.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory, golden, type Member, title } from './golden.ts'

const { cases } = golden<{ readonly cases: readonly (Member & { readonly rates: readonly number[] })[] }>('schedules')

/** Both are computed in double precision, by formulas that round differently. */
const TOLERANCE = { relative: 1e-12, absolute: 1e-16 }

function build({ name, options }: Member): Schedule {
  const { schedule: inner } = options as { readonly schedule?: Member | number }
  const nested = typeof inner === 'object' ? { ...options, schedule: build(inner) } : options
  return factory<Schedule>(schedules, name)(nested)
}

describe.each(cases.map((one) => [title(one), one] as const))('%s', (_, one) => {
  it('gives the rate of every step', () => {
    const schedule = build(one)
    const rates = one.rates.map((_, step) => learningRateAt(schedule, step))
    expectClose(rates, one.rates, TOLERANCE, (step) => `step ${step}`)
  })

  it('drives an optimizer', () => {
    const optimizer = createOptimizer(sgd({ learningRate: build(one) }), new Float32Array(1))
    const gradient = new Float32Array(1)
    const rates = one.rates.map(() => {
      const rate = optimizer.learningRate
      optimizer.step(gradient)
      return rate
    })
    optimizer.dispose()
    expectClose(rates, one.rates, TOLERANCE, (step) => `step ${step}`)
  })
})

it('counts epochs when told to', () => {
  const perStep = schedules.stepDecay({ initialLearningRate: 1, stepSize: 2, gamma: 0.5 })
  const perEpoch = schedules.everyEpoch(perStep)
  for (let epoch = 0; epoch < 9; epoch++) expect(learningRateAt(perEpoch, epoch)).toBe(learningRateAt(perStep, epoch))
})

it('covers every schedule', () => {
  // A number is the constant schedule; everyEpoch is tested above, for it is another's rates.
  const covered = new Set([...cases.map((one) => one.name), 'constant', 'everyEpoch'])
  expect(names('schedule').filter((name) => !covered.has(name))).toEqual([])
})
