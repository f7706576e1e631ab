/** Models as a user holds them. */

import type { Chunk, ChunkSource } from '../data/chunks.ts'
import type { Features } from '../data/source.ts'
import type { Layer, SymbolicTensor } from '../layers/layer.ts'
import type { Matrix } from '../matrix.ts'
import { Releasable } from '../runtime/releasable.ts'
import { buildCore } from './build.ts'
import { type FromBytesOptions, functionsOf, readFunctions } from './bytes/functions.ts'
import { fromBytes } from './bytes/read.ts'
import { toBytes } from './bytes/write.ts'
import type { LossLogs } from './callbacks/callback.ts'
import { type CompileOptions, readSettings } from './compile.ts'
import type { Core } from './core.ts'
import { type EvaluateOptions, evaluate } from './evaluate.ts'
import { runFit } from './fit.ts'
import { runFitDataset } from './fit-dataset.ts'
import type { FitDatasetOptions } from './fit-dataset-options.ts'
import type { FitOptions } from './fit-options.ts'
import { layerIndex, outputGraph } from './graph.ts'
import type { History } from './history.ts'
import { type PredictOptions, predict } from './predict.ts'
import { record } from './record.ts'
import { type SummaryOptions, summary } from './summary.ts'
import { type BatchOptions, type Gradients, gradients, trainOnBatch } from './train-on-batch.ts'
import type { AnyFeatures, AnyPredictions, InputsOf, LabelsOf, OutputsOf, SampleWeightOf } from './types.ts'
import { getWeights, setWeights, type Weights, type WeightsLike } from './weights.ts'

/** Any model. */
export type AnyModel = Model<AnyFeatures, AnyPredictions>

/**
 * A network with its weights: made by `sequential` or `model`, or read by {@link Model.fromBytes}.
 *
 * It owns memory that garbage collection does not see at once: call {@link dispose} when done with it (or write `using`). Every method throws a
 * `StateError` after that. X is what it takes as features, P what it predicts.
 */
export class Model<X extends AnyFeatures = AnyFeatures, P extends AnyPredictions = AnyPredictions> extends Releasable {
  readonly #core: Core

  /** @internal */
  constructor(core: Core) {
    super()
    this.#core = core
  }

  /** The seed that governs initial weights, shuffling and dropout. */
  get seed(): number {
    return this.#core.seed
  }

