/** The training loop: epochs over batches that come from wherever they come. */

import type { Batches } from './batches.ts'
import { type Callback, callEach, type Logs, Training } from './callbacks/callback.ts'
import type { Core } from './core.ts'
import { drive, refuseDisposed } from './drive.ts'
import { type History, HistoryRecorder } from './history.ts'
import { logNames, readLogs } from './logs.ts'
import type { AnyModel } from './model.ts'
import type { Pace } from './pace.ts'
import type { TrainingPlan } from './run-options.ts'

/** What a training goes over. */
export interface Sources {
  readonly train: Batches
  /** Adds the figures of a validation to the logs of an epoch. */
  readonly validate: ((epoch: number, logs: Logs) => Promise<void>) | undefined
}

/** Trains on what `load` makes ready; nothing else may train meanwhile. */
export async function train(
  core: Core,
  model: AnyModel,
  plan: TrainingPlan,
  pace: Pace,
  load: () => Sources | Promise<Sources>,
): Promise<History> {
  core.fitting = true
  core.stopping = false
  if (plan.epoch !== undefined) core.epoch = plan.epoch
  try {
    return await new Loop(core, model, plan, pace, await load()).run()
  } finally {
    core.fitting = false
  }
}

class Loop {
  readonly #core: Core
  readonly #plan: TrainingPlan
  readonly #train: Batches
  readonly #validate: Sources['validate']
  readonly #training: Training
  readonly #pace: Pace
  readonly #perBatch: Callback[]
  readonly #displays: Callback[]
  readonly #recorder: HistoryRecorder
  /** How many batches the epoch has had. */
  #done = 0

  constructor(core: Core, model: AnyModel, plan: TrainingPlan, pace: Pace, { train, validate }: Sources) {
    this.#core = core
    this.#plan = plan
    this.#train = train
    this.#validate = validate
    this.#pace = pace
    this.#perBatch = plan.callbacks.filter((callback) => callback.onBatchEnd)
    this.#displays = plan.callbacks.filter((callback) => callback.onProgress)
    const names = logNames(core, validate !== undefined)
    this.#recorder = new HistoryRecorder(names)
    this.#training = new Training(core, model, {
      epochs: plan.epochs,
      batches: () => train.count,
      batchesDone: () => this.#done,
      logNames: names,
      plain: plan.plain,
    })
  }

  async run(): Promise<History> {
    const { callbacks, initialEpoch, epochs } = this.#plan
    const training = this.#training
    try {
      await this.#each((callback) => callback.onTrainBegin?.({}, training))
      let logs: Logs = {}
      for (let epoch = initialEpoch; epoch < epochs && !training.stopped; epoch++) {
        if (this.#train.open && !(await this.#opened(epoch))) break
        this.#done = 0
        await this.#each((callback) => callback.onEpochBegin?.(epoch, {}, training))
        if (!training.stopped) logs = await this.#epoch(epoch)
      }
      await this.#each((callback) => callback.onTrainEnd?.(logs, training))
      return this.#recorder.history
    } catch (error) {
      for (const callback of callbacks) {
        try {
          await callback.onTrainError?.(error, training)
        } catch {
          // The error that ended training is the one to report.
        }
      }
      throw error
    }
  }

  async #opened(epoch: number): Promise<boolean | undefined> {
    const opened = await this.#train.open?.(epoch)
    refuseDisposed(this.#core, this.#plan.call)
    return opened
  }

  async #epoch(epoch: number): Promise<Logs> {
    const core = this.#core
    const batches = this.#train
    const training = this.#training
    const { call, signal } = this.#plan
    batches.begin(epoch)
    core.adopt()
    const done = await drive(
      core,
      this.#pace,
      call,
      {
        ready: (ran) => batches.ready(ran),
        advance: (count) => {
          const ran = batches.advance(count)
          this.#done += ran
          return ran
        },
        stopped: () => core.stopping,
        single: this.#perBatch.length > 0,
        ...(this.#perBatch.length > 0 && { after: (ran) => this.#batchEnd(ran) }),
        ...(this.#displays.length > 0 && { rested: (ran) => this.#progress(ran) }),
      },
      signal,
    )
    batches.end?.(done)
    const logs = readLogs(core, batches.advance)
    core.epoch++
    await this.#validate?.(epoch, logs)
    await this.#each((callback) => callback.onEpochEnd?.(epoch, logs, training))
    this.#recorder.add(epoch, logs)
    return logs
  }

  async #batchEnd(done: number): Promise<void> {
    const logs = readLogs(this.#core, this.#train.advance)
    await this.#each((callback) => callback.onBatchEnd?.(done - 1, { ...logs }, this.#training), this.#perBatch)
  }

  async #progress(done: number): Promise<void> {
    const logs = readLogs(this.#core, this.#train.advance)
    await this.#each((callback) => callback.onProgress?.(done, { ...logs }, this.#training), this.#displays)
  }

  async #each(work: (callback: Callback) => unknown, callbacks = this.#plan.callbacks): Promise<void> {
    await callEach(callbacks, this.#core, work, this.#plan.call)
  }
}
