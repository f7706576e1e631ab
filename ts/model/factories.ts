/** Where models come from. */

import { checkOptions, checkSeed, outOfRange } from '../checks.ts'
import type { Features } from '../data/source.ts'
import { input } from '../layers/input.ts'
import { Layer, type SymbolicTensor } from '../layers/layer.ts'
import { widthOfShape } from '../layers/shape.ts'
import type { Matrix } from '../matrix.ts'
import { buildCore, randomSeed } from './build.ts'
import { buildGraph } from './graph.ts'
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
  const where = 'sequential'
  const { inputShape, layers, seed } = checkOptions(where, options, ['inputShape', 'layers', 'seed'])
  widthOfShape(inputShape, where, 'inputShape')
  if (!Array.isArray(layers) || layers.length === 0) {
    throw outOfRange(where, 'layers', 'an array of layers, for example [dense({ units: 1 })]', layers)
  }
  const checked = seed === undefined ? randomSeed() : checkSeed(where, seed)
  const x = input({ shape: inputShape as readonly number[] })
  const output = Array.from(layers as readonly unknown[]).reduce((value: SymbolicTensor, layer, i) => {
    if (layer instanceof Layer) return layer.apply(value)
    throw outOfRange(where, `layers[${i}]`, 'a layer, for example dense({ units: 8 })', layer)
  }, x)
  return new Model(buildCore(buildGraph(x, output), checked))
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

type TensorRecord = Readonly<Record<string, SymbolicTensor>>
type FeaturesOf<I> = I extends SymbolicTensor ? Features : { readonly [K in keyof I]: Features }
type PredictionsOf<O> = O extends SymbolicTensor ? Matrix : { [K in keyof O]: Matrix }
/** T, of which the compiler cannot see by itself that it is a U. An intersection with U would accept flat labels for named outputs. */
type As<T, U> = T extends U ? T : never

/**
 * A model of any acyclic graph of layers.
 *
 * @throws ConfigError when an output does not depend on the inputs alone, an input is not used, two layers have one name, or the model does not fit in
 * memory.
 */
export function model<I extends SymbolicTensor | TensorRecord, O extends SymbolicTensor | TensorRecord>(
  options: ModelOptions<I, O>,
): Model<As<FeaturesOf<I>, AnyFeatures>, As<PredictionsOf<O>, AnyPredictions>> {
  const { inputs, outputs, seed } = checkOptions('model', options, ['inputs', 'outputs', 'seed'])
  const checked = seed === undefined ? randomSeed() : checkSeed('model', seed)
  return new Model(buildCore(buildGraph(inputs, outputs), checked))
}
