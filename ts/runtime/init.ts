/** The choice of a build of the WebAssembly before the first model: its options, checked. All else is in `start.ts`, which is loaded when it is called. */

import { checkOptions, checkRange, outOfRange, type Range, type ValueOf } from '../checks.ts'
import type { Plain, Wish } from './builds.ts'
import { ConfigError } from './errors.ts'
import { wasm } from './load.ts'
import { type Runtime, report, runtime } from './report.ts'
import type { Checked } from './start.ts'

/** The options of {@link init}. */
export interface InitOptions {
  /** Which build; `'auto'` (default) takes the fastest one that the engine accepts. */
  readonly variant?: 'auto' | Plain
  /**
   * How many threads do the arithmetic, the calling one included: 1 to 64. `'auto'` (default): as many as there are processors if there are one or
   * two, else half as many, at most 8; in Deno 1, since a program there does not end while a worker waits. Results do not depend on it.
   */
  readonly threads?: number | 'auto'
  /**
   * Whether results must be the same bits on every engine and processor. Default false; the `simd` build gives that in any case, and
   * with true `'auto'` means that build.
   */
  readonly deterministic?: boolean
  /**
   * Experimental, and for Node 24 or newer on x64 processors: whether to try a build whose vectors V8 fuses to twice their width. It takes a switch of V8's that is not
   * finished and holds for all WebAssembly of the process, so it is used only if its results agree with the baseline's and it is much faster; if not, and everywhere
   * else, `variant` counts, and {@link runtime} says why. The trial takes a quarter of a second. Default false.
   */
  readonly wide?: boolean
  /**
   * Makes a worker that runs the file `ravine/thread-script`, called once a thread. Needed only where a page's Content-Security-Policy does not allow
   * workers from `blob:` URLs; by default the script is part of the bundle.
   */
  readonly threadWorker?: (() => unknown) | undefined
}

/** As `crate/src/pool.rs` has it. */
const MOST_THREADS = 64

/**
 * Chooses the fastest build that the engine accepts and starts it, with its threads, without blocking the calling one. Optional: without it, the first
 * model starts the baseline (`simd`) on one thread. Call it before the first model: an instance cannot be exchanged. Later calls may change the number of threads
 * where there have been several from the beginning.
 *
 * `relaxed` multiplies and adds in one instruction, rounded once, where the processor can: faster in every product, with last bits that
 * depend on the processor. It is loaded as a chunk of its own, which the baseline does not download, and so is each of the two for threads.
 *
 * Threads share large products, passes over memory and updates, with the same bits for any number of them; small work stays on the calling
 * thread. They are workers over one memory, which a page may have only if it is cross-origin isolated; {@link runtime} says so where it is not. If one
 * dies, `fit`, `evaluate` or whatever else was running throws a StateError, and new threads are started.
 *
 * @throws ConfigError on unknown options or values, on `variant: 'relaxed'` where the engine does not have it or together with
 * `deterministic`.
 * @throws StateError when another build than the one asked for runs already.
 */
export function init(options: InitOptions = {}): Promise<Runtime> {
  // One after the other: a call finds what the one before has made.
  const done = last.then(() => begin(options))
  last = done.catch(() => {})
  return done
}

let last: Promise<unknown> = Promise.resolve()

async function begin(options: InitOptions): Promise<Runtime> {
  const wish = checked(options)
  const rest = await import('./start.ts').catch((error: unknown) => takeBaseline(wish, error))
  return rest ? rest.start(wish) : runtime()
}

/** Where nothing can be loaded any more, as in a service worker, or the file did not come. */
function takeBaseline(wish: Wish, error: unknown): void {
  if (wish.variant === 'relaxed') throw error
  wasm()
  const why = error instanceof Error ? error.message : String(error)
  report.reason = `what init needs to choose a build could not be loaded (${why}), so the baseline is used, on one thread`
}

/** The options with their defaults. */
function checked(options: unknown): Checked {
  const given = checkOptions('init', options, ['threads', 'variant', 'deterministic', 'wide', 'threadWorker'])
  const { threads = 'auto', threadWorker } = given as InitOptions
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
    throw outOfRange('init', 'threads', `'auto' or a whole number from 1 to ${MOST_THREADS}`, threads)
  }
  if (threadWorker !== undefined && typeof threadWorker !== 'function') {
    throw outOfRange('init', 'threadWorker', "a function that makes a Worker of 'ravine/thread-script'", threadWorker)
  }
  const read = <R extends Range>(name: string, range: R, standard: ValueOf<R>) =>
    checkRange('init', name, given[name] === undefined ? standard : given[name], range)
  const variant = read('variant', ['auto', 'simd', 'relaxed'] as const, 'auto')
  const deterministic = read('deterministic', 'flag', false)
  const wide = read('wide', 'flag', false)
  if (variant === 'relaxed' && deterministic) {
    throw new ConfigError("init: the 'relaxed' build is not deterministic across processors; leave out one of the two")
  }
  if (wide && (deterministic || variant === 'simd')) {
    const other = deterministic ? 'deterministic: true' : "variant: 'simd'"
    throw new ConfigError(`init: wide fuses multiply-adds, which ${other} rules out; leave out one of the two`)
  }
  return { variant, threads, deterministic, wide, threadWorker, counted: given.threads !== undefined }
}
