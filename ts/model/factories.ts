/** Where models come from. */

import type { Features } from '../data/source.ts'
import type { Layer, SymbolicTensor } from '../layers/layer.ts'
import type { Matrix } from '../matrix.ts'
import { buildCore, randomSeed } from './build.ts'
import { type Described, describeModel, describeSequential } from './describe.ts'
import { Model } from './model.ts'
import type { AnyFeatures, AnyPredictions } from './types.ts'

/** The options of {@link sequential}. */
export interface SequentialOptions {
  /** `[features]`: how many numbers a row has. */
  readonly inputShape: readonly number[]
  /** The layers, first to last. */
  readonly layers: readonly Layer[]
  /** Governs initial weights, shuffling and dropout; a whole number from 0. Default: random. */
  readonly seed?: number | undefined
}

/**
 * A model whose layers follow one another.
 *
 * @throws ConfigError when an option is missing, unknown or out of its range, two layers have one name, or the model does not fit in memory.
 */
export function sequential(options: SequentialOptions): Model<Features, Matrix> {
  return make(describeSequential(options))
}

/** The options of {@link model}. */
export interface ModelOptions<I, O> {
  /** Where data enters: what `input()` returned, or a record of that by name. */
  readonly inputs: I
  /** What the model predicts: what `layer.apply()` returned, or a record of that by name. */
  readonly outputs: O
  /** Governs initial weights, shuffling and dropout; a whole number from 0. Default: random. */
  readonly seed?: number | undefined
}

/** Symbolic values by name. */
export type TensorRecord = Readonly<Record<string, SymbolicTensor>>
/** What a model with such inputs takes. */
export type FeaturesOf<I> = I extends SymbolicTensor ? Features : { readonly [K in keyof I]: Features }
/** What a model with such outputs predicts. */
export type PredictionsOf<O> = O extends SymbolicTensor ? Matrix : { [K in keyof O]: Matrix }
/** T, of which the compiler cannot see by itself that it is a U. An intersection with U would accept flat labels for named outputs. */
export type As<T, U> = T extends U ? T : never

/**
 * A model of any acyclic graph of layers.
 *
 * @throws ConfigError when an output does not depend on the inputs alone, an input is not used, two layers have one name, or the model does not fit in
 * memory.
 */
export function model<I extends SymbolicTensor | TensorRecord, O extends SymbolicTensor | TensorRecord>(
  options: ModelOptions<I, O>,
): Model<As<FeaturesOf<I>, AnyFeatures>, As<PredictionsOf<O>, AnyPredictions>> {
  return make(describeModel(options))
}

const make = <X extends AnyFeatures, P extends AnyPredictions>({ graph, seed }: Described): Model<X, P> =>
  new Model(buildCore(graph, seed ?? randomSeed()))
