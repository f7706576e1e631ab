/** Which build of the WebAssembly is in use, and the choice of one before the first model. */

import { ConfigError, StateError } from './errors.ts'
import { hasRelaxedSimd } from './features.ts'
import { startAsync, started, type Variant } from './load.ts'
import { memoryBytes } from './memory.ts'

/** The options of {@link init}. */
export interface InitOptions {
  /** Which build; `'auto'` (default) takes the fastest one that the engine accepts. */
  readonly variant?: 'auto' | Variant
  /** At most how many threads; `'auto'` (default) leaves it to ravine. */
  readonly threads?: number | 'auto'
  /**
   * Whether results must be the same bits on every engine and processor. Default false; the `simd` build gives that in any case, and
   * with true `'auto'` means that build.
   */
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
  /** Why this build and this number of threads, and what to do for a faster one. */
  readonly reason: string
  /** Whether the WebAssembly has been started. */
  readonly started: boolean
  /** The bytes of WebAssembly memory, used or not; 0 before the start. */
  readonly memoryBytes: number
}

const OPTIONS = ['variant', 'threads', 'deterministic']
const NO_RELAXED = 'this engine has no relaxed SIMD (Chrome from 114, recent Firefox, Node from 22, Bun and Deno have)'
const BASELINE =
  'init() was not called before the first model, so the baseline is used; call `await init()` first for a faster build'
const ONE_THREAD = 'this version of ravine runs on one thread'

const TOO_LATE = 'a model was made before init had finished, so the baseline is used; await init() first'

let reason = BASELINE
/** What came of the number of threads asked for last. */
let threadNote = ''

/**
 * Chooses the fastest build that the engine accepts and starts it without blocking the thread. Optional: without it, the first model starts
 * the baseline (`simd`). Call it before the first model: an instance cannot be exchanged.
 *
 * `relaxed` multiplies and adds in one instruction, rounded once, where the processor can: faster in every product, with last bits that
 * depend on the processor. It is loaded as a chunk of its own, which the baseline does not download.
 *
 * This version runs on one thread; `threads` is an upper limit, so that any number is accepted.
 *
 * @throws ConfigError on unknown options or values, on `variant: 'relaxed'` where the engine does not have it or together with
 * `deterministic`.
 * @throws StateError when another build than the one asked for runs already.
 */
export async function init(options: InitOptions = {}): Promise<Runtime> {
  const { variant, deterministic, threads } = checked(options)
  const note =
    typeof threads === 'number' && threads > 1 ? `; ${ONE_THREAD}, so ${threads} threads could not be had` : ''
  const running = started()
  if (running) {
    if ((variant !== 'auto' && variant !== running) || (deterministic && running !== 'simd')) throw tooLate()
    threadNote = note
    return runtime()
  }
  let chosen: Variant = variant !== 'auto' ? variant : !deterministic && hasRelaxedSimd() ? 'relaxed' : 'simd'
  let why = because(variant, deterministic, chosen)
  try {
    await startAsync(chosen)
  } catch (error) {
    if (variant !== 'auto' || chosen === 'simd') throw error
    // Where modules cannot be imported later (a service worker, a bundle that lost the chunk) the baseline still works.
    why = `the relaxed build could not be loaded (${error instanceof Error ? error.message : String(error)}), so the baseline is used`
    chosen = 'simd'
    await startAsync(chosen)
  }
  if (started() !== chosen) {
    if (variant !== 'auto') throw tooLate()
    why = TOO_LATE
  }
  reason = why
  threadNote = note
  return runtime()
}

/** Which build is in use, with how many threads, and why. */
export function runtime(): Runtime {
  const running = started()
  const variant = running ?? 'simd'
  return {
    variant,
    threads: 1,
    deterministic: variant === 'simd',
    reason: reason + threadNote,
    started: running !== undefined,
    memoryBytes: running ? memoryBytes() : 0,
  }
}

const tooLate = (): StateError =>
  new StateError(
    `init: the '${started()}' build runs already, and an instance cannot be exchanged; await init once, before the first model`,
  )

function because(asked: 'auto' | Variant, deterministic: boolean, chosen: Variant): string {
  if (asked !== 'auto') return `init was asked for '${asked}'`
  if (chosen === 'relaxed') return 'relaxed SIMD is the fastest build that this engine accepts'
  return deterministic
    ? 'init was asked for deterministic results: the baseline'
    : `${NO_RELAXED}, so the baseline is used`
}

/** The options with their defaults. */
function checked(options: InitOptions): Required<InitOptions> {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigError(
      `init: expected an object of options, for example { threads: 'auto' }; got ${String(options)}`,
    )
  }
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new ConfigError(`init: unknown option '${name}'. Known: ${OPTIONS.join(', ')}`)
  }
  const { variant = 'auto', threads = 'auto', deterministic = false } = options
  if (variant !== 'auto' && variant !== 'simd' && variant !== 'relaxed') {
    throw new ConfigError(`init: variant must be 'auto', 'simd' or 'relaxed'; got ${String(variant)}`)
  }
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads >= 1)) {
    throw new ConfigError(`init: threads must be 'auto' or a whole number from 1; got ${String(threads)}`)
  }
  if (typeof deterministic !== 'boolean') {
    throw new ConfigError(`init: deterministic must be true or false; got ${String(deterministic)}`)
  }
  if (variant === 'relaxed' && deterministic) {
    throw new ConfigError("init: the 'relaxed' build is not deterministic across processors; leave out one of the two")
  }
  if (variant === 'relaxed' && !hasRelaxedSimd()) throw new ConfigError(`init: ${NO_RELAXED}; use 'auto' or 'simd'`)
  return { variant, threads, deterministic }
}
