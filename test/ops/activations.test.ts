import { describe, expect, it } from 'vitest'
import type { Activation } from '../../ts/activations.ts'
import * as activations from '../../ts/activations.ts'
import { dense, maxout } from '../../ts/layers/index.ts'
import { activate, activateGradient } from '../../ts/ops.ts'
import { ConfigError, ShapeError } from '../../ts/runtime/errors.ts'
import { names } from '../../ts/vocabulary.ts'
import { factory } from '../golden/golden.ts'

/** Away from every kink. */
const SMOOTH = [-3.5, -2.25, -1.5, -0.625, -0.125, 0.375, 0.875, 1.75, 2.5, 4.25, 5.5, 7]

describe.each(names('activation'))('%s', (name) => {
  const activation = factory<Activation>(activations, name)()

  it('has the gradient of its value', () => {
    const upstream = SMOOTH.map((_, i) => 1 + (i % 3))
    const { data } = activateGradient(activation, [SMOOTH], [upstream])
    const weighted = (x: readonly number[]) =>
      activate(activation, [x]).data.reduce((sum, y, i) => sum + y * (upstream[i] ?? 0), 0)
    const step = 2 ** -7
    data.forEach((gradient, i) => {
      const moved = (by: number) => SMOOTH.map((x, j) => (i === j ? x + by : x))
      const slope = (weighted(moved(step)) - weighted(moved(-step))) / (2 * step)
      expect(Math.abs(gradient - slope), `at ${SMOOTH[i]}`).toBeLessThan(2e-3 * Math.max(1, Math.abs(slope)))
    })
  })

  it('keeps the shape, and rows apart', () => {
    const rows = [SMOOTH, [...SMOOTH].reverse()]
    const { data, shape } = activate(name, rows)
    expect(shape).toEqual([2, SMOOTH.length])
    expect([...data]).toEqual(rows.flatMap((row) => [...activate(name, [row]).data]))
  })

  it('lets NaN through', () => {
    expect(activate(activation, [Number.NaN]).data[0]).toBeNaN()
  })

  it('gives an empty matrix for no rows', () => {
    const empty = { data: new Float32Array(0), shape: [0, 3] as const }
    expect(activate(activation, empty)).toEqual(empty)
    expect(activateGradient(activation, empty, empty)).toEqual(empty)
    expect(activate(activation, []).shape).toEqual([0, 0])
  })
})

it.each([
  [
    'an unknown activation',
    () => activate('rellu' as never, [1]),
    ConfigError,
    "activate: unknown activation 'rellu'; did you mean 'relu'?",
  ],
  [
    'a layer that is an activation elsewhere',
    () => activate('prelu' as never, [[1]]),
    ConfigError,
    "activate: 'prelu' is a layer, with weights of its own: put prelu() among the layers",
  ],
  [
    'such a layer itself',
    () => dense({ units: 2, activation: maxout({ units: 2, pieces: 2 }) as never }),
    ConfigError,
    "dense: activation: 'maxout' is a layer",
  ],
  [
    'a setting out of range',
    () => activate({ kind: 'elu', alpha: Number.NaN }, [1]),
    ConfigError,
    'activate elu: alpha must be',
  ],
  [
    'gradients of another shape',
    () => activateGradient('relu', [[1, 2]], [[1]]),
    ShapeError,
    'upstream is [1, 1], x is [1, 2]',
  ],
  ['no numbers', () => activate('relu', 'x' as never), ConfigError, 'activate: x must be'],
])('refuses %s', (_, call, error, message) => {
  expect(call).toThrow(error)
  expect(call).toThrow(message)
})
