/** Loss and metrics over a data set. */

import { checkOptions, checkRange } from '../checks.ts'
import { readRows, toDataset } from '../data/assemble.ts'
import type { Dataset } from '../data/dataset.ts'
import type { RowWeights } from '../data/row-weights.ts'
import { StateError } from '../runtime/errors.ts'
import type { Logs } from './callbacks/callback.ts'
import type { Core } from './core.ts'
import { drive } from './drive.ts'
import { readLogs } from './logs.ts'
import { throwIfNotFinite } from './not-finite.ts'
import { Pace } from './pace.ts'
import { EVALUATION_BATCH, type RunOptions, readBatchSize, readBudget, readSignal } from './run-options.ts'

/** The options of `model.evaluate`. */
export interface EvaluateOptions<W = RowWeights> extends RunOptions {
  /** Rows at a time; the result depends on it in the last bits only. Default 256. */
  readonly batchSize?: number | 'full' | undefined
  /** A weight for each row. Default 1. */
  readonly sampleWeight?: W | undefined
}

const OPTIONS = ['batchSize', 'sampleWeight', 'signal', 'yieldEvery', 'checkData']

/** Loss and metrics of the model on the data. @internal */
export async function evaluate(core: Core, x: unknown, y: unknown, options: unknown): Promise<Logs> {
  const call = 'evaluate'
  const { sampleWeight, ...given } = checkOptions(call, options, OPTIONS)
  const rules = core.rules(call)
  const { inputs, outputs } = core.graph
  const checkData = checkRange(call, 'checkData', given.checkData ?? false, 'flag')
  const pace = new Pace(readBudget(call, given.yieldEvery))
  const signal = readSignal(call, given.signal)
  signal?.throwIfAborted()
  const rows = readRows({ x, y, sampleWeight }, inputs, outputs, rules, call)
  const batchSize = readBatchSize(call, given.batchSize, rows.count, EVALUATION_BATCH)
  const dataset = toDataset(rows, 0, rows.count, { inputs, outputs, rules, call, checkData })
  try {
    return await evaluateDataset(core, dataset, { batchSize, pace, signal, call })
  } finally {
    dataset.dispose()
  }
}

/** The same for data in WebAssembly memory. Evaluations of one model take turns. @internal */
export async function evaluateDataset(
  core: Core,
  dataset: Dataset,
  how: {
    batchSize: number
    pace: Pace
    signal: AbortSignal | undefined
    call: string
    prefix?: string
    into?: Logs
    first?: number
  },
): Promise<Logs> {
  const before = core.turn
  let done = () => {}
  core.turn = new Promise<void>((resolve) => {
    done = resolve
  })
  try {
    await before
    const settings = core.compiled(how.call)
    core.useBatches(how.batchSize, (raw) => raw.begin_evaluation(dataset.raw, how.batchSize))
    const batches = Math.ceil(dataset.shape.rows / how.batchSize)
    const advance = (count: number) => {
      if (core.settings !== settings)
        throw new StateError(`${how.call}: the model was compiled anew while it was evaluated`)
      const ran = core.use((raw) => raw.evaluate(dataset.raw, count))
      if (ran < count) throwIfNotFinite(core, dataset, how.call, how.first === undefined ? {} : { first: how.first })
      return ran
    }
    await drive(core, how.pace, how.call, { batches, advance }, how.signal)
    return readLogs(core, advance, how.prefix, how.into)
  } finally {
    done()
  }
}
