/** Constraints against Keras's: a kernel after an update that changes nothing else. */

import { expect, it } from 'vitest'
import type { ConstraintLike } from '../../ts/constraints.ts'
import * as constraints from '../../ts/constraints.ts'
import { dense } from '../../ts/layers/index.ts'
import { sequential } from '../../ts/model/index.ts'
import { sgd } from '../../ts/optimizers.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory, golden, type Member, title } from './golden.ts'

interface Case extends Member {
  readonly kernel: number[][]
  readonly value: readonly (readonly number[])[]
}

const { cases } = golden<{ readonly cases: readonly Case[] }>('constraints')

it.each(cases.map((one) => [`${title(one)} [${one.kernel.length}, ${one.kernel[0]?.length}]`, one] as const))(
  '%s',
  (_, one) => {
    const kernelConstraint = factory<ConstraintLike>(constraints, one.name)(one.options)
    const units = one.kernel[0]?.length ?? 0
    const layers = [dense({ units, useBias: false, kernelConstraint, name: 'layer' })]
    const model = sequential({ inputShape: [one.kernel.length], layers, seed: 1 })
    model.setWeights({ 'layer/kernel': one.kernel })
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'meanSquaredError' })
    model.trainOnBatch([one.kernel.map(() => 1)], [Array.from({ length: units }, () => 0)])
    // A sum of squares, its root and a quotient: a few roundings to float32.
    expectClose(model.getWeights()['layer/kernel']?.data ?? [], one.value.flat(), { relative: 1e-6, absolute: 1e-7 })
    model.dispose()
  },
)

it('covers every constraint', () => {
  const covered = new Set([...cases.map((one) => one.name), 'none'])
  expect(names('constraint').filter((name) => !covered.has(name))).toEqual([])
})
