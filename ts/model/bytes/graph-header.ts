/** A graph as plain data: what a saved model and a worker get of it. */

import type { Graph } from '../graph.ts'
import type { Header } from './header.ts'

/** A graph, without numbers. */
export type GraphHeader = Omit<Header, 'seed' | 'training'>

/** A graph as plain data. Functions of the user's are still in it. @internal */
export const graphHeader = (graph: Graph): GraphHeader => ({
  inputs: graph.inputs.names.map((name, i) => ({ name, number: graph.inputs.widths[i] ?? 0 })),
  inputsNamed: graph.inputs.named,
  outputs: graph.outputs.names.map((name, i) => ({ name, number: graph.outputValues[i] ?? 0 })),
  outputsNamed: graph.outputs.named,
  layers: graph.layers.map((layer, i) => ({
    kind: layer.kind,
    name: graph.names[i] ?? '',
    named: layer.named,
    trainable: layer.trainable,
    learningRateScale: layer.learningRateScale,
    config: layer.config,
    tiedTo: layer.tiedTo ? graph.layers.indexOf(layer.tiedTo) : null,
  })),
  nodes: graph.nodes.map(({ layer, inputs }) => ({ layer, inputs })),
})
