import { describe, expect, it } from 'vitest'
import { createOptimizer } from '../../ts/create-optimizer.ts'
import { adam, sgd } from '../../ts/optimizers.ts'
import { ConfigError } from '../../ts/runtime/errors.ts'
import { everyEpoch, stepDecay } from '../../ts/schedules.ts'
import * as surfaces from '../../ts/surfaces.ts'
import {
  beale,
  booth,
  illConditionedQuadratic,
  type Path,
  type Point,
  race,
  type SurfaceName,
  saddle,
} from '../../ts/surfaces.ts'

const end = ({ points }: Path) => points.at(-1) as Point

it('gives a path for each optimizer, under its name', () => {
  const paths = race({ surface: booth, optimizers: { plain: 'sgd', quick: adam({ learningRate: 0.1 }) }, steps: 20 })
  expect(Object.keys(paths)).toEqual(['plain', 'quick'])
  for (const { points, values } of Object.values(paths)) {
    expect(points).toHaveLength(21)
    expect(values).toHaveLength(21)
    expect(points[0]).toEqual(booth.start)
    expect([...values]).toEqual(points.map(([x, y]) => booth.value(x, y)))
    expect(values.at(-1)).toBeLessThan(values[0] as number)
  }
})

it('gives a list for a list', () => {
  const [first, second] = race({ surface: booth, optimizers: [sgd(), 'adam'], steps: 3 })
  const named = race({ surface: booth, optimizers: { a: sgd(), b: 'adam' }, steps: 3 })
  expect(first).toEqual(named.a)
  expect(second).toEqual(named.b)
})

it('starts where it is told, rounded to float32', () => {
  const { a } = race({ surface: booth, optimizers: { a: 'sgd' }, steps: 0, start: [0.1, -2] })
  expect(a.points).toEqual([[Math.fround(0.1), -2]])
  expect(a.values[0]).toBe(booth.value(Math.fround(0.1), -2))
})

it('is the descent of the formula', () => {
  const rate = 0.01
  const { a } = race({ surface: illConditionedQuadratic, optimizers: { a: sgd({ learningRate: rate }) }, steps: 50 })
  a.points.forEach(([x, y], step) => {
    expect(x).toBeCloseTo(10 * (1 - rate) ** step, 4)
    expect(y).toBeCloseTo((1 - 100 * rate) ** step, 4)
  })
})

it('runs on the kernels of createOptimizer', () => {
  const { a } = race({ surface: beale, optimizers: { a: 'rmsprop' }, steps: 5 })
  const optimizer = createOptimizer('rmsprop', Float32Array.from(beale.start))
  for (let step = 0; step < 5; step++) {
    const [x = 0, y = 0] = optimizer.parameters
    optimizer.step(Float32Array.from(beale.gradient(x, y)))
  }
  expect(end(a)).toEqual([...optimizer.parameters])
  optimizer.dispose()
})

it('follows schedules', () => {
  const learningRate = stepDecay({ initialLearningRate: 0.01, stepSize: 10, gamma: 0 })
  const { a } = race({ surface: booth, optimizers: { a: sgd({ learningRate }) }, steps: 30 })
  expect(a.points[10]).not.toEqual(a.points[9])
  expect(end(a)).toEqual(a.points[10])
})

it('shows what momentum and adaptive rates cure', () => {
  // A rate that is stable across the valley leaves plain descent far along it; momentum is there by then.
  const learningRate = 0.015
  const valley = race({
    surface: illConditionedQuadratic,
    optimizers: { plain: sgd({ learningRate }), momentum: sgd({ learningRate, momentum: 0.9 }) },
    steps: 100,
  })
  expect(Math.hypot(...end(valley.plain))).toBeGreaterThan(2)
  expect(Math.hypot(...end(valley.momentum))).toBeLessThan(0.2)
  // On the saddle's ridge the slope that leads away is a thousand times smaller than the other; Adam does not mind.
  const ridge = race({
    surface: saddle,
    optimizers: { plain: sgd(), adaptive: adam({ learningRate: 0.01 }) },
    steps: 100,
  })
  expect(Math.abs(end(ridge.adaptive)[1])).toBeGreaterThan(10 * Math.abs(end(ridge.plain)[1]))
})

it('goes on to infinity when a descent diverges', () => {
  const { a } = race({ surface: beale, optimizers: { a: sgd({ learningRate: 10 }) }, steps: 20 })
  expect(a.values.some((value) => !Number.isFinite(value))).toBe(true)
  expect(a.points).toHaveLength(21)
})

it('takes every surface by its name too', () => {
  for (const surface of Object.values(surfaces).filter((value) => typeof value !== 'function')) {
    const options = { optimizers: { a: 'adam' }, steps: 2 } as const
    expect(race({ surface: surface.name as SurfaceName, ...options })).toEqual(race({ surface, ...options }))
  }
})

describe('refuses', () => {
  const optimizers = { a: 'sgd' } as const
  it.each([
    ['no surface', () => race({ optimizers, steps: 1 } as never), 'surface must be'],
    ['a misspelt surface', () => race({ surface: 'beele' as never, optimizers, steps: 1 }), "did you mean 'beale'?"],
    ['a name of every object', () => race({ surface: 'toString' as never, optimizers, steps: 1 }), 'unknown surface'],
    ['a number for a surface', () => race({ surface: 3 as never, optimizers, steps: 1 }), 'got 3'],
    [
      'one optimizer alone',
      () => race({ surface: beale, optimizers: sgd() as never, steps: 1 }),
      'a record of optimizers',
    ],
    [
      'an unknown optimizer',
      () => race({ surface: beale, optimizers: { a: 'sdg' as never }, steps: 1 }),
      "race: optimizers.a: unknown optimizer 'sdg'; did you mean 'sgd'?",
    ],
    [
      'an unknown optimizer in a list',
      () => race({ surface: beale, optimizers: ['sgd', 'adm' as never], steps: 1 }),
      "race: optimizers[1]: unknown optimizer 'adm'",
    ],
    [
      'a schedule by epochs',
      () => race({ surface: beale, optimizers: { a: adam({ learningRate: everyEpoch(1) }) }, steps: 1 }),
      'race: optimizers.a: everyEpoch counts epochs',
    ],
    ['half a step', () => race({ surface: beale, optimizers, steps: 0.5 }), 'steps must be a whole number'],
    [
      'a start that is no point',
      () => race({ surface: beale, optimizers, steps: 1, start: [1] as never }),
      'start must be [x, y]',
    ],
    [
      'a start at infinity',
      () => race({ surface: beale, optimizers, steps: 1, start: [Number.NaN, 0] }),
      'start[0] must be',
    ],
    ['an unknown option', () => race({ surface: beale, optimizers, step: 1 } as never), "did you mean 'steps'?"],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(ConfigError)
    expect(call).toThrow(message)
  })
})
