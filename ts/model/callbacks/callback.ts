/** What callbacks are, and what they get. */

import { nearest, show } from '../../checks.ts'
import { ConfigError, StateError } from '../../runtime/errors.ts'
import type { Core } from '../core.ts'
import type { Disposable } from '../drive.ts'
import type { AnyModel } from '../model.ts'

/** Figures by name: `loss`, `accuracy`, `val_loss` … A callback may add its own in `onEpochEnd`; they go to the history. */
export type Logs = Record<string, number>

/** The figures of a compiled model: its loss is always among them. */
export type LossLogs = { readonly loss: number } & Logs

/**
 * Is called while `fit` trains. Every method may be async: training waits for it. An error that a method throws ends `fit` with it.
 *
 * Epochs and batches count from 0.
 */
export interface Callback {
  /** Before the first epoch. */
  onTrainBegin?(logs: Logs, training: Training): unknown
  /** Before each epoch. */
  onEpochBegin?(epoch: number, logs: Logs, training: Training): unknown
  /** After each batch, with the means over the epoch so far. Training is faster when no callback asks for it. */
  onBatchEnd?(batch: number, logs: LossLogs, training: Training): unknown
  /** Each time the event loop had a turn, about every `yieldEvery` ms: for displays. `batches` is how many the epoch has had. */
  onProgress?(batches: number, logs: LossLogs, training: Training): unknown
  /** After each epoch and its validation. */
  onEpochEnd?(epoch: number, logs: LossLogs, training: Training): unknown
  /** After the last epoch, with its logs. */
  onTrainEnd?(logs: Logs, training: Training): unknown
  /** Instead of `onTrainEnd` when training ends with an error or is aborted. What it throws is dropped. */
  onTrainError?(error: unknown, training: Training): unknown
}

/** The names of a callback's methods. @internal */
export const HOOKS = [
  'onTrainBegin',
  'onEpochBegin',
  'onBatchEnd',
  'onProgress',
  'onEpochEnd',
  'onTrainEnd',
  'onTrainError',
] as const

/** A training under way, as callbacks see it. */
export class Training {
  /** What is trained. Its weights may be read, written and saved, and it may predict and evaluate. */
  readonly model: AnyModel
  /** The epoch at which training ends. */
  readonly epochs: number
  /** The names of the figures in the logs of an epoch. */
  readonly logNames: readonly string[]
  /** Whether only ravine's own callbacks take part, so that logs have no other names. @internal */
  readonly plain: boolean
  readonly #core: Core
  readonly #batches: () => number | undefined
  readonly #batchesDone: () => number

  /** @internal */
  constructor(
    core: Core,
    model: AnyModel,
    facts: {
      epochs: number
      batches: () => number | undefined
      batchesDone: () => number
      logNames: readonly string[]
      plain: boolean
    },
  ) {
    this.#core = core
    this.model = model
    this.epochs = facts.epochs
    this.#batches = facts.batches
    this.#batchesDone = facts.batchesDone
    this.logNames = facts.logNames
    this.plain = facts.plain
  }

  /** How many batches an epoch has; of a source of unknown length (`fitDataset`) how many the last one had, NaN during the first. */
  get batches(): number {
    return this.#batches() ?? Number.NaN
  }

  /** How many batches this epoch has had, or, before it begins, the one before it: fewer than `batches` where training was stopped within it. */
  get batchesDone(): number {
    return this.#batchesDone()
  }

  /** The learning rate of the next step. Setting it replaces a schedule by that constant. */
  get learningRate(): number {
    return this.model.learningRate
  }

  set learningRate(rate: number) {
    this.model.learningRate = rate
  }

  /** Whether the optimizer's rate follows a schedule. */
  get scheduled(): boolean {
    return typeof this.#core.settings?.optimizer.learningRate === 'object' && this.#core.rate === undefined
  }

  /** Whether training has been asked to stop. */
  get stopped(): boolean {
    return this.#core.stopping
  }

  /** Ends training after the batches at hand: the epoch is closed as usual and `fit` returns its history. */
  stop(): void {
    this.#core.stopping = true
  }
}

/** Refuses what is no callback. @internal */
export function checkCallbacks(value: unknown, where: string): Callback[] {
  const list = value === undefined ? [] : Array.isArray(value) ? Array.from(value as unknown[]) : [value]
  return list.map((callback, i) => {
    if (typeof callback === 'function') {
      throw new ConfigError(
        `${where}[${i}] is a function; call it, for example earlyStopping({ … }), or pass { onEpochEnd(epoch, logs) { … } }`,
      )
    }
    const record = typeof callback === 'object' && callback !== null ? callback : {}
    const [method, hook] = misspelt(record) ?? []
    if (hook !== undefined)
      throw new ConfigError(`${where}[${i}] has a method ${show(method)}; did you mean '${hook}'?`)
    const found = HOOKS.filter((each) => each in record)
    if (found.length === 0) {
      throw new ConfigError(`${where}[${i}] must be an object with one of ${HOOKS.join(', ')}; got ${show(callback)}`)
    }
    for (const each of found) {
      const value = (record as Record<string, unknown>)[each]
      if (value === undefined || typeof value === 'function') continue
      throw new ConfigError(`${where}[${i}].${each} must be a function; got ${show(value)}`)
    }
    return callback as Callback
  })
}

/** A method that is called like a hook, save for a few letters, and the hook: it would never be called. `onEpoch` may be a helper. */
function misspelt(callback: object): [method: string, hook: string] | undefined {
  for (
    let from: unknown = callback;
    from instanceof Object && from !== Object.prototype;
    from = Object.getPrototypeOf(from)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
      const hook = typeof value === 'function' ? nearest(name, HOOKS) : undefined
      if (hook !== undefined && hook !== name && !hook.startsWith(name)) return [name, hook]
    }
  }
  return undefined
}

/** Calls a method of each callback in turn, waiting only for those that return a promise. @internal */
export async function callEach(
  callbacks: readonly Callback[],
  core: Disposable,
  call: (callback: Callback) => unknown,
  name = 'fit',
): Promise<void> {
  for (const callback of callbacks) {
    const result = call(callback)
    if (isThenable(result)) await result
    if (core.disposed) throw new StateError(`${name}: the model was disposed while it was training`)
  }
}

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
