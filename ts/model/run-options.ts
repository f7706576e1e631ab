/** Options that training and evaluation share. */

import { checkRange, outOfRange } from '../checks.ts'
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

/** A checked batch size; `'full'` is all rows. @internal */
export function readBatchSize(where: string, value: unknown, rows: number, fallback: number): number {
  if (value === undefined) return Math.min(fallback, rows)
  if (value === 'full') return rows
  if (typeof value === 'string') throw outOfRange(where, 'batchSize', "a whole number from 1, or 'full'", value)
  return Math.min(checkRange(where, 'batchSize', value, 'count'), rows)
}
