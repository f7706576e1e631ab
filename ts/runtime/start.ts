/** What `init` does once it has checked its options. It is a chunk that `init` alone loads. */

import { alone, type Choice, choose, NO_RELAXED, type Wish } from './builds.ts'
import { type Shareable, startAsync } from './compile.ts'
import { ConfigError, StateError } from './errors.ts'
import { hasRelaxedSimd } from './features.ts'
import { started, startedBuild } from './load.ts'
import { type Runtime, report, runtime } from './report.ts'

const TOO_LATE = 'a model was made before init had finished, so the baseline is used; await init() first'
const ONE_THREAD = 'the build that runs already is for one thread: ask for threads before the first model'

/** What `init` was asked for, checked. */
export interface Checked extends Wish {
  /** Whether a number of threads was given. */
  readonly counted: boolean
  /** Makes the workers. */
  readonly threadWorker: (() => unknown) | undefined
}

/** Starts what was asked for; later, the number of threads is changed. */
export async function start(wish: Checked): Promise<Runtime> {
  if (wish.variant === 'relaxed' && !hasRelaxedSimd()) {
    throw new ConfigError(`init: ${NO_RELAXED}; use 'auto' or 'simd'`)
  }
  const running = started()
  if (running) {
    if ((wish.variant !== 'auto' && wish.variant !== running) || (wish.deterministic && running !== 'simd'))
      throw tooLate()
    // Without a number they stay as they are.
    if (wish.counted) await changeThreads(wish)
    return runtime()
  }
  const choice = choose(wish)
  const { choice: loaded, shared } = await load(choice, wish)
  if (startedBuild() !== loaded.build) {
    if (wish.variant !== 'auto' && wish.variant !== started()) throw tooLate()
    report.reason = TOO_LATE
    return runtime()
  }
  report.reason = loaded.why
  report.threadNote = loaded.threadsWhy
  if (shared) {
    const { ThreadPool } = await import('./threads.ts')
    report.pool = new ThreadPool(shared)
    await report.pool.start(loaded.threads, wish.threadWorker)
  }
  return runtime()
}

/** Starts a choice's build; where its chunk cannot be loaded, as in a service worker or a bundle that lost it, the next best one. */
async function load(choice: Choice, wish: Wish): Promise<{ choice: Choice; shared: Shareable | undefined }> {
  try {
    return { choice, shared: await startAsync(choice.build) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (choice.variant === 'wide') return load(choose(wish, why), wish)
    if (choice.threads > 1) return load(alone(choice, `the build for threads could not be started (${why})`), wish)
    if (choice.build === 'simd' || wish.variant !== 'auto') throw error
    const baseline = `the relaxed build could not be loaded (${why}), so the baseline is used`
    return load({ ...choice, variant: 'simd', build: 'simd', why: baseline }, wish)
  }
}

async function changeThreads(wish: Checked): Promise<void> {
  const { threads, threadsWhy } = choose({ ...wish, variant: 'simd', wide: false })
  const { pool } = report
  if (!pool) report.threadNote = threadsWhy || (typeof wish.threads === 'number' && wish.threads > 1 ? ONE_THREAD : '')
  else if (pool.threads !== threads) await pool.start(threads, wish.threadWorker)
}

const tooLate = (): StateError =>
  new StateError(
    `init: the '${started()}' build runs already, and an instance cannot be exchanged; await init once, before the first model`,
  )
