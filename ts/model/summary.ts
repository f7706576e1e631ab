/** A model as a table of text. */

import type { Core } from './core.ts'

/** A line for each layer, then the sums. */
export function summary(core: Core): string {
  const { graph, parameters } = core
  const bytes = core.use((raw) => raw.memory_bytes())
  const count = (test: (index: number) => boolean) =>
    parameters.reduce((sum, p, i) => sum + (test(i) ? p.rows * p.columns : 0), 0)
  const inputs = graph.inputs.names.map((name, i) => [`${name} (input)`, `[batch, ${graph.inputs.widths[i]}]`, '0', ''])
  const valueNames = [...graph.inputs.names]
  const seen = new Set<number>()
  const nodes = graph.nodes.map((node) => {
    const layer = graph.layers[node.layer]
    const again = seen.has(node.layer)
    seen.add(node.layer)
    valueNames.push(graph.names[node.layer] ?? '')
    const weights = again ? 'shared' : format(count((i) => parameters[i]?.layer === node.layer))
    const frozen = layer?.trainable === false ? ', frozen' : ''
    return [
      `${graph.names[node.layer]} (${layer?.kind}${frozen})`,
      `[batch, ${node.width}]`,
      weights,
      node.inputs.map((value) => valueNames[value]).join(', '),
    ]
  })
  const chain = graph.nodes.every((node, i) => node.inputs.length === 1 && node.inputs[0] === i)
  const head = ['Layer', 'Output shape', 'Parameters', 'Connected to']
  const rows = [head, ...inputs, ...nodes].map((row) => (chain ? row.slice(0, 3) : row))
  const total = count(() => true)
  const trainable = count((i) => {
    const parameter = parameters[i]
    return parameter?.learned === true && graph.layers[parameter.layer]?.trainable === true
  })
  return [
    ...table(rows),
    `Parameters: ${format(total)} (${formatBytes(total * 4)})`,
    `  trainable: ${format(trainable)}`,
    `  not trainable: ${format(total - trainable)}`,
    `Memory: ${formatBytes(bytes)} (weights, gradients, optimizer state and buffers)`,
  ].join('\n')
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

const formatBytes = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