  /** The layers, in an order in which each comes after those it depends on. */
  get layers(): readonly Layer[] {
    return [...this.#core.graph.layers]
  }

  /** The symbolic inputs, to build on: one, or by name. */
  get inputs(): InputsOf<X> {
    const { inputs, inputTensors } = this.#core.graph
    return byPort(inputs, inputTensors) as InputsOf<X>
  }

  /** The symbolic outputs, to build on: one, or by name. */
  get outputs(): OutputsOf<P> {
    const { outputs, outputValues, inputTensors, tensors } = this.#core.graph
    return byPort(
      outputs,
      outputValues.map((value) => tensors[value - inputTensors.length] as SymbolicTensor),
    ) as OutputsOf<P>
  }

  /** Whether {@link dispose} has been called. */
  get disposed(): boolean {
    return this.#core.disposed
  }

  /** The learning rate of the next step; setting it replaces a schedule by that constant. */
  get learningRate(): number {
    return this.#core.learningRate
  }

  set learningRate(rate: number) {
    this.#core.setLearningRate(rate)
  }

  /** Set to true while `fit` runs, it ends training after the batches at hand: `fit` then returns its history as usual. */
  get stopTraining(): boolean {
    return this.#core.stopping
  }

  set stopTraining(stop: boolean) {
    this.#core.stopping = stop
  }

  /**
   * A layer by its name in this model.
   *
   * @throws ConfigError when there is none, with the nearest name.
   */
  getLayer(name: string): Layer {
    const { graph } = this.#core
    return graph.layers[layerIndex(graph, name, 'getLayer')] as Layer
  }

  /**
   * Sets optimizer, loss and metrics, and which layers learn, by their `trainable` and `learningRateScale` as they are now. Weights stay; the optimizer starts anew. May be called again.
   *
   * @throws ConfigError when something is missing, unknown, out of its range, or does not suit the outputs.
   * @throws StateError while `fit` runs.
   */
  compile(options: CompileOptions): void {
    const core = this.#core
    core.refuseWhileFitting('compile')
    core.compile(readSettings(core.graph, options))
  }

  /**
   * Trains.
   *
   * The data is copied once, then batches are taken from the copy; large data in pieces, so do not change it before the first epoch begins. Every `yieldEvery` ms the event loop gets a turn. The loss in the history is the mean
   * over the epoch's batches as they were met, penalties included.
   *
   * @returns The figures of every epoch.
   * @throws StateError before `compile`, while another `fit` runs, and when the model is disposed meanwhile.
   * @throws ShapeError when data, labels or weights do not fit the model or one another.
   * @throws ConfigError when an option or a label is out of its range, the data does not fit in memory, or every layer that has weights was frozen
   * (`trainable = false`) when the model was compiled.
   * @throws NumericalError when the loss is not finite, naming epoch, batch and layer; the weights stay those of the batch before.
   * @throws An error whose `cause` is what a `customLoss` or `lambda` threw; the weights stay likewise.
   * @throws The signal's reason when `signal` aborts it.
   */
  fit(x: X, y: LabelsOf<P>, options?: FitOptions<X, LabelsOf<P>, SampleWeightOf<P>>): Promise<History> {
    return runFit(this.#core, this as unknown as AnyModel, x, y, options)
  }

  /**
   * Trains on data that comes in chunks, so that it need not fit in memory.
   *
   * Chunks have any number of rows: batches are cut across their borders. WebAssembly memory holds a few batches (a megabyte or so, besides the
   * `shuffleRows`), however long the source is. The next chunk is asked for while the present one is trained on: each must be of memory of its own. Rows in the same order
   * give the same bits as `fit(x, y, { shuffle: false })`, whatever chunks they come in.
   *
   * @param source Chunks `[x, y]`, `[x, y, sampleWeight]` or `{ x, y, sampleWeight }` of what `fit` takes, from an (async) iterable or a function that returns one.
   * The function is called for each pass, with the number of the epoch in which it begins.
   * @returns The figures of every epoch.
   * @throws ConfigError also when the source is used up before the last epoch begins, or is an iterator that can be gone over only once and there are several
   * epochs without `batchesPerEpoch`; and, with the `cause`, when it threw. The model is then as after the last batch.
   * @throws ShapeError also when the source has no rows.
   * @throws Otherwise as {@link fit}. However it ends, the iterator is closed: its `return` is called.
   */
  fitDataset(
    source: ChunkSource<Chunk<X, LabelsOf<P>, SampleWeightOf<P>>>,
    options?: FitDatasetOptions<X, LabelsOf<P>, SampleWeightOf<P>>,
  ): Promise<History> {
    return runFitDataset(this.#core, this as unknown as AnyModel, source, options)
  }

  /**
   * Loss and metrics on data, in inference mode. As in {@link fit}, large data is copied in pieces, with turns for the event loop in between: do not change
   * it before the promise is settled.
   *
   * @throws As {@link fit}; a loss that is not finite is a NumericalError here too.
   */
  evaluate(x: X, y: LabelsOf<P>, options?: EvaluateOptions<SampleWeightOf<P>>): Promise<LossLogs> {
    return evaluate(this.#core, x, y, options)
  }

  /**
   * The outputs for inputs, in inference mode. Zero rows give matrices without rows.
   *
   * @returns A matrix `[rows, units]`, or a record of them by output name. Copies.
   * @throws ShapeError when the data does not fit the model.
   */
  predict(x: X, options?: PredictOptions): P {
    return predict(this.#core, x, options) as P
  }

  /**
   * One update on a batch.
   *
   * @returns Loss (penalties included) and metrics before the update.
   * @throws As {@link fit}; a StateError while `fit` runs.
   */
  trainOnBatch(x: X, y: LabelsOf<P>, options?: BatchOptions<SampleWeightOf<P>>): LossLogs {
    return trainOnBatch(this.#core, x, y, options)
  }

  /**
   * Loss and gradients on a batch, in training mode, penalties included, without clipping and without an update.
   *
   * @returns The loss, and d(loss)/d(weight) of every weight that learns. Copies.
   * @throws As {@link trainOnBatch}.
   */
  gradients(x: X, y: LabelsOf<P>, options?: BatchOptions<SampleWeightOf<P>>): Gradients {
    return gradients(this.#core, x, y, options)
  }

  /** Copies of all weights by `layer/kernel`, `layer/bias` and so on; a kernel is `[in, out]`, a bias `[1, out]`. */
  getWeights(): Weights {
    return getWeights(this.#core)
  }

  /**
   * Overwrites the weights that are named; the others stay.
   *
   * @throws ConfigError on an unknown name. @throws ShapeError when a shape differs. Nothing is changed then.
   */
  setWeights(weights: WeightsLike): void {
    setWeights(this.#core, weights)
  }

  /** How many numbers the model has, learned or not. */
  countParameters(): number {
    this.#core.check()
    return this.#core.parameters.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
  }

  /**
   * A table of the layers, with numbers of parameters, and the bytes of memory that parameters, gradients, the optimizer's state and the activations of
   * a batch take; what `compile` adds only once it has been called. What does not learn has neither gradients nor state.
   *
   * @throws ConfigError when `batchSize` is no whole number from 1, or such a batch does not fit in memory.
   */
  summary(options?: SummaryOptions): string {
    return summary(this.#core, options)
  }

  /**
   * The part of this model that ends at a layer, as a model: the same layers, with copies of their weights as they are now in this model, and of the
   * inputs those that the layer depends on.
   *
   * @typeParam S - What it takes, where that is not all that this model takes: `outputAt<{ text: Features }>('words')`.
   * @param name - The layer's name.
   * @throws ConfigError when there is no such layer, or it is used on several values, which are named: then pass the output that is meant to
   * `model({ inputs, outputs })`.
   */
  outputAt<S extends AnyFeatures = X>(name: string): Model<S, Matrix> {
    const core = this.#core
    core.check()
    return new Model(buildCore(outputGraph(core.graph, name), core.seed, core))
  }

  /** An independent model with the same layers, weights, settings and optimizer state. */
  clone(): Model<X, P> {
    return new Model(fromBytes(toBytes(this.#core), functionsOf(this.#core)))
  }

  /**
   * All of the model as bytes: layers, weights, settings, optimizer state and how far training has come. A model made of them by {@link fromBytes}
   * goes on training with the same bits as this one would. Functions cannot be saved: of a `customLoss` or `lambda` the bytes hold the name.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    return toBytes(this.#core)
  }

  /**
   * The model in bytes made by {@link toBytes}.
   *
   * @typeParam X - What it takes; for named inputs say so: `Model.fromBytes<{ text: Features }, { topic: Matrix }>(bytes)`.
   * @typeParam P - What it predicts.
   * @param bytes - As a `Uint8Array`, or as the `ArrayBuffer` that `fetch` and `Blob` give.
   * @throws FormatError when the bytes are anything else: cut off, damaged, of another version.
   * @throws ConfigError when the model has a `customLoss` or `lambda` that is not in `options.custom`.
   */
  static fromBytes<X extends AnyFeatures = Features, P extends AnyPredictions = Matrix>(
    bytes: Uint8Array | ArrayBuffer,
    options?: FromBytesOptions,
  ): Model<X, P> {
    return new Model(fromBytes(bytes, readFunctions(options)))
  }

  /** Frees the memory. Calling it again does nothing; any other method throws a `StateError` from now on. */
  override dispose(): void {
    this.#core.dispose()
  }
}

function byPort(
  ports: { names: readonly string[]; named: boolean },
  tensors: readonly SymbolicTensor[],
): SymbolicTensor | Record<string, SymbolicTensor> {
  return ports.named
    ? record(ports.names.map((name, i) => [name, tensors[i] as SymbolicTensor]))
    : (tensors[0] as SymbolicTensor)
}
