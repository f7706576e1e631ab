/** Which build of the WebAssembly is in use, and the choice of one before the first model. */

import { ConfigError } from './errors.ts'
import { startAsync, started } from './load.ts'
import { memoryBytes } from './memory.ts'

/** The builds of the WebAssembly. */
export type Variant = 'simd' | 'relaxed'

/** The options of {@link init}. */
export interface InitOptions {
  /** Which build; `'auto'` (default) takes the fastest one that the package has and the engine accepts. */
  readonly variant?: 'auto' | Variant
  /** At most how many threads; `'auto'` (default) leaves it to ravine. */
  readonly threads?: number | 'auto'
  /** Whether results must be the same bits on every engine and processor. Default false; the `simd` build gives that in any case. */
  readonly deterministic?: boolean
}

/** What {@link runtime} says. */
export interface Runtime {
  /** The build in use (or, before the first model, the one that will be). */
  readonly variant: Variant
  /** How many threads do the arithmetic. */
  readonly threads: number
  /** Whether results are the same bits on every engine. */
  readonly deterministic: boolean
  /** Why this build and this number of threads. */
  readonly reason: string
  /** Whether the WebAssembly has been started. */
  readonly started: boolean
  /** The bytes of WebAssembly memory, used or not; 0 before the start. */
  readonly memoryBytes: number
}

const OPTIONS = ['variant', 'threads', 'deterministic']
const BASELINE =
  'this version of ravine has one build: plain WebAssembly SIMD on one thread, the same bits on every engine'
let reason = BASELINE

/**
 * Chooses the build and starts it without blocking the thread. Optional: without it, the first model starts the baseline.
 *
 * This version has the `simd` build with one thread only; `threads` is an upper limit, so that any number is accepted.
 *
 * @throws ConfigError on unknown options or values, and on `variant: 'relaxed'`, which this version does not have.
 */
export async function init(options: InitOptions = {}): Promise<Runtime> {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigError(
      `init: expected an object of options, for example { threads: 'auto' }; got ${String(options)}`,
    )
  }
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new ConfigError(`init: unknown option '${name}'. Known: ${OPTIONS.join(', ')}`)
  }
  const { variant = 'auto', threads = 'auto', deterministic = false } = options
  if (variant === 'relaxed')
    throw new ConfigError("init: this version of ravine has no 'relaxed' build; use 'auto' or 'simd'")
  if (variant !== 'auto' && variant !== 'simd') {
    throw new ConfigError(`init: variant must be 'auto', 'simd' or 'relaxed'; got ${String(variant)}`)
  }
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads >= 1)) {
    throw new ConfigError(`init: threads must be 'auto' or a whole number from 1; got ${String(threads)}`)
  }
  if (typeof deterministic !== 'boolean') {
    throw new ConfigError(`init: deterministic must be true or false; got ${String(deterministic)}`)
  }
  reason = threads !== 'auto' && threads > 1 ? `${BASELINE}, so ${threads} threads could not be had` : BASELINE
  await startAsync()
  return runtime()
}

/** Which build is in use, with how many threads, and why. */
export function runtime(): Runtime {
  const running = started()
  return {
    variant: 'simd',
    threads: 1,
    deterministic: true,
    reason,
    started: running,
    memoryBytes: running ? memoryBytes() : 0,
  }
}
