/** From what a user describes to a graph: checks, and no memory yet. */

import { checkOptions, checkSeed, outOfRange } from '../checks.ts'
import { input } from '../layers/input.ts'
import { Layer, type SymbolicTensor } from '../layers/layer.ts'
import { widthOfShape } from '../layers/shape.ts'
import { buildGraph, type Graph } from './graph.ts'

/** A model that is described and not yet made. @internal */
export interface Described {
  readonly graph: Graph
  /** The seed, if one was given. */
  readonly seed: number | undefined
}

/** What `sequential` was given. @internal */
export function describeSequential(options: unknown): Described {
  const where = 'sequential'
  const { inputShape, layers, seed } = checkOptions(where, options, ['inputShape', 'layers', 'seed'])
  widthOfShape(inputShape, where, 'inputShape')
  if (!Array.isArray(layers) || layers.length === 0) {
    throw outOfRange(where, 'layers', 'an array of layers, for example [dense({ units: 1 })]', layers)
  }
  const checked = seed === undefined ? undefined : checkSeed(where, seed)
  const x = input({ shape: inputShape as readonly number[] })
  const output = Array.from(layers as readonly unknown[]).reduce((value: SymbolicTensor, layer, i) => {
    if (layer instanceof Layer) return layer.apply(value)
    throw outOfRange(where, `layers[${i}]`, 'a layer, for example dense({ units: 8 })', layer)
  }, x)
  return { graph: buildGraph(x, output), seed: checked }
}

/** What `model` was given. @internal */
export function describeModel(options: unknown): Described {
  const { inputs, outputs, seed } = checkOptions('model', options, ['inputs', 'outputs', 'seed'])
  const checked = seed === undefined ? undefined : checkSeed('model', seed)
  return { graph: buildGraph(inputs, outputs), seed: checked }
}
