/** A model's graph: its layers, the uses of them (nodes) in an order that they can run in, inputs and outputs by name. */

import { show, suggestion } from '../checks.ts'
import type { Ports } from '../data/ports.ts'
import { checkName, Layer, SymbolicTensor } from '../layers/layer.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'
import { nameLayers } from './names.ts'
import { record } from './record.ts'

/** One use of a layer. Values are numbered: inputs first, then each node's. */
export interface Node {
  readonly layer: number
  readonly inputs: readonly number[]
  readonly width: number
}

/** A model's graph. */
export interface Graph {
  readonly inputs: Ports
  readonly outputs: Ports
  readonly inputTensors: readonly SymbolicTensor[]
  readonly layers: readonly Layer[]
  /** The layers' names in this model. */
  readonly names: readonly string[]
  readonly nodes: readonly Node[]
  /** What each node makes. */
  readonly tensors: readonly SymbolicTensor[]
  /** For each output its value's number. */
  readonly outputValues: readonly number[]
}

/**
 * The graph between inputs and outputs.
 *
 * @throws ConfigError when an output does not depend on the inputs alone, an input is not used, or a name is taken twice.
 */
export function buildGraph(inputs: unknown, outputs: unknown): Graph {
  const ins = readTensors(inputs, 'inputs')
  const outs = readTensors(outputs, 'outputs')
  ins.tensors.forEach((tensor, i) => {
    if (tensor.source)
      throw new ConfigError(`model: inputs${at(ins, i)} must come from input(); it is what a layer made`)
    if (ins.tensors.indexOf(tensor) !== i)
      throw new ConfigError(`model: inputs${at(ins, i)} is the same input as another`)
  })
  const made = reach(outs.tensors)
  const layers = [...new Set(made.map((tensor) => (tensor.source as { layer: Layer }).layer))]
  const names = nameLayers(layers)
  const positions = new Map(layers.map((layer, i) => [layer, i]))
  const values = new Map([...ins.tensors, ...made].map((tensor, i) => [tensor, i]))
  const nodes = made.map((tensor) => {
    const { layer, inputs: from } = tensor.source as NonNullable<SymbolicTensor['source']>
    const index = positions.get(layer) as number
    const numbers = from.map((value) => {
      const number = values.get(value)
      if (number !== undefined) return number
      const name =
        value.givenName === undefined ? `an input of shape [${value.width}]` : `the input ${show(value.givenName)}`
      throw new ConfigError(
        `model: layer ${show(names[index])} depends on ${name}, which is not among the model's inputs; add it`,
      )
    })
    return { layer: index, inputs: numbers, width: tensor.width }
  })
  outs.tensors.forEach((tensor, i) => {
    if (!tensor.source) throw new ConfigError(`model: outputs${at(outs, i)} is an input; apply a layer to it`)
    if (outs.tensors.indexOf(tensor) !== i) {
      throw new ConfigError(
        `model: outputs${at(outs, i)} is the same value as another output; apply activation('linear') to it`,
      )
    }
  })
  const used = new Set(nodes.flatMap((node) => node.inputs))
  ins.tensors.forEach((_, i) => {
    if (!used.has(i)) throw new ConfigError(`model: inputs${at(ins, i)} is not used by any output; leave it out`)
  })
  checkWidths(layers, names, nodes, ins.tensors)
  checkTied(layers, names, nodes, ins.tensors)
  return {
    inputs: ports(ins),
    outputs: ports(outs),
    inputTensors: ins.tensors,
    layers,
    names,
    nodes,
    tensors: made,
    outputValues: outs.tensors.map((tensor) => values.get(tensor) as number),
  }
}

/** The position of a layer, or an error with the nearest name. */
export function layerIndex(graph: Graph, name: unknown, where: string): number {
  const index = graph.names.indexOf(name as string)
  if (index >= 0) return index
  const output = graph.outputs.named ? graph.outputs.names.indexOf(name as string) : -1
  if (output >= 0) {
    const { layer } = graph.nodes[(graph.outputValues[output] as number) - graph.inputTensors.length] as Node
    throw new ConfigError(
      `${where}: ${show(name)} is an output, not a layer; the layer that makes it is ${show(graph.names[layer])}`,
    )
  }
  const hint = suggestion(name, graph.names)
  throw new ConfigError(`${where}: there is no layer ${show(name)}${hint} Known: ${graph.names.join(', ')}`)
}

/**
 * The part of a graph that ends at a layer, with the inputs that it depends on.
 *
 * @throws ConfigError when there is no such layer, or it is used on several values.
 */
export function outputGraph(graph: Graph, name: unknown): Graph {
  const index = layerIndex(graph, name, 'outputAt')
  refuseSeveralUses(graph, index)
  const output = graph.tensors[graph.nodes.findIndex((node) => node.layer === index)] as SymbolicTensor
  if (!graph.inputs.named) return buildGraph(graph.inputTensors[0], output)
  const needed = new Set(reach([output]).flatMap((tensor) => tensor.source?.inputs ?? []))
  const inputs = graph.inputs.names.map((key, i) => [key, graph.inputTensors[i] as SymbolicTensor] as const)
  const cut = buildGraph(record(inputs.filter(([, tensor]) => needed.has(tensor))), output)
  const dropped = inputs.filter(([, tensor]) => !needed.has(tensor)).map(([key]) => key)
  return { ...cut, inputs: { ...cut.inputs, dropped: { names: dropped, at: name as string } } }
}

