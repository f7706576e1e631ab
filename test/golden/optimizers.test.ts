/** Sixty steps of every optimizer with every flag against PyTorch and Keras, on gradients and at rates that change. */

import { describe, expect, it } from 'vitest'
import { createOptimizer } from '../../ts/create-optimizer.ts'
import type { Optimizer } from '../../ts/optimizers.ts'
import * as optimizers from '../../ts/optimizers.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory, golden, type Member, title } from './golden.ts'

type Rows = readonly (readonly number[])[]

interface Case extends Member {
  readonly learningRate: number
  readonly dense: Rows
  readonly sparse?: Rows
  readonly torchFloat32Error?: number
}

const file = golden<{
  readonly start: readonly number[]
  readonly rateFactors: readonly number[]
  readonly gradients: { readonly dense: Rows; readonly sparse: Rows }
  readonly afterSteps: readonly number[]
  readonly cases: readonly Case[]
}>('optimizers')

/**
 * Sixty roundings to float32 add up. PyTorch itself, in float32, ends as far from float64 as `torchFloat32Error` says
 * (at most 2.3e-6 of the larger of 1 and the parameter); 1e-5 is the bar of standards.md for 40 steps.
 */
const TOLERANCE = { relative: 1e-5, absolute: 1e-5 }

/** The parameters after the steps of `afterSteps`. */
function run(one: Case, gradients: Rows): Float32Array[] {
  const rule = factory<Optimizer>(optimizers, one.name)(one.options)
  const optimizer = createOptimizer(rule, Float32Array.from(file.start))
  const kept: Float32Array[] = []
  gradients.forEach((gradient, step) => {
    optimizer.learningRate = one.learningRate * (file.rateFactors[step] ?? Number.NaN)
    optimizer.step(Float32Array.from(gradient))
    if (file.afterSteps.includes(step + 1)) kept.push(optimizer.parameters)
  })
  expect(optimizer.iterations).toBe(gradients.length)
  optimizer.dispose()
  return kept
}

describe.each(file.cases.map((one) => [title(one), one] as const))('%s', (_, one) => {
  it.each(['dense', 'sparse'] as const)('follows %s gradients', (kind) => {
    const truth = one[kind]
    if (truth === undefined) return expect(one.options).toMatchObject({ epsilon: 0 })
    run(one, file.gradients[kind]).forEach((parameters, i) => {
      expectClose(parameters, truth[i] ?? [], TOLERANCE, (p) => `parameter ${p} after ${file.afterSteps[i]} steps`)
    })
  })
})

it('covers every optimizer and every option', () => {
  const covered = new Set(
    file.cases.flatMap(({ name, options }) => Object.keys(options).map((key) => `${name}.${key}`)),
  )
  const missing = names('optimizer').flatMap((name) =>
    Object.keys(factory<Optimizer>(optimizers, name)())
      .filter((key) => key !== 'kind' && key !== 'learningRate')
      .map((key) => `${name}.${key}`)
      .filter((key) => !covered.has(key)),
  )
  // The contract table checks epsilonInsideSqrt for every rule, for the frameworks have it in few, and that adamw's epsilon is adam's.
  expect(missing.filter((key) => !key.endsWith('.epsilonInsideSqrt') && key !== 'adamw.epsilon')).toEqual([])
})
