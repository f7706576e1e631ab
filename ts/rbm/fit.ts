/** How a machine is trained. */

import { checkOptions, checkRange } from '../checks.ts'
import { Dataset } from '../data/dataset.ts'
import { readSource } from '../data/source.ts'
import { type Callback, callEach, checkCallbacks, type Logs } from '../model/callbacks/callback.ts'
import { isOwnCallback } from '../model/callbacks/own.ts'
import { readVerbose } from '../model/callbacks/progress.ts'
import { drive } from '../model/drive.ts'
import { type History, HistoryRecorder } from '../model/history.ts'
import { Pace } from '../model/pace.ts'
import { type RunOptions, readBatchSize, readBudget, readSignal } from '../model/run-options.ts'
import { NumericalError, ShapeError } from '../runtime/errors.ts'
import type { Machine } from './machine.ts'

/** A training of a machine under way, as callbacks see it. */
export interface RbmTraining {
  /** How many epochs there are. */
  readonly epochs: number
  /** How many batches an epoch has. */
  readonly batches: number
  /** How many batches this epoch has had, or, before it begins, the one before it: fewer than `batches` where training was stopped within it. */
  readonly batchesDone: number
  /** The names of the figures in the logs. */
  readonly logNames: readonly string[]
  /** The learning rate of the next epoch. */
  learningRate: number
  /** Whether training has been asked to stop. */
  readonly stopped: boolean
  /** Ends training after the batches at hand. */
  stop(): void
}

/**
 * Is called while a machine trains: as a model's {@link Callback}, and `earlyStopping({ monitor: 'reconstructionError' })`, `progress` and their like serve
 * here too. `modelCheckpoint` does not: save `getWeights()` in a callback of your own.
 */
export interface RbmCallback {
  /** Before the first epoch. */
  onTrainBegin?(logs: Logs, training: RbmTraining): unknown
  /** Before each epoch. */
  onEpochBegin?(epoch: number, logs: Logs, training: RbmTraining): unknown
  /** After each batch. */
  onBatchEnd?(batch: number, logs: Logs, training: RbmTraining): unknown
  /** Each time the event loop had a turn. */
  onProgress?(batches: number, logs: Logs, training: RbmTraining): unknown
  /** After each epoch. */
  onEpochEnd?(epoch: number, logs: Logs, training: RbmTraining): unknown
  /** After the last epoch. */
  onTrainEnd?(logs: Logs, training: RbmTraining): unknown
  /** Instead of `onTrainEnd` when training ends with an error or is aborted. */
  onTrainError?(error: unknown, training: RbmTraining): unknown
}

/** The options of `rbm.fit`. */
export interface RbmFitOptions extends Pick<RunOptions, 'signal' | 'yieldEvery'> {
  /** How often all rows are gone through. Default 10 (scikit-learn). */
  readonly epochs?: number | undefined
  /** Rows for each update; `'full'` is all. Default 10 (scikit-learn). */
  readonly batchSize?: number | 'full' | undefined
  /** What the gradient, a mean over the batch, is multiplied by. Default 0.1 (scikit-learn); take a tenth of it for Gaussian units. */
  readonly learningRate?: number | undefined
  /** Turns of Gibbs sampling for each update. Default 1. */
  readonly k?: number | undefined
  /**
   * Whether the chains go on from batch to batch instead of starting at the data: persistent contrastive divergence, which is scikit-learn's
   * algorithm. There are as many chains as rows in a batch, at first with all hidden units off. Default false: CD-k.
   */
  readonly persistent?: boolean | undefined
  /** What a velocity keeps of itself, from 0 to below 1: `v ← µ v + g`, then `W ← W + η v`. Default 0. */
  readonly momentum?: number | undefined
  /** Times the kernel, subtracted from its gradient (biases do not decay). Default 0. */
  readonly weightDecay?: number | undefined
  /** Whether each epoch has its own order of rows. Default true. */
  readonly shuffle?: boolean | undefined
  /** What is called while training. */
  readonly callbacks?: RbmCallback | readonly RbmCallback[] | undefined
  /** 0 or false: nothing; 1 or true: a progress bar; 2: a line each epoch. Default: a progress bar in a terminal, else nothing. */
  readonly verbose?: 0 | 1 | 2 | boolean | undefined
}

const OPTIONS = [
  'epochs',
  'batchSize',
  'learningRate',
  'k',
  'persistent',
  'momentum',
  'weightDecay',
  'shuffle',
  'callbacks',
  'signal',
  'verbose',
  'yieldEvery',
]

/** The one figure of an epoch. */
const ERROR = 'reconstructionError'

type Plan = ReturnType<typeof readPlan>

/** Checks the options of a training; changes nothing. @internal */
export function readPlan(options: unknown, rows: number, call: string) {
  const given = checkOptions(call, options, OPTIONS)
  const own = checkCallbacks(given.callbacks, `${call}: callbacks`)
  const display = readVerbose(call, given.verbose)
  return {
    epochs: checkRange(call, 'epochs', given.epochs ?? 10, 'count'),
    batchSize: readBatchSize(call, given.batchSize, rows, 10),
    learningRate: checkRange(call, 'learningRate', given.learningRate ?? 0.1, 'nonNegative'),
    k: checkRange(call, 'k', given.k ?? 1, 'count'),
    persistent: checkRange(call, 'persistent', given.persistent ?? false, 'flag'),
    momentum: checkRange(call, 'momentum', given.momentum ?? 0, 'belowOne'),
    weightDecay: checkRange(call, 'weightDecay', given.weightDecay ?? 0, 'nonNegative'),
    shuffle: checkRange(call, 'shuffle', given.shuffle ?? true, 'flag'),
    callbacks: display ? [...own, display] : own,
    plain: own.every(isOwnCallback),
    signal: readSignal(call, given.signal),
    yieldEvery: readBudget(call, given.yieldEvery),
  }
}

