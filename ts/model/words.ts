/** A graph as the row of numbers that Rust builds the network from. */

import { seedWords } from '../checks.ts'
import type { Layer } from '../layers/layer.ts'
import type { Graph } from './graph.ts'

/** `[seed (2), inputs, width …, layers, layer …, nodes, node …, outputs, value …]`. */
export function graphWords(graph: Graph, seed: number): Float64Array {
  const { inputs, layers, nodes, outputValues } = graph
  const tied = (layer: Layer, index: number): number[] => {
    if (!layer.tiedTo) return []
    return [layers.indexOf(layer.tiedTo), nodes.find((node) => node.layer === index)?.width ?? 0]
  }
  return Float64Array.from([
    ...seedWords(seed),
    inputs.widths.length,
    ...inputs.widths,
    layers.length,
    ...layers.flatMap((layer, i) => layer.definition.words(layer.config, tied(layer, i))),
    nodes.length,
    ...nodes.flatMap((node) => [node.layer, node.inputs.length, ...node.inputs]),
    outputValues.length,
    ...outputValues,
  ])
}
