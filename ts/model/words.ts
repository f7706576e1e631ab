/** A graph as the row of numbers that Rust builds the network from. */

import { seedWords } from '../checks.ts'
import type { Graph } from './graph.ts'

/** `[seed (2), inputs, width …, layers, layer …, nodes, node …, outputs, value …]`. */
export function graphWords(graph: Graph, seed: number): Float64Array {
  const { inputs, layers, nodes, outputValues } = graph
  return Float64Array.from([
    ...seedWords(seed),
    inputs.widths.length,
    ...inputs.widths,
    layers.length,
    ...layers.flatMap((layer) => layer.definition.words(layer.config)),
    nodes.length,
    ...nodes.flatMap((node) => [node.layer, node.inputs.length, ...node.inputs]),
    outputValues.length,
    ...outputValues,
  ])
}
