/** From a graph to a network in memory. */

import { Core } from './core.ts'
import type { Graph } from './graph.ts'
import { namingTheLargest } from './too-large.ts'

/**
 * The network of a graph. Layers that have weights already, from another model, bring copies of them.
 *
 * @param source Where the weights come from; by default each layer's latest model, and from now on new models get them from this one.
 */
export function buildCore(graph: Graph, seed: number, source?: Core): Core {
  const core = namingTheLargest(graph, undefined, () => new Core(graph, seed))
  try {
    for (const layer of graph.layers) {
      const home = source ?? layer.home
      if (home) core.inherit(layer, home)
    }
  } catch (error) {
    core.dispose()
    throw error
  }
  graph.layers.forEach((layer, i) => {
    layer.assignName(graph.names[i] ?? layer.kind)
  })
  if (!source) core.adopt()
  return core
}

/** A seed for a model that was given none. */
export const randomSeed = (): number => Math.floor(Math.random() * 2 ** 53)