/** Trains; see `Rbm.fit`. @internal */
export async function fitMachine(machine: Machine, model: object, x: unknown, options: unknown): Promise<History> {
  machine.refuseWhileFitting('fit')
  const { visible } = machine.shape
  const source = readSource(x, visible, 'fit: x')
  if (source.rows === 0) throw new ShapeError('fit: x has no rows; expected at least one')
  const plan = readPlan(options, source.rows, 'fit')
  plan.signal?.throwIfAborted()
  const dataset = new Dataset({ rows: source.rows, inputs: [visible], labels: [], weighted: [] })
  try {
    dataset.fill('input', 0, source, 0, source.rows)
    machine.checkVisible(dataset.view('input', 0), 'fit: x', 0)
    machine.refuseWhileFitting('fit')
    machine.fitting = true
    machine.stopping = false
    return await train(machine, model, plan, dataset)
  } finally {
    machine.fitting = false
    dataset.dispose()
  }
}

async function train(machine: Machine, model: object, plan: Plan, dataset: Dataset): Promise<History> {
  const { callbacks, epochs } = plan
  const batches = Math.ceil(dataset.shape.rows / plan.batchSize)
  const recorder = new HistoryRecorder([ERROR])
  const training = new Training(machine, model, plan, batches)
  const pace = new Pace(plan.yieldEvery)
  // A model's callbacks ask for no more of their training than this one has.
  const each = (call: (callback: RbmCallback) => unknown, some: readonly Callback[] = callbacks) =>
    callEach(some, machine, (callback) => call(callback as RbmCallback))
  const logs = (): Logs => ({ [ERROR]: machine.use((raw) => raw.error()) })
  const perBatch = callbacks.filter((callback) => callback.onBatchEnd)
  const displays = callbacks.filter((callback) => callback.onProgress)
  try {
    await each((callback) => callback.onTrainBegin?.({}, training))
    let last: Logs = {}
    for (let epoch = 0; epoch < epochs && !training.stopped; epoch++) {
      training.batchesDone = 0
      await each((callback) => callback.onEpochBegin?.(epoch, {}, training))
      if (training.stopped) break
      const { batchSize, shuffle, momentum, weightDecay, k, persistent } = plan
      const settings = [batchSize, Number(shuffle), machine.epoch, training.learningRate, momentum, weightDecay, k]
      machine.use((raw) => raw.begin_training(dataset.raw, Float64Array.of(...settings, Number(persistent))))
      await drive(
        machine,
        pace,
        'fit',
        {
          ready: (done) => batches - done,
          advance: (count) => {
            const ran = machine.use((raw) => raw.train(dataset.raw, count))
            training.batchesDone += ran
            return ran
          },
          stopped: () => machine.stopping,
          single: perBatch.length > 0,
          ...(perBatch.length > 0 && {
            after: (done) => each((callback) => callback.onBatchEnd?.(done - 1, logs(), training), perBatch),
          }),
          ...(displays.length > 0 && {
            rested: (done) => each((callback) => callback.onProgress?.(done, logs(), training), displays),
          }),
        },
        plan.signal,
      )
      if (machine.use((raw) => raw.spoilt())) throw diverged(epoch)
      machine.epoch++
      const figures = logs()
      await each((callback) => callback.onEpochEnd?.(epoch, figures, training))
      recorder.add(epoch, figures)
      last = figures
    }
    await each((callback) => callback.onTrainEnd?.(last, training))
    return recorder.history
  } catch (error) {
    for (const callback of callbacks as readonly RbmCallback[]) {
      try {
        await callback.onTrainError?.(error, training)
      } catch {
        // The error that ended training is the one to report.
      }
    }
    throw error
  }
}

const diverged = (epoch: number): NumericalError =>
  new NumericalError(
    `fit met a number that is not finite in epoch ${epoch} (counted from 0): training diverged. The weights are those before that epoch. ` +
      'A lower learning rate may help; Gaussian units need about a tenth of that for Bernoulli ones, and standardized data',
    { epoch },
  )

/** What callbacks get: besides {@link RbmTraining} what ravine's own ones ask of a model's training. */
class Training implements RbmTraining {
  readonly model: object
  readonly epochs: number
  readonly batches: number
  batchesDone = 0
  readonly logNames = [ERROR]
  readonly scheduled = false
  readonly plain: boolean
  readonly #machine: Machine
  #rate: number

  constructor(machine: Machine, model: object, plan: Plan, batches: number) {
    this.model = model
    this.batches = batches
    this.#machine = machine
    this.epochs = plan.epochs
    this.plain = plan.plain
    this.#rate = plan.learningRate
  }

  get learningRate(): number {
    return this.#rate
  }

  set learningRate(rate: number) {
    this.#rate = checkRange('fit', 'learningRate', rate, 'nonNegative')
  }

  get stopped(): boolean {
    return this.#machine.stopping
  }

  stop(): void {
    this.#machine.stopping = true
  }
}
