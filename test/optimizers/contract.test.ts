/** What every optimizer does, one table for all: adding a member means adding a row. */

import { describe, expect, it } from 'vitest'
import { createOptimizer } from '../../ts/create-optimizer.ts'
import type { Optimizer, OptimizerName } from '../../ts/optimizers.ts'
import * as optimizers from '../../ts/optimizers.ts'
import { cosineDecay } from '../../ts/schedules.ts'
import { booth, illConditionedQuadratic, race, type Surface } from '../../ts/surfaces.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory } from '../golden/golden.ts'

/** So many updates are granted. */
const STEPS = 2000

/** Rules whose step does not shrink with the gradient (lion, and Adam's kin at first) need a rate that falls. */
const falling = (initialLearningRate: number) => cosineDecay({ initialLearningRate, decaySteps: STEPS })

/** For each rule, settings with which it descends the convex surfaces. */
const ROWS: Readonly<Record<OptimizerName, Readonly<Record<string, unknown>>>> = {
  sgd: { learningRate: 0.01, momentum: 0.9 },
  adagrad: { learningRate: 1 },
  rmsprop: { learningRate: falling(0.1) },
  adadelta: { learningRate: falling(3), epsilon: 0.01 },
  adam: { learningRate: falling(0.3) },
  adamw: { learningRate: falling(0.3), weightDecay: 0 },
  adamax: { learningRate: falling(0.3) },
  nadam: { learningRate: falling(0.3) },
  // Its first five steps are momentum's, as long as the gradient is.
  radam: { learningRate: falling(0.1) },
  lion: { learningRate: falling(0.1) },
}

/** Settings with every flag, memory and epsilon of a rule in use. */
const FULL: Readonly<Record<OptimizerName, Readonly<Record<string, unknown>>>> = {
  sgd: { momentum: 0.9, nesterov: true },
  adagrad: { learningRateDecay: 0.1, initialAccumulatorValue: 0.5 },
  rmsprop: { momentum: 0.9, centered: true },
  adadelta: {},
  adam: { amsgrad: true },
  adamw: { amsgrad: true, weightDecay: 0 },
  adamax: {},
  nadam: {},
  radam: {},
  lion: {},
}

const start = Float32Array.of(0.5, -1.25, 0, 3, -0.03125, 100, 7)
const gradientAt = (step: number) =>
  Float32Array.from(start, (_, i) => Math.fround(Math.sin(step * 1.7 + i + 0.3) * 2 ** (i - 3)))

function run(rule: Optimizer, steps: number, parameters = start, gradient = gradientAt): Float32Array {
  const optimizer = createOptimizer(rule, parameters)
  for (let step = 0; step < steps; step++) optimizer.step(gradient(step))
  const result = optimizer.parameters
  optimizer.dispose()
  return result
}

describe.each(names('optimizer'))('%s', (name) => {
  const build = (options: object = {}) => factory<Optimizer>(optimizers, name)(options)
  const full = FULL[name]

  it.each([booth, illConditionedQuadratic])('descends $name', (surface: Surface) => {
    const { path } = race({ surface, optimizers: { path: build(ROWS[name]) }, steps: STEPS })
    // From 884 and 100.
    expect(path.values.at(-1)).toBeLessThan(0.01)
  })

  it('leaves parameters where they are at rate 0', () => {
    expect(run(build({ ...full, learningRate: 0 }), 5)).toEqual(start)
  })

  it('leaves parameters where they are without a gradient', () => {
    const zero = () => new Float32Array(start.length)
    expect(run(build(full), 5, start, zero)).toEqual(start)
  })

  it('does so with both epsilons 0', () => {
    const zero = () => new Float32Array(start.length)
    const epsilons = 'epsilon' in build() ? { epsilon: 0, epsilonInsideSqrt: 0 } : {}
    expect(run(build({ ...full, ...epsilons }), 5, start, zero)).toEqual(start)
  })

  it('moves those parameters alone that have a gradient', () => {
    const sparse = (step: number) => Float32Array.from(gradientAt(step), (g, i) => (i % 2 === 0 ? g : 0))
    const after = run(build(full), 9, start, sparse)
    start.forEach((parameter, i) => {
      if (i % 2 === 0) expect(after[i]).not.toBe(parameter)
      else expect(after[i]).toBe(parameter)
    })
  })

  it('steps against the first gradient', () => {
    const after = run(build(full), 1)
    const gradient = gradientAt(0)
    start.forEach((parameter, i) => {
      const moved = (after[i] ?? Number.NaN) - parameter
      // A step below the parameter's resolution does not show.
      if (moved !== 0) expect(Math.sign(moved)).toBe(-Math.sign(gradient[i] ?? 0))
    })
    expect(after).not.toEqual(start)
  })

  it('treats every parameter alike, whatever its place and the number of others', () => {
    const together = run(build(full), 7)
    for (let count = 1; count <= 7; count++) {
      for (let first = 0; first + count <= 7; first++) {
        const part = run(build(full), 7, start.slice(first, first + count), (step) =>
          gradientAt(step).slice(first, first + count),
        )
        expect(part).toEqual(together.slice(first, first + count))
      }
    }
  })

  it('shrinks parameters by weight decay', () => {
    const zero = () => new Float32Array(start.length)
    const after = run(build({ learningRate: 0.01, weightDecay: 0.5 }), 3, start, zero)
    start.forEach((parameter, i) => {
      const shrunk = Math.abs(after[i] ?? Number.NaN)
      if (parameter === 0) expect(shrunk).toBe(0)
      else expect(shrunk).toBeLessThan(Math.abs(parameter))
    })
  })

  it('counts its steps and takes the rate that is set', () => {
    const optimizer = createOptimizer(build(), start)
    expect(optimizer.iterations).toBe(0)
    expect(optimizer.learningRate).toBe(build().learningRate)
    optimizer.step(gradientAt(0))
    expect(optimizer.iterations).toBe(1)
    optimizer.learningRate = 0
    const before = optimizer.parameters
    for (let step = 1; step < 5; step++) optimizer.step(gradientAt(step))
    expect(optimizer.parameters).toEqual(before)
    expect(optimizer.iterations).toBe(5)
    optimizer.dispose()
  })

  it('lets a NaN show', () => {
    const after = run(build(full), 1, start, () => Float32Array.from(start, (_, i) => (i === 3 ? Number.NaN : 1)))
    expect(after[3]).toBeNaN()
    expect([...after].filter(Number.isNaN)).toHaveLength(1)
  })
})

