/** Losses against Keras and PyTorch. */

import { describe, expect, it } from 'vitest'
import type { Loss } from '../../ts/losses.ts'
import * as losses from '../../ts/losses.ts'
import { lossGradient, lossValue } from '../../ts/ops.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory, golden, type Member, title } from './golden.ts'

interface Case extends Member {
  readonly about: string
  readonly yTrue: number[][] | number[]
  readonly yPred: number[][]
  readonly value: number
  readonly gradient: readonly (readonly number[])[] | null
}

const { cases } = golden<{ readonly cases: readonly Case[] }>('losses')
const build = ({ name, options }: Member) => factory<Loss>(losses, name)(options)

/**
 * Terms are computed in float32 (each within some 2⁻²¹ of itself) and summed; terms of both signs may cancel, so that
 * the error is relative to a term and not to the sum. All cases have terms around 1 or a sum as large as its terms.
 */
const TOLERANCE = { relative: 4e-6, absolute: 1e-6 }

describe.each(cases.map((one) => [`${title(one)}: ${one.about}`, one] as const))('%s', (_, one) => {
  it('has the value', () => {
    expectClose([lossValue(build(one), one.yTrue, one.yPred)], [one.value], TOLERANCE)
  })

  it.runIf(one.gradient !== null)('has the gradient', () => {
    const { data, shape } = lossGradient(build(one), one.yTrue, one.yPred)
    expect(shape).toEqual([one.yPred.length, one.yPred[0]?.length])
    expectClose(data, one.gradient?.flat() ?? [], TOLERANCE)
  })
})

it('covers every loss', () => {
  const covered = new Set(cases.map((one) => one.name))
  expect(names('loss').filter((name) => !covered.has(name))).toEqual([])
})

it('covers every option of every loss', () => {
  const covered = new Set(
    cases.flatMap(({ name, options }) => Object.keys(options).map((option) => `${name}.${option}`)),
  )
  const options = names('loss').flatMap((name) =>
    Object.keys(factory<Loss>(losses, name)())
      .filter((key) => key !== 'kind')
      .map((option) => `${name}.${option}`),
  )
  expect(options.filter((option) => !covered.has(option))).toEqual([])
})
