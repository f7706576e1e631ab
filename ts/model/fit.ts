/** The training loop. */

import type { Dataset } from '../data/dataset.ts'
import { type Callback, callEach, type Logs, Training } from './callbacks/callback.ts'
import type { Core } from './core.ts'
import { drive } from './drive.ts'
import { evaluateDataset } from './evaluate.ts'
import { type FitPlan, loadFit, readFit } from './fit-options.ts'
import { type History, HistoryRecorder } from './history.ts'
import { logNames, readLogs } from './logs.ts'
import type { AnyModel } from './model.ts'
import { throwIfNotFinite } from './not-finite.ts'
import { Pace } from './pace.ts'
import { EVALUATION_BATCH } from './run-options.ts'

/** Trains; see `Model.fit`. */
export async function runFit(core: Core, model: AnyModel, x: unknown, y: unknown, options: unknown): Promise<History> {
  core.refuseWhileFitting('fit')
  const plan = readFit(core, x, y, options)
  plan.signal?.throwIfAborted()
  // What it takes to copy the data counts as well.
  const pace = new Pace(plan.yieldEvery)
  const { train, validation } = loadFit(core, plan)
  core.fitting = true
  core.stopping = false
  if (plan.epoch !== undefined) core.epoch = plan.epoch
  try {
    return await new Loop(core, model, plan, pace, train, validation).run()
  } finally {
    core.fitting = false
    train.dispose()
    validation?.dispose()
  }
}

class Loop {
  readonly #core: Core
  readonly #plan: FitPlan
  readonly #train: Dataset
  readonly #validation: Dataset | undefined
  readonly #training: Training
  readonly #batches: number
  readonly #pace: Pace
  readonly #perBatch: Callback[]
  readonly #displays: Callback[]
  readonly #recorder = new HistoryRecorder()
  #at = 0

  constructor(core: Core, model: AnyModel, plan: FitPlan, pace: Pace, train: Dataset, validation: Dataset | undefined) {
    this.#core = core
    this.#plan = plan
    this.#train = train
    this.#validation = validation
    this.#batches = Math.ceil(train.shape.rows / plan.batchSize)
    this.#pace = pace
    this.#perBatch = plan.callbacks.filter((callback) => callback.onBatchEnd)
    this.#displays = plan.callbacks.filter((callback) => callback.onProgress)
    this.#training = new Training(core, model, {
      epochs: plan.epochs,
      batches: this.#batches,
      logNames: logNames(core, validation !== undefined),
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

  async #epoch(epoch: number): Promise<Logs> {
    const core = this.#core
    const train = this.#train
    const training = this.#training
    const { batchSize, shuffle, signal } = this.#plan
    this.#at = epoch
    core.useBatches(batchSize, (raw) => raw.begin_training(train.raw, batchSize, shuffle, core.epoch))
    core.adopt()
    await drive(
      core,
      this.#pace,
      'fit',
      {
        batches: this.#batches,
        advance: this.#advance,
        stopped: () => core.stopping,
        single: this.#perBatch.length > 0,
        ...(this.#perBatch.length > 0 && { after: (done) => this.#batchEnd(done) }),
        ...(this.#displays.length > 0 && { rested: (done) => this.#progress(done) }),
      },
      signal,
    )
    const logs = readLogs(core, this.#advance)
    core.epoch++
    await this.#validate(logs)
    await this.#each((callback) => callback.onEpochEnd?.(epoch, logs, training))
    this.#recorder.add(epoch, logs)
    return logs
  }

  async #validate(logs: Logs): Promise<void> {
    if (!this.#validation) return
    const { signal, validationStart, validationCall } = this.#plan
    const batchSize = Math.min(EVALUATION_BATCH, this.#validation.shape.rows)
    const how = {
      batchSize,
      pace: this.#pace,
      signal,
      call: validationCall,
      prefix: 'val_',
      into: logs,
      first: validationStart,
    }
    await evaluateDataset(this.#core, this.#validation, how)
  }

  async #batchEnd(done: number): Promise<void> {
    const logs = readLogs(this.#core, this.#advance)
    await callEach(this.#perBatch, this.#core, (callback) =>
      callback.onBatchEnd?.(done - 1, { ...logs }, this.#training),
    )
  }

  async #progress(done: number): Promise<void> {
    const logs = readLogs(this.#core, this.#advance)
    await callEach(this.#displays, this.#core, (callback) => callback.onProgress?.(done, { ...logs }, this.#training))
  }

  async #each(call: (callback: Callback) => unknown): Promise<void> {
    await callEach(this.#plan.callbacks, this.#core, call)
  }

  readonly #advance = (batches: number): number => {
    const ran = this.#core.use((raw) => raw.train(this.#train.raw, batches))
    if (ran < batches) throwIfNotFinite(this.#core, this.#train, 'fit', { epoch: this.#at })
    return ran
  }
}
