/**
 * What TypeScript says before anything runs: each refused line would compile if the types were loose, and `tsc` fails
 * then.
 */

import { expect, it } from 'vitest'
import { type ActivationLike, elu, leakyRelu, relu } from '../../ts/activations.ts'
import { maxNorm } from '../../ts/constraints.ts'
import { heNormal, kaimingNormal, zeros } from '../../ts/initializers.ts'
import { type LossLike, meanSquaredError } from '../../ts/losses.ts'
import { adam, lion, type OptimizerLike, sgd } from '../../ts/optimizers.ts'
import { cosineDecay, everyEpoch, linearWarmup, piecewiseConstant, type ScheduleLike } from '../../ts/schedules.ts'

it('accepts what the table has', () => {
  const activations: ActivationLike[] = ['relu', relu(), leakyRelu({ negativeSlope: 0.1 }), elu()]
  const losses: LossLike[] = ['hinge', meanSquaredError()]
  const schedule: ScheduleLike = linearWarmup({ warmupSteps: 3, schedule: everyEpoch(0.1) })
  const optimizers: OptimizerLike[] = ['adam', adam({ learningRate: schedule }), sgd({ nesterov: true, momentum: 0.9 })]
  expect([activations, losses, optimizers].map((list) => list.length)).toEqual([4, 2, 3])
  // Settings have the types of their ranges.
  const slope: number = leakyRelu().negativeSlope
  const nesterov: boolean = sgd().nesterov
  const mode: 'fanIn' | 'fanOut' = kaimingNormal().mode
  const kind: 'heNormal' = heNormal({ seed: 1 }).kind
  expect([slope, nesterov, mode, kind]).toEqual([0.01, false, 'fanIn', 'heNormal'])
})

it('refuses what it has not', () => {
  const calls = [
    // @ts-expect-error an option of another activation
    () => relu({ alpha: 1 }),
    // @ts-expect-error an option misspelt
    () => leakyRelu({ negativeslope: 1 }),
    // @ts-expect-error a number for the options
    () => elu(1),
    // @ts-expect-error text for a number
    () => adam({ beta1: '0.9' }),
    // @ts-expect-error lion has no momentum
    () => lion({ momentum: 0.9 }),
    // @ts-expect-error a number for a boolean
    () => sgd({ nesterov: 1 }),
    // @ts-expect-error a word that is none of the choice
    () => kaimingNormal({ mode: 'fanAverage' }),
    // @ts-expect-error zeros take a seed and nothing else
    () => zeros({ value: 1 }),
    // @ts-expect-error settings without a default must be given
    () => cosineDecay({ decaySteps: 10 }),
    // @ts-expect-error lists as well
    () => piecewiseConstant({ boundaries: [1] }),
    // @ts-expect-error an axis is a number
    () => maxNorm({ axis: 'columns' }),
  ]
  for (const call of calls) expect(call, call.toString()).toThrow()
})

it('knows names', () => {
  // @ts-expect-error no such activation
  const activation: ActivationLike = 'rellu'
  // @ts-expect-error no such optimizer
  const optimizer: OptimizerLike = 'adama'
  // @ts-expect-error an activation is no loss
  const loss: LossLike = relu()
  expect([activation, optimizer, loss]).toHaveLength(3)
})
