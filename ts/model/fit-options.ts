/** What `fit` was asked to do: checked, and with its data in WebAssembly memory. */

import { checkOptions, checkRange, many, outOfRange } from '../checks.ts'
import { type Rows, readRows, toDatasetInTurns } from '../data/assemble.ts'
import type { Dataset } from '../data/dataset.ts'
import type { ClassWeight, RowWeights } from '../data/row-weights.ts'
import type { Features, Labels } from '../data/source.ts'
import { ConfigError } from '../runtime/errors.ts'
import type { Callback } from './callbacks/callback.ts'
import type { ByOutput } from './compile.ts'
import type { Core } from './core.ts'
import { turns } from './drive.ts'
import type { Pace } from './pace.ts'
import { type RunOptions, readBatchSize, readTraining, type TrainingPlan } from './run-options.ts'

/** The options of `model.fit`; X and Y are what the model takes as features and labels. */
export interface FitOptions<X = Features, Y = Labels, W = RowWeights> extends RunOptions {
  /** At which epoch training ends (Keras); without `initialEpoch`, how many there are. Default 1. */
  readonly epochs?: number | undefined
  /** Rows for each update; `'full'` is all, which makes it plain gradient descent. Default 32. */
  readonly batchSize?: number | 'full' | undefined
  /** Whether each epoch has its own order of rows, which depends on the model's seed and the epoch alone. Default true. */
  readonly shuffle?: boolean | undefined
  /** Data to evaluate after each epoch: `[x, y]` or `[x, y, sampleWeight]`. */
  readonly validationData?: readonly [x: X, y: Y] | readonly [x: X, y: Y, sampleWeight: W] | undefined
  /** The share of rows, the last ones before shuffling, that is not trained on but evaluated after each epoch; above 0 and below 1. */
  readonly validationSplit?: number | undefined
  /** A weight for the rows of each class; a class that is not named counts 1. With several outputs a record of that by output name. */
  readonly classWeight?: ByOutput<ClassWeight> | undefined
  /** A weight for each row; with several outputs one for all, or a record by output name. Default 1. */
  readonly sampleWeight?: W | undefined
  /**
   * The number of the first epoch, to go on where an earlier training stopped. It also sets the epoch by which rows are shuffled and `everyEpoch`
   * schedules go. Default 0; without it, shuffling and schedules go on from the model's last epoch.
   */
  readonly initialEpoch?: number | undefined
  /** What is called while training. */
  readonly callbacks?: Callback | readonly Callback[] | undefined
  /** 0 or false: nothing; 1 or true: a progress bar; 2: a line each epoch. Default: a progress bar in a terminal, else nothing. */
  readonly verbose?: 0 | 1 | 2 | boolean | undefined
}

const OPTIONS = [
  'epochs',
  'batchSize',
  'shuffle',
  'validationData',
  'validationSplit',
  'classWeight',
  'sampleWeight',
  'initialEpoch',
  'callbacks',
  'signal',
  'verbose',
  'yieldEvery',
  'checkData',
]

/** A checked plan for a training on data in memory. @internal */
export interface FitPlan extends TrainingPlan {
  readonly rows: Rows
  /** How many rows are trained on; they come first. */
  readonly trainRows: number
  readonly validation: Rows | undefined
  readonly validationStart: number
  readonly validationCall: string
  readonly batchSize: number
  readonly shuffle: boolean
}

const CALL = 'fit'

/** Checks everything that `fit` was given; changes nothing. @internal */
export function readFit(core: Core, x: unknown, y: unknown, options: unknown): FitPlan {
  const given = checkOptions(CALL, options, OPTIONS)
  const rules = core.rules(CALL)
  core.refuseAllFrozen(CALL)
  const { inputs, outputs } = core.graph
  const { sampleWeight, classWeight, validationData, validationSplit } = given
  const plan = readTraining(CALL, given)
  const shuffle = checkRange(CALL, 'shuffle', given.shuffle ?? true, 'flag')
  if (validationData !== undefined && validationSplit !== undefined) {
    throw new ConfigError(`${CALL}: give either validationData or validationSplit, not both`)
  }
  const rows = readRows({ x, y, sampleWeight, classWeight }, inputs, outputs, rules, CALL)
  const held = heldBack(validationSplit, rows.count)
  let validation: Rows | undefined
  if (validationData !== undefined) {
    validation = readValidation(core, CALL, validationData)
  } else if (held > 0) {
    // Classes are weighed in training only (Keras).
    validation = { ...rows, classWeights: rows.classWeights.map(() => undefined) }
  }
  const trainRows = rows.count - held
  return {
    ...plan,
    rows,
    trainRows,
    validation,
    validationStart: held > 0 ? trainRows : 0,
    validationCall: held > 0 ? CALL : `${CALL}: validationData`,
    batchSize: readBatchSize(CALL, given.batchSize, trainRows, 32),
    shuffle,
  }
}

/** Checked data to validate on: `[x, y]` or `[x, y, sampleWeight]`. @internal */
export function readValidation(core: Core, call: string, given: unknown): Rows {
  if (!Array.isArray(given) || given.length < 2 || given.length > 3) {
    throw outOfRange(call, 'validationData', '[x, y] or [x, y, sampleWeight]', given)
  }
  const [x, y, sampleWeight] = given as unknown[]
  const { inputs, outputs } = core.graph
  return readRows({ x, y, sampleWeight }, inputs, outputs, core.rules(call), `${call}: validationData`)
}

/** Copies the data in, with turns for the event loop. If anything is wrong with it, what was copied is freed. @internal */
export async function loadFit(
  core: Core,
  plan: FitPlan,
  pace: Pace,
): Promise<{ train: Dataset; validation: Dataset | undefined }> {
  const { rows, trainRows, validation, validationStart, validationCall, checkData } = plan
  const { inputs, outputs } = core.graph
  const context = { inputs, outputs, rules: core.rules(CALL), checkData }
  const between = turns(core, pace, CALL, plan.signal)
  const train = await toDatasetInTurns(rows, 0, trainRows, { ...context, call: CALL }, between)
  if (!validation) return { train, validation: undefined }
  try {
    const count = validation.count - validationStart
    const held = { ...context, call: validationCall }
    return { train, validation: await toDatasetInTurns(validation, validationStart, count, held, between) }
  } catch (error) {
    train.dispose()
    throw error
  }
}

/** How many of the last rows are held back for validation. */
function heldBack(split: unknown, rows: number): number {
  if (split === undefined || split === 0) return 0
  if (typeof split !== 'number' || !(split > 0 && split < 1)) {
    throw outOfRange(CALL, 'validationSplit', 'a number above 0 and below 1', split)
  }
  // 10 · (1 − 0.9) is a little less than 1: what is a whole number but for rounding is one.
  const kept = rows * (1 - split)
  const train = Math.abs(kept - Math.round(kept)) < 1e-6 ? Math.round(kept) : Math.floor(kept)
  if (train === 0 || train === rows) {
    throw new ConfigError(
      `${CALL}: validationSplit ${split} of ${many(rows, 'row')} leaves ${train} to train on and ${rows - train} to validate; both need at least one`,
    )
  }
  return rows - train
}
