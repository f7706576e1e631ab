/** Activations against PyTorch's functions, computed with 50 digits. */

import { describe, expect, it } from 'vitest'
import type { Activation, ActivationName } from '../../ts/activations.ts'
import * as activations from '../../ts/activations.ts'
import { activate, activateGradient } from '../../ts/ops.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory, golden, type Member, type Tolerance, title } from './golden.ts'

interface Results {
  readonly value: readonly number[]
  readonly derivative: readonly (number | null)[]
}

interface Row {
  readonly x: readonly number[]
  readonly upstream: readonly number[]
  readonly softmax: { readonly value: readonly number[]; readonly gradient: readonly number[] }
  readonly logSoftmax: { readonly value: readonly number[]; readonly gradient: readonly number[] }
}

const { x, elementwise, softmaxRows } = golden<{
  readonly x: readonly number[]
  readonly elementwise: readonly (Member & Results)[]
  readonly softmaxRows: readonly Row[]
}>('activations')

/**
 * Below this the float32 numbers are denormal, and a product of two normal ones may round there: two units of the
 * smallest are granted.
 */
const DENORMAL = 2 ** -148

/**
 * Where e^x is a denormal, x·e^x has its error |x| times: at most 104 · 2⁻¹⁴⁹, the largest |x| for which e^x is not 0.
 */
const DENORMAL_TIMES_X = 104 * 2 ** -149

/**
 * The tanh form's exponent is as large as 104 where the value is not yet 0, and rounding it to float32 changes the
 * result by up to 104 · 2⁻²⁴: 104 halves of a unit.
 */
const GELU_TANH_UNITS = 52

/**
 * Units in float32's last place granted to a value: W3C's WebNN conformance limits where it has the function, and those
 * of its parts otherwise (celu as elu; silu, mish, logSigmoid as sigmoid and softplus).
 */
const UNITS: Readonly<Record<Exclude<ActivationName, 'softmax' | 'logSoftmax'>, number>> = {
  linear: 0,
  sigmoid: 34,
  tanh: 16,
  relu: 0,
  leakyRelu: 1,
  elu: 18,
  selu: 18,
  celu: 18,
  gelu: 18,
  silu: 34,
  mish: 34,
  softplus: 18,
  softsign: 3,
  hardSigmoid: 2,
  hardSilu: 4,
  hardTanh: 0,
  relu6: 0,
  exponential: 32,
  logSigmoid: 18,
}

/**
 * A derivative is computed from the value or from the input, whichever training keeps: from a value near 1 or −1 its
 * absolute error is a few times float32's resolution there, 6e-8.
 */
const DERIVATIVE: Tolerance = { relative: 4e-6, absolute: 5e-7 }

const at = (i: number) => `f(${x[i]})`
const build = ({ name, options }: Member) => factory<Activation>(activations, name)(options)

describe.each(elementwise.map((one) => [title(one), one] as const))('%s', (_, one) => {
  const units = one.options.approximate === 'tanh' ? GELU_TANH_UNITS : UNITS[one.name as keyof typeof UNITS]
  const absolute = one.name === 'silu' || one.name === 'mish' ? DENORMAL_TIMES_X : DENORMAL

  it('has the value', () => {
    const { data } = activate(build(one), [x])
    expectClose(data, one.value, { units, absolute }, at)
  })

  it('has the derivative', () => {
    const { data } = activateGradient(build(one), [x], [x.map(() => 1)])
    expectClose(data, one.derivative, DERIVATIVE, at)
  })

  it('multiplies the derivative by the gradient from above', () => {
    const { data } = activateGradient(build(one), [x], [x.map((_, i) => (i % 2 === 0 ? 0.5 : -2))])
    // A derivative beyond float32 is infinite before it is multiplied.
    const truth = one.derivative.map((d, i) => (d === null ? null : Math.fround(d) * (i % 2 === 0 ? 0.5 : -2)))
    expectClose(data, truth, { relative: 4e-6, absolute: 1e-6 }, at)
  })

  it('does the same for every length and place', () => {
    const whole = activate(build(one), [x]).data
    for (let length = 1; length <= 9; length++) {
      for (const first of [0, 1, 30, x.length - length]) {
        const part = activate(build(one), [x.slice(first, first + length)]).data
        expect(part).toEqual(whole.slice(first, first + length))
      }
    }
  })
})

describe.each(['softmax', 'logSoftmax'] as const)('%s', (name) => {
  it.each(softmaxRows.map((row) => [row.x.length, row] as const))(
    'has value and gradient of a row of %i',
    (width, row) => {
      const { value, gradient } = row[name]
      const entry = (i: number) => `${name}(${row.x})[${i}]`
      // WebNN's limit for softmax; the logarithm is the sum's, so its error is absolute.
      const tolerance =
        name === 'softmax' ? { units: 3 * width + 3, absolute: DENORMAL } : { relative: 1e-6, absolute: 1e-6 }
      expectClose(activate(name, [row.x]).data, value, tolerance, entry)
      expectClose(
        activateGradient(name, [row.x], [row.upstream]).data,
        gradient,
        { relative: 1e-5, absolute: 2e-6 },
        entry,
      )
    },
  )

  it('takes rows one by one', () => {
    const rows = softmaxRows.filter((row) => row.x.length === 3)
    const together = activate(
      name,
      rows.map((row) => row.x),
    ).data
    const apart = rows.flatMap((row) => [...activate(name, [row.x]).data])
    expect([...together]).toEqual(apart)
  })
})

it('covers every activation', () => {
  const covered = new Set([...elementwise.map((one) => one.name), 'softmax', 'logSoftmax'])
  expect(names('activation').filter((name) => !covered.has(name))).toEqual([])
})
