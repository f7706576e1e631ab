/** One update, or the gradients for one, on a batch of the caller's. */

import { checkOptions, checkRange } from '../checks.ts'
import { readRows, toDataset } from '../data/assemble.ts'
import type { Dataset } from '../data/dataset.ts'
import type { ClassWeight, RowWeights } from '../data/row-weights.ts'
import { type Matrix, matrix } from '../matrix.ts'
import type { LossLogs } from './callbacks/callback.ts'
import type { ByOutput } from './compile.ts'
import type { Core } from './core.ts'
import { readLogs } from './logs.ts'
import { throwIfNotFinite } from './not-finite.ts'
import { record } from './record.ts'

/** The options of `model.trainOnBatch` and `model.gradients`. */
export interface BatchOptions<W = RowWeights> {
  /** A weight for each row. Default 1. */
  readonly sampleWeight?: W | undefined
  /** A weight for the rows of each class. Default 1. */
  readonly classWeight?: ByOutput<ClassWeight> | undefined
  /** Whether the data is searched for numbers that are not finite first. Default false. */
  readonly checkData?: boolean | undefined
}

/** What `model.gradients` returns. */
export interface Gradients {
  /** The loss with penalties. */
  readonly loss: number
  /** d(loss)/d(weight) for every weight that learns, by `layer/kernel` and so on. */
  readonly gradients: Record<string, Matrix>
}

/** One update on a batch; returns loss and metrics before it. @internal */
export function trainOnBatch(core: Core, x: unknown, y: unknown, options: unknown): LossLogs {
  const call = 'trainOnBatch'
  core.refuseWhileFitting(call)
  core.refuseAllFrozen(call)
  return onBatch(core, call, x, y, options, (dataset) => {
    const advance = (batches: number) => core.use((raw) => raw.advance(dataset.raw, true, batches))
    const { rows } = dataset.shape
    core.useBatches(rows, (raw) => raw.begin(dataset.raw, true, rows, 0, false, core.epoch))
    core.adopt()
    if (advance(1) < 1) throwIfNotFinite(core, dataset, call, { training: true })
    return readLogs(core, advance)
  })
}

/** Loss and gradients of a batch in training mode, without an update. @internal */
export function gradients(core: Core, x: unknown, y: unknown, options: unknown): Gradients {
  return onBatch(core, 'gradients', x, y, options, (dataset) => {
    const loss = core.ask('gradients', (raw) => raw.compute_gradients(dataset.raw), dataset.shape.rows)
    const entries = core.parameters.flatMap(({ key, rows, columns }, i) =>
      core.learns(i) ? [[key, matrix(core.gradient(i).slice(), rows, columns)] as const] : [],
    )
    return { loss, gradients: record(entries) }
  })
}

function onBatch<T>(
  core: Core,
  call: string,
  x: unknown,
  y: unknown,
  options: unknown,
  work: (dataset: Dataset) => T,
): T {
  const rules = core.rules(call)
  const { inputs, outputs } = core.graph
  const given = checkOptions(call, options, ['sampleWeight', 'classWeight', 'checkData'])
  const checkData = checkRange(call, 'checkData', given.checkData ?? false, 'flag')
  const rows = readRows(
    { x, y, sampleWeight: given.sampleWeight, classWeight: given.classWeight },
    inputs,
    outputs,
    rules,
    call,
  )
  const reuse = (shape: Dataset['shape']) => core.scratch.take('batch', shape)
  const dataset = toDataset(rows, 0, rows.count, { inputs, outputs, rules, call, checkData, reuse })
  try {
    return work(dataset)
  } finally {
    core.scratch.give('batch', dataset)
  }
}
