/** A model in a worker, as its page holds it. */

import { checkOptions, checkRange, isRecord } from '../checks.ts'
import { type Chunk, type ChunkSource, isSource } from '../data/chunks.ts'
import type { Features } from '../data/source.ts'
import type { Layer } from '../layers/layer.ts'
import type { LossLogs } from '../model/callbacks/callback.ts'
import { readVerbose } from '../model/callbacks/progress.ts'
import type { CompileOptions } from '../model/compile.ts'
import type { EvaluateOptions } from '../model/evaluate.ts'
import type { FitDatasetOptions } from '../model/fit-dataset-options.ts'
import type { FitOptions } from '../model/fit-options.ts'
import type { History } from '../model/history.ts'
import type { PredictOptions } from '../model/predict.ts'
import { readSignal } from '../model/run-options.ts'
import type { BatchOptions, Gradients } from '../model/train-on-batch.ts'
import type { AnyFeatures, AnyPredictions, LabelsOf, SampleWeightOf } from '../model/types.ts'
import type { Weights, WeightsLike } from '../model/weights.ts'
import type { InitOptions } from '../runtime/init.ts'
import { Releasable } from '../runtime/releasable.ts'
import type { Runtime } from '../runtime/report.ts'
import type { WorkerLike } from '../runtime/spawn.ts'
import { FitCallbacks, type WorkerCallback } from './callbacks.ts'
import type { Sendable } from './describe.ts'
import { Link } from './link.ts'
import { UploadedData } from './pack.ts'
import { PageSources } from './sources.ts'

/** What a method takes as T, or the same uploaded before. */
export type Uploadable<T> = T extends Features
  ? T | UploadedData
  : T extends AnyFeatures
    ? { readonly [K in keyof T]: T[K] | UploadedData } | UploadedData
    : T | UploadedData

/** How data gets to the worker. */
export interface TransferOption {
  /**
   * Whether the buffers of typed arrays are handed over instead of copied: nothing is copied, and the arrays are empty afterwards. Default false.
   */
  readonly transfer?: boolean | undefined
}

/** The options of `fit` in a worker: those of `model.fit`, and `transfer`. */
export interface WorkerFitOptions<X = Features, Y = Features, W = Features>
  extends Omit<FitOptions<Uploadable<X>, Uploadable<Y>, Uploadable<W>>, 'callbacks'>,
    TransferOption {
  /**
   * What is called while training. `earlyStopping`, `reduceLearningRateOnPlateau` and `modelCheckpoint` work in the worker, and show on the page what
   * they have found when `fit` has ended; the methods of others are called on the page.
   */
  readonly callbacks?: WorkerCallback | readonly WorkerCallback[] | undefined
}

/** The options of `fitDataset` in a worker: those of `model.fitDataset`, and `transfer`, which is for chunks too. */
export interface WorkerFitDatasetOptions<X = Features, Y = Features, W = Features>
  extends Omit<FitDatasetOptions<X, Y, W>, 'callbacks'>,
    TransferOption {
  /** As for `fit`. */
  readonly callbacks?: WorkerCallback | readonly WorkerCallback[] | undefined
}

/** The options of `workerModel`. */
export interface WorkerModelOptions {
  /** What `init` is to do in the worker. Default: the build that runs on the page, with as many threads; the baseline if none does yet. */
  readonly init?: InitOptions | undefined
  /**
   * A worker that runs the file `ravine/worker-script`, for pages whose content security policy forbids workers from blobs. It belongs to the model from
   * then on. Default: one is started from a text that is part of the bundle.
   */
  readonly worker?: WorkerLike | undefined
}

const asyncDisposeSymbol: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose)

/**
 * A model that lives and trains in a worker: made by `workerModel`. Methods and options are those of `Model`, as promises. Calls reach the model in the order in
 * which they were made; while `fit` or `evaluate` runs, others have their turn in between, as on the main thread.
 *
 * Every method rejects with a `StateError` after {@link dispose}, and when the worker has died.
 */
export class WorkerModel<
  X extends AnyFeatures = AnyFeatures,
  P extends AnyPredictions = AnyPredictions,
