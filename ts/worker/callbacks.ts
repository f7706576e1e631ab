/** Callbacks on the page of a model in a worker. */

import { checkRange } from '../checks.ts'
import {
  type Callback,
  checkCallbacks,
  HOOKS,
  type Logs,
  type LossLogs,
  type Training,
} from '../model/callbacks/callback.ts'
import { isOwnCallback, recipeOf } from '../model/callbacks/own.ts'
import { StateError } from '../runtime/errors.ts'
import { receiveError } from './errors.ts'
import type { Ask, Found, SentCallback, TrainingState } from './messages.ts'

/** A training under way in a worker, as callbacks on the page see it. The model is the one whose `fit` runs: use its own methods. */
export type WorkerTraining = Omit<Training, 'model' | 'plain'>

/**
 * Is called on the page while `fit` trains in the worker. Training waits for each method, so that it may stop training, set the learning rate,
 * use the model, or (in `onEpochEnd`) add figures to the logs; an error that it throws ends `fit` with that error.
 */
export interface WorkerCallback {
  /** Before the first epoch. */
  onTrainBegin?(logs: Logs, training: WorkerTraining): unknown
  /** Before each epoch. */
  onEpochBegin?(epoch: number, logs: Logs, training: WorkerTraining): unknown
  /** After each batch, with the means over the epoch so far. Each is a round trip between worker and page. */
  onBatchEnd?(batch: number, logs: LossLogs, training: WorkerTraining): unknown
  /** About every `yieldEvery` ms: for displays. `batches` is how many the epoch has had. */
  onProgress?(batches: number, logs: LossLogs, training: WorkerTraining): unknown
  /** After each epoch and its validation. */
  onEpochEnd?(epoch: number, logs: LossLogs, training: WorkerTraining): unknown
  /** After the last epoch, with its logs. */
  onTrainEnd?(logs: Logs, training: WorkerTraining): unknown
  /** Instead of `onTrainEnd` when training ends with an error or is aborted. What it throws is dropped. */
  onTrainError?(error: unknown, training: WorkerTraining): unknown
}

/** How a callback's training acts on the model in the worker. */
export interface Control {
  setLearningRate(rate: number): void
  stop(): void
}

/** The callbacks of one `fit`. */
export class FitCallbacks {
  readonly sent: readonly SentCallback[]
  /** What functions on the page have thrown, by number. */
  readonly thrown = new Map<number, unknown>()
  readonly #list: readonly Callback[]
  readonly #training: RemoteTraining

  /** @param call - The method, for messages. */
  constructor(call: string, callbacks: unknown, display: Callback | undefined, control: Control) {
    const list = checkCallbacks(callbacks, `${call}: callbacks`)
    this.#list = display ? [...list, display] : list
    this.sent = this.#list.map(describe)
    this.#training = new RemoteTraining(control)
  }

  /** Answers a question of the worker's: the logs that a method has left, if it may change them. */
  async answer({ index, name, args, training, error }: Ask): Promise<Logs | undefined> {
    const callback = this.#list[index] as Callback
    if (!training) {
      const option = recipeOf(callback)?.options()[name] as (...args: readonly unknown[]) => unknown
      await option(...args)
      return undefined
    }
    this.#training.state = training
    const given = error ? [receiveError(error, this.thrown)] : args
    const method = callback[name as (typeof HOOKS)[number]] as (...args: readonly unknown[]) => unknown
    await method.call(callback, ...given, this.#training)
    return name === 'onEpochEnd' ? (args.at(-1) as Logs) : undefined
  }

  /** Keeps something that was thrown; returns its number. */
  keep(error: unknown): number {
    this.thrown.set(this.thrown.size, error)
    return this.thrown.size - 1
  }

  /** Callbacks that were made in the worker have their counterparts here, which show what those have found. */
  take(found: Found): void {
    found.forEach((values, i) => {
      if (values) recipeOf(this.#list[i] as Callback)?.take(values)
    })
  }
}

function describe(callback: Callback): SentCallback {
  const recipe = recipeOf(callback)
  if (!recipe) {
    const hooks = HOOKS.filter((hook) => typeof callback[hook] === 'function')
    return { hooks, own: isOwnCallback(callback) }
  }
  const options = Object.entries(recipe.options())
  const isFunction = ([, value]: readonly [string, unknown]) => typeof value === 'function'
  return {
    kind: recipe.kind,
    options: Object.fromEntries(options.filter((entry) => !isFunction(entry))),
    functions: options.filter(isFunction).map(([name]) => name),
  }
}

/** A training in the worker, as it was when it asked last. */
class RemoteTraining implements WorkerTraining {
  state: TrainingState | undefined
  readonly #control: Control

  constructor(control: Control) {
    this.#control = control
  }

  get epochs(): number {
    return this.#now.epochs
  }

  get batches(): number {
    return this.#now.batches
  }

  get batchesDone(): number {
    return this.#now.batchesDone
  }

  get logNames(): readonly string[] {
    return this.#now.logNames
  }

  get scheduled(): boolean {
    return this.#now.scheduled
  }

  get stopped(): boolean {
    return this.#now.stopped
  }

  get learningRate(): number {
    return this.#now.learningRate
  }

  set learningRate(rate: number) {
    const learningRate = checkRange('model', 'learningRate', rate, 'nonNegative')
    this.state = { ...this.#now, learningRate, scheduled: false }
    this.#control.setLearningRate(learningRate)
  }

  stop(): void {
    this.state = { ...this.#now, stopped: true }
    this.#control.stop()
  }

  /** What callbacks written for the main thread may look for. */
  get model(): never {
    throw new StateError(
      'training.model: the model is in a worker; use the methods of what workerModel() returned, which are promises',
    )
  }

  get #now(): TrainingState {
    return this.state as TrainingState
  }
}