it("nesterov is the papers' look ahead, at the point looked ahead to", () => {
  const [rate, momentum] = [0.01, 0.9]
  const gradient = (p: number, i: number) => (i + 1) * p
  // v ← µ v − η g(p + µ v), p ← p + v
  const p = Array.from(start)
  const v = p.map(() => 0)
  const ahead = () => p.map((x, i) => x + momentum * (v[i] ?? 0))
  const optimizer = createOptimizer(optimizers.sgd({ learningRate: rate, momentum, nesterov: true }), start)
  for (let step = 0; step < 40; step++) {
    ahead().forEach((x, i) => {
      v[i] = momentum * (v[i] ?? 0) - rate * gradient(x, i)
      p[i] = (p[i] ?? 0) + (v[i] ?? 0)
    })
    optimizer.step(optimizer.parameters.map(gradient))
    expectClose(optimizer.parameters, ahead(), { relative: 1e-5, absolute: 1e-5 })
  }
  optimizer.dispose()
})

it('adamw without decay is adam, whatever the other settings', () => {
  for (const options of [
    {},
    { beta1: 0.5, beta2: 0.75 },
    { epsilon: 0.5 },
    { epsilonInsideSqrt: 0.5 },
    { amsgrad: true },
  ]) {
    const both = [optimizers.adam(options), optimizers.adamw({ ...options, weightDecay: 0 })].map((rule) =>
      run(rule, 9),
    )
    expect(both[0]).toEqual(both[1])
  }
})

it.each(names('optimizer').filter((name) => 'epsilonInsideSqrt' in factory<Optimizer>(optimizers, name)()))(
  '%s adds epsilonInsideSqrt inside the root',
  (name) => {
    // With a gradient that is tiny beside √ε the denominator is √ε alone: four times ε halves what is above it.
    const after = (epsilonInsideSqrt: number) => {
      const options = { learningRate: 1, epsilon: 0, epsilonInsideSqrt }
      const rule = factory<Optimizer>(optimizers, name)(options)
      return run(rule, name === 'radam' ? 8 : 1, new Float32Array(1), () => Float32Array.of(2 ** -20))[0] ?? Number.NaN
    }
    const small = after(2 ** -8)
    expect(small).toBeLessThan(0)
    // AdaDelta's δ has √ε above the line too; RAdam's first five steps have no denominator.
    if (name === 'adadelta') expect(small).toBeCloseTo(-(2 ** -20), 10)
    else if (name !== 'radam') expect(after(2 ** -6) / small).toBeCloseTo(0.5, 3)
    else expect(after(2 ** -6)).toBeGreaterThan(small)
  },
)

it.each(names('optimizer'))('%s takes the options that all have', (name) => {
  const all = { learningRate: 0.1, weightDecay: 0.1, epsilon: 1e-3, epsilonInsideSqrt: 1e-3 }
  expect(factory<Optimizer>(optimizers, name)(all)).toMatchObject({ kind: name, learningRate: 0.1, weightDecay: 0.1 })
  expect(() => factory<Optimizer>(optimizers, name)({ epsilon: -1 })).toThrow(`${name}: epsilon must be`)
})
