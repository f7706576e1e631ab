/** Which build of the WebAssembly is in use, and why. */

import type { Variant } from './builds.ts'
import { started } from './load.ts'
import { memoryBytes } from './memory.ts'
import type { ThreadPool } from './threads.ts'

/** What {@link runtime} says. */
export interface Runtime {
  /** The build in use (or, before the first model, the one that will be). */
  readonly variant: Variant
  /** How many threads do the arithmetic. */
  readonly threads: number
  /** Whether results are the same bits on every engine. */
  readonly deterministic: boolean
  /** Why this build and this number of threads, and what to do for a faster one. */
  readonly reason: string
  /** Whether the WebAssembly has been started. */
  readonly started: boolean
  /** The bytes of WebAssembly memory, used or not; 0 before the start. */
  readonly memoryBytes: number
}

/** What `init` has found. */
export const report = {
  /** Why this build. */
  reason:
    'init() was not called before the first model, so the baseline is used; call `await init()` first for a faster build',
  /** Why there are not more threads, where that needs saying. */
  threadNote: '',
  pool: undefined as ThreadPool | undefined,
}

/** Which build is in use, with how many threads, and why. */
export function runtime(): Runtime {
  const { reason, threadNote, pool } = report
  const running = started()
  const variant = running ?? 'simd'
  const note = pool?.note || threadNote
  return {
    variant,
    threads: pool?.threads ?? 1,
    deterministic: variant === 'simd',
    reason: note ? `${reason}; one thread: ${note}` : reason,
    started: running !== undefined,
    memoryBytes: running ? memoryBytes() : 0,
  }
}
