/**
 * The pool's workers: started once, each with an instance of its own over the memory of the one here. They wait inside of WebAssembly for work, so
 * nothing is said to them after the first message; a worker that dies is noticed by its end.
 */

import { source } from '../../build/worker/thread.text.js'
import type { Shareable } from './compile.ts'
import { ConfigError } from './errors.ts'
import { watchCalls } from './load.ts'
import { lossError, threadLost, watchTurns } from './losses.ts'
import { glue } from './raw.ts'
import { type AnyWorker, isWorker, listen, type Spawned, spawn } from './spawn.ts'

/** The one message to a worker. */
export interface ThreadStart extends Shareable {
  /** Where the pool lies in memory. */
  readonly pool: number
  /** Bytes of its stack. */
  readonly stack: number
}

/** Makes a worker that runs the file `ravine/thread-script`. */
export type MakeWorker = () => unknown

/** Kernels keep tiles and blocks of 2 KB on the stack, and nest no deeper than a dozen calls. */
const STACK = 256 * 1024
/** How long a worker may take to start, in ms. */
const PATIENCE = 10_000
/** How long workers that are sent home may take, in ms. */
const FAREWELL = 1000
/** A worker that gave no sign of life during so many jobs and ms is dead. */
const MANY_JOBS = 200
const SILENCE = 3000
/** Turns of a training come more often than this, in ms. */
const BREAK = 500
/** A pool that has been started anew so often without success is given up. */
const ATTEMPTS = 3

const OTHER_WAY =
  "; allow blob: in worker-src of the page's Content-Security-Policy, or pass init({ threadWorker }), see ravine/thread-script"

/** The pool of the instance here. */
export class ThreadPool {
  /** Why there are fewer threads than were asked for last, if so. */
  note = ''
  readonly #shared: Shareable
  #make: MakeWorker | undefined
  #workers: AnyWorker[] = []
  #wanted = 1
  #failures = 0

  constructor(shared: Shareable) {
    this.#shared = shared
    watchTurns(() => this.#look())
    watchCalls(() => {
      if (!glue.pool_lost()) return
      // It may not be dead but stuck, and must not write to memory that is used again.
      terminate(this.#workers)
      this.#workers = []
      glue.pool_forget()
      this.#lose('it failed in the midst of its work')
      throw lossError()
    })
  }

  /** How many threads there are, the calling one included. */
  get threads(): number {
    return glue.pool_threads()
  }

  /**
   * Starts as many workers as make so many threads, in place of those there are; `make` gives them, if they are not to be made here. What came of it is
   * in {@link note}.
   */
  async start(threads: number, make = this.#make): Promise<void> {
    this.end()
    this.#wanted = threads
    this.#make = make
    this.note = ''
    if (threads <= 1) return
    const pool = glue.pool_start()
    const workers = this.#workers
    try {
      const begins = await Promise.all(Array.from({ length: threads - 1 }, () => this.#load(workers)))
      // One after the other: a worker's instance does not know at once of memory by which another has made it grow, and then traps.
      for (const [count, begin] of begins.entries()) {
        if (workers !== this.#workers) return
        begin({ ...this.#shared, pool, stack: STACK })
        await this.#joined(workers, count + 2)
      }
      this.#failures = 0
    } catch (error) {
      if (workers !== this.#workers) return
      this.end()
      this.note = `threads could not be started here (${error instanceof Error ? error.message : String(error)})`
      if (!(error instanceof JoinError)) this.note += OTHER_WAY
      else if (++this.#failures <= ATTEMPTS) await this.start(threads)
    }
  }

  /** Waits until there are so many threads, or the pool is another. */
  async #joined(workers: readonly AnyWorker[], threads: number): Promise<void> {
    const until = performance.now() + PATIENCE
    this.#died = undefined
    while (workers === this.#workers && this.threads < threads) {
      if (this.#died !== undefined) throw new JoinError(this.#died)
      if (performance.now() > until) throw new JoinError('a worker does not join')
      await turn()
    }
    this.#died = undefined
  }

  /** Why a worker died while it was to join: set only then. */
  #died: string | undefined

  /**
   * Sends all workers home. They leave by themselves, for one that is ended while it gives back memory would keep the allocator locked; only those
   * that do not are ended.
   */
  end(): void {
    const workers = this.#workers
    this.#workers = []
    glue.pool_end()
    if (workers.length === 0) return
    const timer: unknown = setTimeout(() => terminate(workers), FAREWELL)
    ;(timer as { unref?(): void }).unref?.()
  }

  /** Makes a worker that has its script; returns what has it begin. */
  async #load(workers: AnyWorker[]): Promise<(message: ThreadStart) => void> {
    const { worker, started } = this.#make ? given(this.#make()) : spawn(source, 'ravine-thread')
    workers.push(worker)
    let begun = false
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new ConfigError('a worker does not answer')), PATIENCE)
        listen(worker, {
          message() {
            clearTimeout(timer)
            resolve()
          },
          lost: (why) => {
            clearTimeout(timer)
            reject(new ConfigError(why))
            if (!begun || workers !== this.#workers) return
            if (this.threads < this.#wanted) this.#died = why
            else this.#lose(why)
          },
        })
      })
    } finally {
      started()
    }
    return (message) => {
      begun = true
      worker.postMessage(message, [])
      // It must not keep a process alive that has nothing else to do.
      worker.unref?.()
    }
  }

  /** When each worker last gave a sign of life, and how many jobs there had been: a browser does not tell that it has ended one. */
  #seen: { signs: number; jobs: number; time: number }[] = []
  #looked = 0

  #look(): void {
    const now = performance.now()
    const jobs = glue.pool_signs_of_life(0)
    // Only what is seen without a break counts: after a rest nobody can have been at work.
    if (now - this.#looked > BREAK) this.#seen = []
    this.#looked = now
    for (let thread = 1; thread < this.threads; thread++) {
      const signs = glue.pool_signs_of_life(thread)
      const last = this.#seen[thread]
      if (!last || last.signs !== signs) this.#seen[thread] = { signs, jobs, time: now }
      else if (now - last.time > SILENCE && jobs - last.jobs > MANY_JOBS) {
        this.#lose('it does not answer')
        return
      }
    }
  }

  /** A worker has died: the others go too, for nobody knows what it left behind, and new ones come, until that has failed too often. */
  #lose(why: string): void {
    threadLost(why)
    this.end()
    this.note = `threads were given up, one after the other has died (${why})`
    if (++this.#failures <= ATTEMPTS) void this.start(this.#wanted)
  }
}

/** A worker that has its script did not join: nothing that a page could allow. */
class JoinError extends ConfigError {}

function terminate(workers: readonly AnyWorker[]): void {
  for (const worker of workers) void worker.terminate()
}

const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0))

function given(worker: unknown): Spawned {
  if (isWorker(worker)) return { worker, started: () => {} }
  throw new ConfigError("init: threadWorker must make a Worker that runs the file 'ravine/thread-script'")
}