/** A layer that is used on several values has no one output. */
function refuseSeveralUses(graph: Graph, index: number): void {
  const valueNames = [...graph.inputs.names, ...graph.nodes.map((node) => graph.names[node.layer])]
  const uses = graph.nodes.filter((node) => node.layer === index).map((node) => node.inputs)
  const places = [...new Map(uses.map((values) => [values.join(), values])).values()].map((values) =>
    values.map((value) => show(valueNames[value])).join(' with '),
  )
  if (places.length < 2) return
  const layer = show(graph.names[index])
  throw new ConfigError(
    `outputAt: layer ${layer} is used on several values, ${places.join(' and ')}: it has no one output. Make a model of the ` +
      `one you mean, model({ inputs, outputs }), with what apply() returned for it, or getLayer(${layer}).apply(…) returns now`,
  )
}

interface Named {
  readonly names: readonly string[]
  readonly named: boolean
  readonly tensors: readonly SymbolicTensor[]
}

function readTensors(value: unknown, where: 'inputs' | 'outputs'): Named {
  const expected = `${where === 'inputs' ? 'input()' : 'layer.apply()'}`
  if (value instanceof SymbolicTensor) return { names: [where.slice(0, -1)], named: false, tensors: [value] }
  refuseLayer(value, where)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(
      `model: ${where} must be what ${expected} returned, or a record of that by name; got ${show(value)}`,
    )
  }
  const entries = Object.entries(value)
  if (entries.length === 0) throw new ConfigError(`model: ${where} has no entries; expected at least one`)
  for (const [name, tensor] of entries) {
    checkName(`model: ${where}`, name)
    refuseLayer(tensor, `${where}.${name}`)
    if (!(tensor instanceof SymbolicTensor)) {
      throw new ConfigError(`model: ${where}.${name} must be what ${expected} returned; got ${show(tensor)}`)
    }
  }
  return { names: entries.map(([name]) => name), named: true, tensors: entries.map(([, tensor]) => tensor) }
}

function refuseLayer(value: unknown, where: string): void {
  if (!(value instanceof Layer)) return
  throw new ConfigError(`model: ${where} is the layer ${show(value.name)} itself; apply it to a value: layer.apply(x)`)
}

const at = (named: Named, index: number): string => (named.named ? `.${named.names[index]}` : '')

const ports = ({ names, named, tensors }: Named): Ports => ({
  names,
  named,
  widths: tensors.map((tensor) => tensor.width),
})

/** Everything that layers make on the way to these values, in the order in which it was described: what it depends on comes first. */
function reach(outputs: readonly SymbolicTensor[]): SymbolicTensor[] {
  const seen = new Set<SymbolicTensor>()
  const waiting = [...outputs]
  for (let tensor = waiting.pop(); tensor; tensor = waiting.pop()) {
    if (seen.has(tensor) || !tensor.source) continue
    seen.add(tensor)
    for (const input of tensor.source.inputs) waiting.push(input)
  }
  return [...seen].sort((a, b) => a.order - b.order)
}

/** A kernel of another layer must be there, made before, and of the right shape. */
function checkTied(
  layers: readonly Layer[],
  names: readonly string[],
  nodes: readonly Node[],
  inputs: readonly SymbolicTensor[],
): void {
  const firsts = new Map<number, number>()
  nodes.forEach(({ layer }, i) => {
    if (!firsts.has(layer)) firsts.set(layer, i)
  })
  const first = (wanted: number) => firsts.get(wanted) ?? -1
  layers.forEach((layer, index) => {
    const { tiedTo } = layer
    if (!tiedTo) return
    const where = `model: layer ${show(names[index])} is tied to ${tiedTo.where}`
    const owner = layers.indexOf(tiedTo)
    if (owner < 0) {
      throw new ConfigError(
        `${where}, which no output of the model depends on; use that layer in the model too, or a dense layer with a copy of its weights`,
      )
    }
    if (first(owner) > first(index)) throw new ConfigError(`${where}, which comes behind it; apply that layer first`)
    const value = nodes[first(owner)]?.inputs[0] ?? 0
    const features = inputs[value]?.width ?? nodes[value - inputs.length]?.width
    const width = nodes[first(index)]?.width
    if (features === width) return
    throw new ShapeError(
      `${where}, which reads ${features} features in this model and read ${width} when they were tied; make new layers`,
    )
  })
}

/** A layer's weights have one shape: all its uses must be on values of the same widths. */
function checkWidths(
  layers: readonly Layer[],
  names: readonly string[],
  nodes: readonly Node[],
  inputs: readonly SymbolicTensor[],
): void {
  const widthOf = (value: number) => inputs[value]?.width ?? nodes[value - inputs.length]?.width
  const first = new Map<number, string>()
  for (const { layer, inputs: from } of nodes) {
    if (!layers[layer]?.definition.weighted) continue
    const use = from.map(widthOf).join(', ')
    const before = first.get(layer) ?? use
    first.set(layer, before)
    if (use === before) continue
    throw new ShapeError(
      `model: layer ${show(names[layer])} is used on ${before} features and on ${use}; its weights suit only one of them`,
    )
  }
}
