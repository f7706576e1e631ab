/** The engine behind a model: its network in WebAssembly memory, and what is known about it here. */

import { checkRange, many } from '../checks.ts'
import type { LabelRule } from '../data/labels.ts'
import { VOCABULARY } from '../generated/vocabulary.ts'
import type { Layer, WeightHome } from '../layers/layer.ts'
import { type Matrix, matrix } from '../matrix.ts'
import { ConfigError, NumericalError, ShapeError, StateError } from '../runtime/errors.ts'
import { Handle } from '../runtime/handle.ts'
import { failed } from '../runtime/load.ts'
import { f32 } from '../runtime/memory.ts'
import { glue } from '../runtime/raw.ts'
import { type Settings, settingsWords } from './compile.ts'
import type { Graph } from './graph.ts'
import { ModelHost } from './host.ts'
import { Scratch } from './scratch.ts'
import { namingTheLargest } from './too-large.ts'
import { graphWords } from './words.ts'

/** The glue's class. */
export type RawModel = InstanceType<typeof glue.RawModel>

/** A matrix of weights. */
export interface Parameter {
  /** Position of its layer. */
  readonly layer: number
  /** `layer/kernel`. */
  readonly key: string
  readonly rows: number
  readonly columns: number
  /** Whether the optimizer changes it; running statistics it does not. */
  readonly learned: boolean
}

/** A network and its state. */
export class Core extends Handle<RawModel> implements WeightHome {
  readonly graph: Graph
  readonly seed: number
  readonly parameters: readonly Parameter[]
  /** Answers the engine's questions. */
  readonly host: ModelHost
  /** Data sets that are used again and again. */
  readonly scratch = new Scratch()
  /** What `compile` set. */
  settings: Settings | undefined
  /** Epochs trained since `compile`: the number of the next one. */
  epoch = 0
  /** The learning rate that replaced the optimizer's. */
  rate: number | undefined
  /** Whether `fit` is under way. */
  fitting = false
  /** Whether training was asked to stop. */
  stopping = false
  /** Evaluations take turns. */
  turn: Promise<unknown> = Promise.resolve()

  constructor(graph: Graph, seed: number) {
    const host = new ModelHost(graph)
    super(`model ${describe(graph)}`, () => new glue.RawModel(graphWords(graph, seed), host.link()))
    this.host = host
    this.graph = graph
    this.seed = seed
    this.parameters = readParameters(
      graph,
      this.use((raw) => raw.parameters()),
    )
    const positions = graph.layers.map((): number[] => [])
    this.parameters.forEach((parameter, i) => void positions[parameter.layer]?.push(i))
    this.#parametersOf = new Map(graph.layers.map((layer, i) => [layer, positions[i] ?? []]))
  }

  readonly #parametersOf: ReadonlyMap<Layer, readonly number[]>
  #gone: AbortController | undefined

  /** Aborted when the model is disposed, for calls that wait for something else. Made when asked for: not every engine has such signals. */
  get gone(): AbortSignal {
    this.#gone ??= new AbortController()
    return this.#gone.signal
  }

  override dispose(): void {
    if (this.disposed) return
    this.check()
    this.#gone?.abort()
    try {
      if (!failed()) this.#leaveWeights()
    } finally {
      this.scratch.dispose()
      super.dispose()
    }
  }

  /** Throws when disposed. */
  check(): void {
    this.alive()
  }

  /** Also throws in the middle of a function of the user's: the network waits for it to return. */
  protected override alive(): RawModel {
    const { running } = this.host
    if (running === undefined) return super.alive()
    throw new StateError(
      `the model cannot be used by ${running}, which it is waiting for; use another model (a clone, for example) there`,
    )
  }

  /** Does some work with the network. */
  override use<T>(work: (raw: RawModel) => T): T {
    return super.use(work)
  }

  /**
   * Does some work in which functions of the user's may run, on a batch of so many rows. What went wrong in one is the call's error; in a loss it went
   * wrong first.
   */
  ask<T>(call: string, work: (raw: RawModel) => T, rows: number): T {
    let result: T | undefined
    let thrown: { error: unknown } | undefined
    try {
      result = this.useBatches(rows, work)
    } catch (error) {
      thrown = { error }
    }
    const [note, failure] = [this.host.takeNote(), this.host.take()]
    if (note !== undefined) throw new NumericalError(`${call}: ${note}`)
    if (failure) throw failure.trouble.toError(`${call}: ${failure.what}`)
    if (thrown) throw thrown.error
    return result as T
  }

  /** What `compile` set, or an error that names the call. */
  compiled(call: string): Settings {
    this.check()
    if (this.settings) return this.settings
    throw new StateError(`${call}: the model has not been compiled; call model.compile({ optimizer, loss }) first`)
  }

  /** Refuses training in which every layer that has weights was frozen when the model was compiled. */
  refuseAllFrozen(call: string): void {
    const { trainable } = this.compiled(call)
    const { parameters } = this
    if (parameters.length === 0 || parameters.some(({ layer }) => trainable[layer])) return
    throw new ConfigError(
      `${call}: nothing learns, every layer with weights was frozen at compile; set trainable = true on some and compile again`,
    )
  }

