/** A model as a table of text. */

import { checkOptions, checkRange } from '../checks.ts'
import { whichLearn } from '../layers/layer.ts'
import { formatBytes } from './bytes-text.ts'
import type { Core } from './core.ts'

/** The options of `model.summary`. */
export interface SummaryOptions {
  /** The rows of the batch whose memory is shown. Default 32, as `fit` has it. */
  readonly batchSize?: number | undefined
}

/** A line for each layer, then the sums. */
export function summary(core: Core, options: unknown): string {
  const { graph, parameters } = core
  const { batchSize = 32 } = checkOptions('summary', options, ['batchSize'])
  const rows = checkRange('summary', 'batchSize', batchSize, 'count')
  const memory = core.useBatches(rows, (raw) => raw.memory_bytes(rows))
  const learns = whichLearn(graph.layers)
  const count = (test: (index: number) => boolean) =>
    parameters.reduce((sum, p, i) => sum + (test(i) ? p.rows * p.columns : 0), 0)
  const counts = graph.layers.map(() => 0)
  for (const { layer, rows: height, columns } of parameters) counts[layer] = (counts[layer] ?? 0) + height * columns
  const inputs = graph.inputs.names.map((name, i) => [`${name} (input)`, `[batch, ${graph.inputs.widths[i]}]`, '0', ''])
  const valueNames = [...graph.inputs.names]
  const seen = new Set<number>()
  const nodes = graph.nodes.map((node) => {
    const layer = graph.layers[node.layer]
    const again = seen.has(node.layer)
    seen.add(node.layer)
    valueNames.push(graph.names[node.layer] ?? '')
    const weights = again ? 'shared' : format(counts[node.layer] ?? 0)
    const frozen = learns[node.layer] ? '' : ', frozen'
    const tied = layer?.tiedTo ? ` to ${graph.names[graph.layers.indexOf(layer.tiedTo)]}` : ''
    return [
      `${graph.names[node.layer]} (${layer?.kind}${tied}${frozen})`,
      `[batch, ${node.width}]`,
      weights,
      node.inputs.map((value) => valueNames[value]).join(', '),
    ]
  })
  const chain = graph.nodes.every((node, i) => node.inputs.length === 1 && node.inputs[0] === i)
  const head = ['Layer', 'Output shape', 'Parameters', 'Connected to']
  const lines = [head, ...inputs, ...nodes].map((row) => (chain ? row.slice(0, 3) : row))
  const total = count(() => true)
  const trainable = count((i) => {
    const parameter = parameters[i]
    return parameter?.learned === true && learns[parameter.layer] === true
  })
  return [
    ...table(lines),
    `Parameters: ${format(total)} (${formatBytes(total * 4)})`,
    `  trainable: ${format(trainable)}`,
    `  not trainable: ${format(total - trainable)}`,
    `Memory, alignment included, with ${rows === 1 ? '1 row' : `${format(rows)} rows`} a batch:`,
    ...memoryLines(core, memory),
  ].join('\n')
}

/** What `compile` adds is not known before it. */
function memoryLines(core: Core, [weights = 0, gradients = 0, state = 0, training = 0, inference = 0]: Float64Array) {
  const line = (what: string, bytes: number) => `  ${what}: ${formatBytes(bytes)}`
  return [
    line('parameters', weights),
    ...(core.settings
      ? [line('gradients', gradients), line('optimizer state', state), line('activations in training', training)]
      : []),
    line('activations in inference', inference),
  ]
}

/** Columns aligned under a head; figures to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    widths
      .map((width, column) => (column === 2 ? (row[column] ?? '').padStart(width) : (row[column] ?? '').padEnd(width)))
      .join('  ')
      .trimEnd(),
  )
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  return [lines[0] ?? '', rule, ...lines.slice(1), rule]
}

const format = (count: number): string => count.toLocaleString('en-US')