> extends Releasable {
  /** The seed that governs initial weights, shuffling and dropout. */
  readonly seed: number
  readonly #link: Link
  readonly #layers: readonly Layer[] | undefined
  readonly #options: WorkerModelOptions

  /** @internal */
  constructor(seed: number, link: Link, layers: readonly Layer[] | undefined, options: WorkerModelOptions) {
    super()
    this.seed = seed
    this.#link = link
    this.#layers = layers
    this.#options = options
  }

  /** Whether {@link dispose} has been called. */
  get disposed(): boolean {
    return this.#link.disposed
  }

  /**
   * Sends data to the worker once, for any number of calls: pass what this returns wherever the data is expected. A record of data by name will do as well.
   *
   * @throws StateError when the worker has ended. @throws ConfigError when it cannot be sent, or does not fit in memory.
   */
  async upload(data: AnyFeatures, options?: TransferOption): Promise<UploadedData> {
    const [, transfer] = takeTransfer('upload', checkOptions('upload', options, ['transfer']))
    const id = this.#link.calls.next()
    await this.#link.call('upload', [data], { method: 'keep', first: [id], transfer })
    return new UploadedData(id, this.#link, () => this.#link.free(id))
  }

  /** See `Model.compile`. A `customLoss` cannot be sent to a worker and is a ConfigError. */
  compile(options: CompileOptions): Promise<void> {
    const learning = this.#layers?.map((layer) => ({ trainable: layer.trainable, scale: layer.learningRateScale }))
    return this.#link.call('compile', [options], { learning })
  }

  /**
   * See `Model.fit`. The page's thread is left alone, save for what callbacks do there; large data is copied to the worker in pieces, and must not be changed
   * until the first epoch begins.
   */
  async fit(
    x: Uploadable<X>,
    y: Uploadable<LabelsOf<P>>,
    options?: WorkerFitOptions<X, LabelsOf<P>, SampleWeightOf<P>>,
  ): Promise<History> {
    return this.#train('fit', [x, y], options)
  }

  /**
   * See `Model.fitDataset`. The source stays on the page: the worker asks for the next chunk while it trains on the one before, so that there are never more
   * than two or three of them. With `transfer` their buffers are handed over.
   */
  async fitDataset(
    source: ChunkSource<Chunk<X, LabelsOf<P>, SampleWeightOf<P>>>,
    options?: WorkerFitDatasetOptions<X, LabelsOf<P>, SampleWeightOf<P>>,
  ): Promise<History> {
    if (options !== undefined && !isRecord(options)) return this.#link.call('fitDataset', [undefined, options])
    const { validationData, ...rest } = options ?? {}
    const held = isSource(validationData)
    const sources = new PageSources([source, held ? validationData : undefined])
    try {
      const others = held || validationData === undefined ? rest : { ...rest, validationData }
      return await this.#train('fitDataset', [undefined], others, sources)
    } finally {
      await sources.close()
    }
  }

  /** See `Model.evaluate`. */
  async evaluate(
    x: Uploadable<X>,
    y: Uploadable<LabelsOf<P>>,
    options?: EvaluateOptions<Uploadable<SampleWeightOf<P>>> & TransferOption,
  ): Promise<LossLogs> {
    if (options !== undefined && !isRecord(options)) return this.#link.call('evaluate', [x, y, options])
    const [{ signal, ...rest }, transfer] = takeTransfer('evaluate', options ?? {})
    return this.#link.call('evaluate', [x, y, rest], { transfer, signal: readSignal('evaluate', signal) })
  }

  /** See `Model.predict`. */
  predict(x: Uploadable<X>, options?: PredictOptions & TransferOption): Promise<P> {
    return this.#onData('predict', [x], options)
  }

  /** See `Model.trainOnBatch`. */
  trainOnBatch(
    x: Uploadable<X>,
    y: Uploadable<LabelsOf<P>>,
    options?: BatchOptions<Uploadable<SampleWeightOf<P>>> & TransferOption,
  ): Promise<LossLogs> {
    return this.#onData('trainOnBatch', [x, y], options)
  }

  /** See `Model.gradients`. */
  gradients(
    x: Uploadable<X>,
    y: Uploadable<LabelsOf<P>>,
    options?: BatchOptions<Uploadable<SampleWeightOf<P>>> & TransferOption,
  ): Promise<Gradients> {
    return this.#onData('gradients', [x, y], options)
  }

  /** See `Model.getWeights`. */
  getWeights(): Promise<Weights> {
    return this.#link.call('getWeights', [])
  }

  /** See `Model.setWeights`. */
  setWeights(weights: WeightsLike): Promise<void> {
    return this.#link.call('setWeights', [weights])
  }

  /** The learning rate of the next step: `model.learningRate`. */
  getLearningRate(): Promise<number> {
    return this.#link.call('getLearningRate', [])
  }

  /** Replaces the optimizer's learning rate or schedule by a constant: `model.learningRate = rate`. */
  setLearningRate(rate: number): Promise<void> {
    return this.#link.call('setLearningRate', [rate])
  }

  /** Ends a `fit` under way after the batches at hand; its history is as usual: `model.stopTraining = true`. */
  stopTraining(): Promise<void> {
    return this.#link.call('stopTraining', [])
  }

  /** See `Model.countParameters`. */
  countParameters(): Promise<number> {
    return this.#link.call('countParameters', [])
  }

  /** See `Model.summary`. */
  summary(): Promise<string> {
    return this.#link.call('summary', [])
  }

  /** See `Model.toBytes`: for `Model.fromBytes` on the page, or for another worker. */
  toBytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#link.call('toBytes', [])
  }

  /** What `runtime()` says in the worker: which build runs there, and why. */
  runtime(): Promise<Runtime> {
    return this.#link.call('runtime', [])
  }

  /**
   * An independent model with the same layers, weights, settings and optimizer state, in a worker of its own.
   *
   * @param worker - A worker for it, where this model was given one too.
   */
  async clone(worker?: WorkerLike): Promise<WorkerModel<X, P>> {
    const bytes = await this.toBytes()
    return startModel<X, P>({ model: { bytes }, layers: this.#layers }, { ...this.#options, worker })
  }

  /**
   * Ends the worker and frees its memory. Calls that are under way are rejected with a `StateError`, and so is every later one; calling it again does nothing.
   *
   * @returns Resolves when the worker has ended.
   */
  override dispose(): Promise<void> {
    return this.#link.dispose()
  }

  /** The same as {@link dispose}, for `await using`. */
  [asyncDisposeSymbol](): Promise<void> {
    return this.dispose()
  }

  async #train(
    method: string,
    data: readonly unknown[],
    options: object | undefined,
    sources?: PageSources,
  ): Promise<History> {
    if (options !== undefined && !isRecord(options)) return this.#link.call(method, [...data, options])
    const [{ callbacks, signal, verbose, ...rest }, transfer] = takeTransfer(method, options ?? {})
    const control = {
      setLearningRate: (rate: number) => void this.setLearningRate(rate).catch(ignore),
      stop: () => void this.stopTraining().catch(ignore),
    }
    const own = new FitCallbacks(method, callbacks, readVerbose(method, verbose), control)
    const facts = { transfer, callbacks: own, signal: readSignal(method, signal), ...(sources && { sources }) }
    return this.#link.call(method, [...data, rest], facts)
  }

  async #onData<T>(method: string, data: readonly unknown[], options: unknown): Promise<T> {
    if (!isRecord(options)) return this.#link.call(method, [...data, options])
    const [rest, transfer] = takeTransfer(method, options)
    return this.#link.call(method, [...data, rest], { transfer })
  }
}

const ignore = (): void => {}

/** The options without `transfer`, and what it says. */
function takeTransfer(where: string, options: object): [rest: Record<string, unknown>, transfer: boolean] {
  const { transfer = false, ...rest } = options as Record<string, unknown>
  return [rest, checkRange(where, 'transfer', transfer, 'flag')]
}

/** Starts a worker with a model. */
export async function startModel<X extends AnyFeatures, P extends AnyPredictions>(
  sendable: Sendable,
  options: WorkerModelOptions,
): Promise<WorkerModel<X, P>> {
  const link = new Link(options.worker)
  try {
    return new WorkerModel<X, P>(await link.begin(sendable.model, options.init), link, sendable.layers, options)
  } catch (error) {
    await link.dispose()
    throw error
  }
}
