/** Options that training and evaluation share. */

import { checkRange, outOfRange } from '../checks.ts'
import { type Callback, checkCallbacks } from './callbacks/callback.ts'
import { isOwnCallback } from './callbacks/own.ts'
import { readVerbose } from './callbacks/progress.ts'
import { DEFAULT_BUDGET } from './pace.ts'

/** How a call gives way to the rest of the program. */
export interface RunOptions {
  /** Aborts the call: its promise is rejected with the signal's reason, as that of `fetch`. The model stays usable. */
  readonly signal?: AbortSignal | undefined
  /** After how many ms of work the event loop gets a turn; 0 after every batch, Infinity never. No result depends on it. Default 12. */
  readonly yieldEvery?: number | undefined
  /** Whether the data is searched for numbers that are not finite first. Default false. */
  readonly checkData?: boolean | undefined
}

/** Rows of an evaluation that are computed at a time. @internal */
export const EVALUATION_BATCH = 256

/** A checked time budget. @internal */
export function readBudget(where: string, value: unknown): number {
  if (value === undefined) return DEFAULT_BUDGET
  if (typeof value === 'number' && value >= 0) return value
  throw outOfRange(where, 'yieldEvery', 'a number of milliseconds, at least 0, or Infinity', value)
}

/** A checked signal. @internal */
export function readSignal(where: string, value: unknown): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object' && typeof (value as AbortSignal).throwIfAborted === 'function')
    return value as AbortSignal
  throw outOfRange(where, 'signal', 'an AbortSignal', value)
}

/** Options of trainings as they are given, checked. @internal */
export interface TrainingPlan {
  /** The call, for messages. */
  readonly call: string
  readonly epochs: number
  readonly initialEpoch: number
  /** The epoch that the order of rows and schedules go by, if it was set. */
  readonly epoch: number | undefined
  readonly callbacks: readonly Callback[]
  /** Whether all callbacks are ravine's own. */
  readonly plain: boolean
  readonly signal: AbortSignal | undefined
  readonly yieldEvery: number
  readonly checkData: boolean
}

/** What trainings of all kinds have in common. @internal */
export function readTraining(call: string, given: Readonly<Record<string, unknown>>): TrainingPlan {
  const epochs = checkRange(call, 'epochs', given.epochs === undefined ? 1 : given.epochs, 'count')
  const initialEpoch = checkRange(call, 'initialEpoch', given.initialEpoch ?? 0, 'index')
  const checkData = checkRange(call, 'checkData', given.checkData ?? false, 'flag')
  const yieldEvery = readBudget(call, given.yieldEvery)
  const signal = readSignal(call, given.signal)
  const own = checkCallbacks(given.callbacks, `${call}: callbacks`)
  const display = readVerbose(call, given.verbose)
  return {
    call,
    epochs,
    initialEpoch,
    epoch: given.initialEpoch === undefined ? undefined : initialEpoch,
    callbacks: display ? [...own, display] : own,
    plain: own.every(isOwnCallback),
    signal,
    yieldEvery,
    checkData,
  }
}

/** A checked batch size; `'full'` is all rows. @internal */
export function readBatchSize(where: string, value: unknown, rows: number, fallback: number): number {
  if (value === undefined) return Math.min(fallback, rows)
  if (value === 'full') return rows
  if (typeof value === 'string') throw outOfRange(where, 'batchSize', "a whole number from 1, or 'full'", value)
  return Math.min(checkRange(where, 'batchSize', value, 'count'), rows)
}
