import { describe, expect, it } from 'vitest'
import { createOptimizer } from '../../ts/create-optimizer.ts'
import { adam, sgd } from '../../ts/optimizers.ts'
import { ConfigError, ShapeError, StateError } from '../../ts/runtime/errors.ts'
import { everyEpoch, linearWarmup, stepDecay } from '../../ts/schedules.ts'

const ones = new Float32Array([1, 1, 1])

it('minimizes a function of your own', () => {
  const optimizer = createOptimizer(adam({ learningRate: 0.1 }), new Float32Array([3, -2]))
  for (let i = 0; i < 300; i++) optimizer.step(optimizer.parameters.map((p) => 2 * p))
  expect(Math.hypot(...optimizer.parameters)).toBeLessThan(1e-2)
  optimizer.dispose()
})

it('copies what it is given and what it gives', () => {
  const given = new Float32Array([1, 2, 3])
  const optimizer = createOptimizer('sgd', given)
  given[0] = 99
  const first = optimizer.parameters
  expect([...first]).toEqual([1, 2, 3])
  first[1] = 99
  optimizer.step(ones)
  expect(optimizer.parameters[1]).toBeCloseTo(1.99, 6)
  expect(first[1]).toBe(99)
  optimizer.dispose()
})

it('keeps its numbers when memory grows', () => {
  const optimizer = createOptimizer('sgd', new Float32Array([1, 2, 3]))
  const many = Array.from({ length: 20 }, () => createOptimizer('adam', new Float32Array(2 ** 18)))
  optimizer.step(ones)
  expect(optimizer.parameters[2]).toBeCloseTo(2.99, 6)
  for (const other of [...many, optimizer]) other.dispose()
})

it('follows a schedule until a rate is set', () => {
  const optimizer = createOptimizer(
    sgd({ learningRate: stepDecay({ initialLearningRate: 1, stepSize: 2, gamma: 0.5 }) }),
    ones,
  )
  const rates = Array.from({ length: 6 }, () => {
    const rate = optimizer.learningRate
    optimizer.step(ones)
    return rate
  })
  expect(rates).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25])
  expect(optimizer.learningRate).toBe(0.125)
  optimizer.learningRate = 3
  optimizer.step(ones)
  expect(optimizer.learningRate).toBe(3)
  optimizer.dispose()
})

it('is disposed once and refuses use afterwards', () => {
  const optimizer = createOptimizer('adam', ones)
  optimizer.dispose()
  optimizer.dispose()
  expect(() => optimizer.step(ones)).toThrow(StateError)
  expect(() => optimizer.parameters).toThrow('this optimizer has been disposed')
  expect(() => optimizer.learningRate).toThrow(StateError)
  expect(() => {
    optimizer.learningRate = 1
  }).toThrow(StateError)
  expect(() => optimizer.iterations).toThrow(StateError)
})

it('is disposed by using', () => {
  const optimizer = createOptimizer('adam', ones)
  optimizer[Symbol.dispose]()
  expect(() => optimizer.iterations).toThrow(StateError)
})

describe('refuses', () => {
  const schedule = stepDecay({ initialLearningRate: 1, stepSize: 2 })
  it.each([
    ['an unknown rule', () => createOptimizer('adma' as never, ones), ConfigError, "did you mean 'adam'?"],
    ['a setting out of range', () => createOptimizer({ kind: 'adam', beta1: 1 } as never, ones), ConfigError, 'beta1'],
    ['no array', () => createOptimizer('adam', [1, 2] as never), ConfigError, 'parameters must be a Float32Array'],
    ['no parameters', () => createOptimizer('adam', new Float32Array(0)), ShapeError, 'at least one number'],
    ['epochs', () => createOptimizer(sgd({ learningRate: everyEpoch(schedule) }), ones), ConfigError, 'everyEpoch'],
    [
      'epochs further in',
      () =>
        createOptimizer(sgd({ learningRate: linearWarmup({ warmupSteps: 2, schedule: everyEpoch(schedule) }) }), ones),
      ConfigError,
      'everyEpoch',
    ],
  ])('%s', (_, make, error, message) => {
    expect(make).toThrow(error)
    expect(make).toThrow(message)
  })

  it('a gradient of another length or kind, and changes nothing', () => {
    const optimizer = createOptimizer('sgd', ones)
    expect(() => optimizer.step(new Float32Array(2))).toThrow('gradient has 2 numbers, there are 3 parameters')
    expect(() => optimizer.step([1, 2, 3] as never)).toThrow(ConfigError)
    expect([...optimizer.parameters]).toEqual([1, 1, 1])
    expect(optimizer.iterations).toBe(0)
    optimizer.dispose()
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '1'])('a learning rate of %s', (rate) => {
    const optimizer = createOptimizer('sgd', ones)
    expect(() => {
      optimizer.learningRate = rate as number
    }).toThrow(ConfigError)
    expect(optimizer.learningRate).toBe(0.01)
    optimizer.dispose()
  })
})
