/** Errors of memory that name what is too large. */

import { show } from '../checks.ts'
import { ConfigError, isOutOfMemory, RavineError } from '../runtime/errors.ts'
import { formatBytes } from './bytes-text.ts'
import type { Graph } from './graph.ts'

interface Part {
  readonly what: string
  readonly rows: number
  readonly columns: number
}

/**
 * Does some work; if what it takes does not fit in memory, the error names the largest part.
 *
 * @param batch The rows of a batch when buffers for one are at stake; otherwise it is the weights.
 */
export function namingTheLargest<T>(graph: Graph, batch: number | undefined, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof RavineError) || !isOutOfMemory(error)) throw error
    const parts = batch === undefined ? kernels(graph) : values(graph, batch)
    const { what, rows, columns } = parts.reduce((a, b) => (b.rows * b.columns > a.rows * a.columns ? b : a))
    const advice = batch === undefined ? 'Use fewer units or features' : 'Use a smaller batch or fewer units'
    throw new ConfigError(
      `${error.message}. The largest part is ${what}, ${rows} × ${columns} numbers, ${formatBytes(4 * rows * columns)}. ${advice}`,
      { cause: error },
    )
  }
}

function kernels(graph: Graph): Part[] {
  const widthOf = (value: number) =>
    graph.inputs.widths[value] ?? graph.nodes[value - graph.inputs.widths.length]?.width ?? 0
  return graph.nodes.map((node) => {
    const { definition, config } = graph.layers[node.layer] ?? {}
    const [rows, columns] = definition?.kernel?.(config ?? {}, node.inputs.map(widthOf)) ?? [1, 0]
    return { what: `the kernel of layer ${show(graph.names[node.layer])}`, rows, columns }
  })
}

function values(graph: Graph, rows: number): Part[] {
  const { inputs, nodes, names } = graph
  return [
    ...inputs.widths.map((columns, i) => ({ what: `a batch of ${show(inputs.names[i])}`, rows, columns })),
    ...nodes.map(({ layer, width }) => ({
      what: `the output of layer ${show(names[layer])} for a batch`,
      rows,
      columns: width,
    })),
  ]
}
