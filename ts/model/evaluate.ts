/** Loss and metrics over a data set. */

import { checkOptions, checkRange } from '../checks.ts'
import { readRows, toDatasetInTurns } from '../data/assemble.ts'
import type { RowWeights } from '../data/row-weights.ts'
import { StateError } from '../runtime/errors.ts'
import { type Batches, Loaded } from './batches.ts'
import type { Logs, LossLogs } from './callbacks/callback.ts'
import type { Settings } from './compile.ts'
import type { Core } from './core.ts'
import { drive, refuseDisposed, turns } from './drive.ts'
import { readLogs } from './logs.ts'
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
export async function evaluate(core: Core, x: unknown, y: unknown, options: unknown): Promise<LossLogs> {
  const call = 'evaluate'
  const { sampleWeight, ...given } = checkOptions(call, options, OPTIONS)
  const settings = core.compiled(call)
  const rules = core.rules(call)
  const { inputs, outputs } = core.graph
  const checkData = checkRange(call, 'checkData', given.checkData ?? false, 'flag')
  const pace = new Pace(readBudget(call, given.yieldEvery))
  const signal = readSignal(call, given.signal)
  signal?.throwIfAborted()
  const rows = readRows({ x, y, sampleWeight }, inputs, outputs, rules, call)
  const batchSize = readBatchSize(call, given.batchSize, rows.count, EVALUATION_BATCH)
  const between = turns(core, pace, call, signal)
  const context = { inputs, outputs, rules, call, checkData }
  const dataset = await toDatasetInTurns(rows, 0, rows.count, context, between)
  try {
    return await runEvaluation(core, new Loaded(core, dataset, { training: false, batchSize, call }), {
      pace,
      signal,
      call,
      settings,
    })
  } finally {
    dataset.dispose()
  }
}

/** How an evaluation is driven. */
interface Driving {
  readonly pace: Pace
  readonly signal: AbortSignal | undefined
  /** The call, for messages. */
  readonly call: string
  /** What the model was compiled with when the data was checked. */
  readonly settings?: Settings
}

/** The validation of a training: adds its figures to the logs of an epoch. @internal */
export function validateOn(core: Core, batches: Batches, how: Driving): (epoch: number, logs: Logs) => Promise<void> {
  return async (epoch, logs) => {
    await runEvaluation(core, batches, { ...how, prefix: 'val_', into: logs, epoch })
  }
}

/** Loss and metrics over batches. Evaluations of one model take turns. */
async function runEvaluation(
  core: Core,
  batches: Batches,
  { pace, signal, call, settings, prefix, into, epoch }: Driving & { prefix?: string; into?: Logs; epoch?: number },
): Promise<LossLogs> {
  await batches.open?.(epoch)
  const before = core.turn
  let done = () => {}
  core.turn = new Promise<void>((resolve) => {
    done = resolve
  })
  try {
    await before
    const compiled = settings ?? core.compiled(call)
    const refuseOthers = () => {
      if (core.settings === compiled) return
      throw new StateError(`${call}: the model was compiled anew while it was evaluated`)
    }
    refuseDisposed(core, call)
    refuseOthers()
    batches.begin(epoch)
    const advance = (count: number) => {
      refuseOthers()
      return batches.advance(count)
    }
    await drive(core, pace, call, { ready: (ran) => batches.ready(ran), advance }, signal)
    return readLogs(core, advance, prefix, into)
  } finally {
    done()
  }
}
