/** Reads a saved model. Nothing in the bytes is believed: layers and settings pass the same checks as a user's. */

import { checkRange, checkSeed } from '../../checks.ts'
import { LAYER_KINDS } from '../../layers/kinds.ts'
import { Layer, SymbolicTensor } from '../../layers/layer.ts'
import { FormatError, isOutOfMemory, RavineError } from '../../runtime/errors.ts'
import { readSettings } from '../compile.ts'
import { Core } from '../core.ts'
import { buildGraph, type Graph } from '../graph.ts'
import { record } from '../record.ts'
import { namingTheLargest } from '../too-large.ts'
import { unpack } from './container.ts'
import { attach, type Functions } from './functions.ts'
import type { GraphHeader } from './graph-header.ts'
import { type Header, readHeader, type TrainingHeader } from './header.ts'

/**
 * The model in bytes made by `toBytes`.
 *
 * @throws FormatError when the bytes are anything else.
 * @throws ConfigError when a function that the model needs is not given.
 */
export function fromBytes(bytes: unknown, functions: Functions): Core {
  const { header: json, floats } = unpack(bytes)
  const header = attach(readHeader(json), functions)
  const graph = refuse(() => readGraph(header))
  checkSize(header, graph, floats)
  const core = refuse(() => namingTheLargest(graph, undefined, () => new Core(graph, checkSeed('seed', header.seed))))
  try {
    refuse(() => restore(core, header, floats))
  } catch (error) {
    core.dispose()
    throw error
  }
  core.adopt()
  return core
}

/** Does some work whose errors mean that the file is wrong. */
function refuse<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof RavineError) || error instanceof FormatError || error.code === 'state') throw error
    // The file is not to blame for memory that is full.
    if (isOutOfMemory(error)) throw error
    throw new FormatError(`fromBytes: the bytes describe no model: ${error.message}`, { cause: error })
  }
}

/** The graph in a header. @internal */
export function readGraph(header: GraphHeader): Graph {
  const layers: Layer[] = []
  for (const each of header.layers) {
    const kind = LAYER_KINDS.find(({ name }) => name === each.kind)
    if (!kind) throw new FormatError(`fromBytes: there is no layer of kind '${each.kind.slice(0, 40)}'`)
    const { trainable, learningRateScale, config, name } = each
    const { name: _, trainable: __, learningRateScale: ___, ...settings } = config
    const common = { trainable, learningRateScale, ...(each.named && { name }) }
    // Only a layer that comes before can be meant; anything else is refused as what no layer is.
    const tied = each.tiedTo === null ? {} : { tiedTo: layers[each.tiedTo] }
    const layer = new Layer(kind, { ...settings, ...common, ...tied })
    layer.assignName(name)
    layers.push(layer)
  }
  const values: SymbolicTensor[] = header.inputs.map(
    ({ number }) => new SymbolicTensor({ width: checkRange('input', 'width', number, 'count'), name: undefined }),
  )
  const inputs = [...values]
  for (const node of header.nodes) {
    const layer = layers[node.layer]
    const from = node.inputs.map((value) => values[value])
    if (!layer || from.includes(undefined)) throw new FormatError('fromBytes: a node refers to what does not exist')
    values.push(layer.apply(from as SymbolicTensor[]))
  }
  const outputs = header.outputs.map(({ number }) => values[number])
  if (outputs.includes(undefined)) throw new FormatError('fromBytes: an output refers to what does not exist')
  const tensors = (ports: Header['inputs'], list: readonly SymbolicTensor[], named: boolean) => {
    if (named) return record(ports.map(({ name }, i) => [name, list[i] as SymbolicTensor]))
    if (list.length !== 1) throw new FormatError('fromBytes: several inputs or outputs need names')
    return list[0]
  }
  const graph = buildGraph(
    tensors(header.inputs, inputs, header.inputsNamed),
    tensors(header.outputs, outputs as SymbolicTensor[], header.outputsNamed),
  )
  // Floats come in the order of the layers: a file whose layers or nodes are not all used, or in another order, is not one of ours.
  const same =
    graph.layers.length === layers.length &&
    graph.layers.every((layer, i) => layer === layers[i] && graph.names[i] === header.layers[i]?.name)
  if (!same || graph.nodes.length !== header.nodes.length)
    throw new FormatError('fromBytes: layers are missing from the graph, or two have one name')
  if (graph.inputs.names.length !== header.inputs.length || graph.outputs.names.length !== header.outputs.length) {
    throw new FormatError('fromBytes: two inputs or outputs have one name')
  }
  return graph
}

