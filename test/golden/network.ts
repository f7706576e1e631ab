/** Networks as golden files describe them, built with ravine. */

import * as activations from '../../ts/activations.ts'
import * as constraints from '../../ts/constraints.ts'
import * as layers from '../../ts/layers/index.ts'
import { type AnyModel, sequential } from '../../ts/model/index.ts'
import type { Optimizer } from '../../ts/optimizers.ts'
import * as optimizers from '../../ts/optimizers.ts'
import * as regularizers from '../../ts/regularizers.ts'
import * as schedules from '../../ts/schedules.ts'
import { factory, type Member } from './golden.ts'

/** A vector, or a matrix as rows. */
export type Numbers = readonly number[] | readonly (readonly number[])[]

/** A network with its data and its start. */
export interface Net {
  readonly inputShape: readonly [number]
  readonly layers: readonly {
    readonly type: string
    readonly name: string
    readonly options: Record<string, unknown>
  }[]
  readonly loss: string
  readonly batchSize: number
  readonly epochs: number
  readonly x: readonly number[][]
  readonly y: Numbers
  readonly start: Readonly<Record<string, Numbers>>
  /** Loss and gradients of the first batch. */
  readonly first: { readonly loss: number; readonly gradients: Readonly<Record<string, Numbers>> }
}

/** A training of a network. */
export interface Run {
  readonly optimizer: Member
  readonly compile: { readonly clipNorm?: number; readonly clipValue?: number }
  readonly fit: {
    readonly batchSize?: number | 'full'
    readonly epochs?: number
    readonly classWeight?: Readonly<Record<string, number>>
    readonly sampleWeight?: readonly number[]
  }
  readonly losses: readonly number[]
  readonly epochLosses: readonly number[]
  readonly finalWeights: Readonly<Record<string, Numbers>>
  readonly finalWeights32: Readonly<Record<string, Numbers>>
  readonly finalPredictions?: readonly number[][]
}

/** Where the factories of nested options are. */
const NESTED: Readonly<Record<string, object>> = {
  activation: activations,
  kernelRegularizer: regularizers,
  biasRegularizer: regularizers,
  activityRegularizer: regularizers,
  kernelConstraint: constraints,
}

type Nested = string | Partial<Member & { readonly arguments: readonly unknown[] }>

/** `name`, `{ name, options }` or `{ name, arguments }` as data of the factory of that name. */
function build(module: object, value: Nested): unknown {
  if (typeof value === 'string') return factory(module, value)()
  return factory(module, value.name ?? '')(...(value.arguments ?? [value.options ?? {}]))
}

/** The network, at its start. */
export function buildNet(net: Net): AnyModel {
  const model = sequential({
    inputShape: net.inputShape,
    seed: 1,
    layers: net.layers.map(({ type, name, options }) => {
      const built = Object.entries(options).map(([key, value]) => {
        const module = NESTED[key]
        return [key, module === undefined ? value : build(module, value as Nested)]
      })
      return factory<layers.Layer>(layers, type)({ name, ...Object.fromEntries(built) })
    }),
  }) as unknown as AnyModel
  model.setWeights(Object.fromEntries(Object.entries(net.start).map(([key, value]) => [key, value as number[]])))
  return model
}

/** The optimizer of a run; its rate may be a schedule. */
export function buildOptimizer({ name, options }: Member): Optimizer {
  const rate = options.learningRate
  const learningRate = typeof rate === 'object' ? build(schedules, rate as Member) : rate
  return factory<Optimizer>(optimizers, name)({ ...options, learningRate })
}

/** All numbers of a vector or a matrix. */
export function flat(numbers: Numbers): number[] {
  return (numbers as readonly (number | readonly number[])[]).flat()
}