  /** Sets optimizer, losses and metrics; the optimizer starts anew. */
  compile(settings: Settings): void {
    namingTheLargest(this.graph, undefined, () => this.use((raw) => raw.compile(settingsWords(settings))))
    this.settings = settings
    this.host.heads = settings.heads
    this.epoch = 0
    this.rate = undefined
  }

  /** Work that needs buffers for batches of so many rows: if they do not fit in memory, the error names the largest. */
  useBatches<T>(rows: number, work: (raw: RawModel) => T): T {
    return namingTheLargest(this.graph, rows, () => this.use(work))
  }

  /** Refuses a call that would disturb a `fit` under way. */
  refuseWhileFitting(call: string): void {
    this.check()
    if (this.fitting) {
      throw new StateError(`${call}: the model is training; await the promise of fit (or abort it) first`)
    }
  }

  /** A view of a parameter's values, for use at once. */
  view(index: number): Float32Array {
    return this.floats(
      index,
      this.use((raw) => raw.parameter_pointer(index)),
    )
  }

  /** Whether a parameter learns: then it has a gradient and the optimizer's state. */
  learns(index: number): boolean {
    const { layer = 0, learned = false } = this.parameters[index] ?? {}
    return learned && this.settings?.trainable[layer] === true
  }

  /** A view of the gradient of a parameter that learns, for use at once. */
  gradient(index: number): Float32Array {
    return this.floats(
      index,
      this.use((raw) => raw.gradient_pointer(index)),
    )
  }

  /** A view of one of the optimizer's arrays for a parameter that learns, for use at once. */
  state(slot: number, index: number): Float32Array {
    return this.floats(
      index,
      this.use((raw) => raw.state_pointer(slot, index)),
    )
  }

  /** How the labels of each output look. */
  rules(call: string): readonly LabelRule[] {
    return this.compiled(call).heads.map((head) => head.rule)
  }

  /** From now on new models get the weights of these layers from this model. */
  adopt(): void {
    for (const layer of this.graph.layers) layer.home = this
  }

  /** Copies of a layer's weights, in the order of its parameters. */
  weightsOf(layer: Layer): Matrix[] {
    return this.parametersOf(layer).map((i) => {
      const { rows, columns } = this.parameters[i] as Parameter
      return matrix(this.view(i).slice(), rows, columns)
    })
  }

  /**
   * Overwrites the weights of a layer by those that it has elsewhere.
   *
   * @throws ShapeError when they are of another shape.
   */
  inherit(layer: Layer, home: WeightHome): void {
    const weights = home.weightsOf(layer)
    this.parametersOf(layer).forEach((i, position) => {
      const parameter = this.parameters[i] as Parameter
      const { data, shape } = weights[position] as Matrix
      if (shape[0] !== parameter.rows || shape[1] !== parameter.columns) {
        throw new ShapeError(
          `model: '${parameter.key}' is [${shape.join(', ')}] in the model that the layer was used in before, ` +
            `and would be [${parameter.rows}, ${parameter.columns}] here; make a new layer`,
        )
      }
      this.view(i).set(data)
    })
  }

  /** The learning rate of the next step. */
  get learningRate(): number {
    this.compiled('learningRate')
    return this.use((raw) => raw.learning_rate(this.epoch))
  }

  /** Replaces the optimizer's learning rate or schedule by a constant. */
  setLearningRate(rate: unknown): void {
    this.compiled('learningRate')
    const checked = checkRange('model', 'learningRate', rate, 'nonNegative')
    this.use((raw) => raw.set_learning_rate(checked))
    this.rate = checked
  }

  /** The positions of a layer's parameters. */
  private parametersOf(layer: Layer): readonly number[] {
    return this.#parametersOf.get(layer) ?? []
  }

  /** Layers outlive their model and keep their weights, for models still to be made with them. */
  #leaveWeights(): void {
    for (const layer of this.graph.layers) {
      if (layer.home !== this) continue
      const copies = this.weightsOf(layer)
      layer.home = { weightsOf: () => copies }
    }
  }

  private floats(index: number, pointer: number): Float32Array {
    const { rows = 0, columns = 0 } = this.parameters[index] ?? {}
    return f32(pointer, rows * columns)
  }
}

/** `784 → 128 → 10`: the widths on the way; of larger graphs, how many layers. */
function describe(graph: Graph): string {
  const inputs = graph.inputs.widths.join(' + ')
  const chain = graph.nodes.every((node, i) => node.inputs.length === 1 && node.inputs[0] === i)
  if (!chain || graph.nodes.length > 8) return `of ${many(graph.layers.length, 'layer')} with input ${inputs}`
  const widths = graph.nodes.filter((node) => graph.layers[node.layer]?.definition.weighted).map((node) => node.width)
  return [inputs, ...widths].join(' → ')
}

function readParameters(graph: Graph, words: Float64Array): Parameter[] {
  return Array.from({ length: words.length / 5 }, (_, i) => {
    const [layer = 0, name = 0, rows = 0, columns = 0, learned = 0] = words.subarray(5 * i, 5 * i + 5)
    return { layer, key: `${graph.names[layer]}/${VOCABULARY.parameter[name]}`, rows, columns, learned: learned !== 0 }
  })
}