/** Compares sizes before any memory is taken: what the file claims must be there. */
function checkSize(header: Header, graph: Graph, floats: Float32Array): void {
  const seen = new Set<number>()
  const kernels = graph.nodes.reduce((sum, node) => {
    const layer = graph.layers[node.layer]
    const inputs = node.inputs.map(
      (value) => graph.inputs.widths[value] ?? graph.nodes[value - graph.inputs.widths.length]?.width ?? 0,
    )
    const first = !seen.has(node.layer)
    seen.add(node.layer)
    const [rows, columns] = (first && layer?.definition.kernel?.(layer.config, inputs)) || [0, 0]
    return sum + rows * columns
  }, 0)
  if (kernels > floats.length) throw new FormatError('fromBytes: the model is cut off: weights are missing')
  const slots = header.training?.slots ?? 0
  if (!Number.isInteger(slots) || slots < 0 || slots > 16)
    throw new FormatError('fromBytes: the number of state arrays is wrong')
}

function restore(core: Core, header: Header, floats: Float32Array): void {
  const size = core.parameters.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
  const slots = header.training?.slots ?? 0
  if (floats.length !== size * (1 + slots))
    throw new FormatError('fromBytes: weights or optimizer state are missing, or too many')
  if (header.training) restoreSettings(core, header.training)
  let next = 0
  const take = (target: Float32Array) => {
    target.set(floats.subarray(next, next + target.length))
    next += target.length
  }
  core.parameters.forEach((_, i) => {
    take(core.view(i))
  })
  for (let slot = 0; slot < slots; slot++) {
    core.parameters.forEach(({ rows, columns }, i) => {
      if (core.learns(i)) take(core.state(slot, i))
      else next += rows * columns
    })
  }
}

function restoreSettings(core: Core, training: TrainingHeader): void {
  const { names, named } = core.graph.outputs
  const { heads, optimizer, clipNorm, clipValue, trainable, scales } = training
  const layers = core.graph.layers.length
  if (heads.length !== names.length || trainable.length !== layers || scales.length !== layers) {
    throw new FormatError('fromBytes: settings are missing')
  }
  const each = <T>(pick: (head: TrainingHeader['heads'][number]) => T) =>
    named
      ? record(heads.map((head, i) => [names[i] ?? '', pick(head)]))
      : pick(heads[0] as TrainingHeader['heads'][number])
  const settings = readSettings(core.graph, {
    optimizer,
    loss: each((head) => head.loss),
    metrics: each((head) => head.metrics),
    lossWeights: each((head) => head.lossWeight),
    ...(clipNorm !== null && { clipNorm }),
    ...(clipValue !== null && { clipValue }),
  })
  core.compile({
    ...settings,
    trainable,
    scales: scales.map((scale) => checkRange('layer', 'learningRateScale', scale, 'nonNegative')),
  })
  if (core.use((raw) => raw.state_slots()) !== training.slots)
    throw new FormatError('fromBytes: the optimizer has another state')
  core.epoch = checkRange('training', 'epoch', training.epoch, 'index')
  core.use((raw) => raw.set_progress(Float64Array.from(training.progress)))
  if (training.rate !== null) core.setLearningRate(training.rate)
}
