/**
 * The pool's workers: started once, each with an instance of its own over the memory of the one here. They wait inside of WebAssembly for work, so
 * nothing is said to them after the first message; a worker that dies is noticed by its end.
 */

import { source } from '../../build/worker/thread.text.js'
import { ConfigError } from './errors.ts'
import { type Shareable, watchCalls } from './load.ts'
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
/** How long workers may take to start, in ms. */
const PATIENCE = 10_000
/** How long workers that are sent home may take, in ms. */
const FAREWELL = 1000
/** A worker that took no part in so many jobs, for so many ms, is dead. */
const MANY_JOBS = 200
const SILENCE = 2000
/** Turns of a training come more often than this, in ms. */
const BREAK = 500
/** A pool that has been started anew so often without success is given up. */
const ATTEMPTS = 3

const OTHER_WAY =
  "allow blob: in worker-src of the page's Content-Security-Policy, or pass init({ threadWorker }), see ravine/thread-script"

/** The pool of the instance here. */
export class ThreadPool {
  readonly #shared: Shareable
  #make: MakeWorker | undefined
  #workers: AnyWorker[] = []
  #wanted = 0
  #failures = 0

  constructor(shared: Shareable) {
    this.#shared = shared
    watchTurns(() => this.#look())
    watchCalls(() => {
      if (!glue.pool_lost()) return
      this.#lose('it failed in the midst of its work')
      throw lossError()
    })
  }

  /** How many threads there are, the calling one included. */
  get threads(): number {
    return glue.pool_threads()
  }

  /**
   * Starts as many workers as make so many threads, in place of those there are; `make` gives them, if they are not to be made here.
   *
   * @returns Why there are fewer, if so.
   */
  async start(threads: number, make = this.#make): Promise<string | undefined> {
    this.end()
    this.#wanted = threads
    this.#make = make
    if (threads <= 1) return undefined
    const pool = glue.pool_start()
    const workers = this.#workers
    try {
      await Promise.all(Array.from({ length: threads - 1 }, () => this.#add(workers, pool)))
      // They have said that they are about to join.
      const until = performance.now() + PATIENCE
      while (workers === this.#workers && this.threads < threads) {
        if (performance.now() > until) throw new ConfigError('a worker does not join')
        await turn()
      }
      if (workers === this.#workers) this.#failures = 0
      return undefined
    } catch (error) {
      if (workers === this.#workers) this.end()
      return `threads could not be started here (${error instanceof Error ? error.message : String(error)}); ${OTHER_WAY}`
    }
  }

  /**
   * Sends all workers home. They leave by themselves, for one that is ended while it gives back memory would keep the allocator locked; only those
   * that do not are ended.
   */
  end(): void {
    const workers = this.#workers
    this.#workers = []
    glue.pool_end()
    if (workers.length === 0) return
    const timer: unknown = setTimeout(() => workers.forEach((worker) => void worker.terminate()), FAREWELL)
    ;(timer as { unref?(): void }).unref?.()
  }

  async #add(workers: AnyWorker[], pool: number): Promise<void> {
    const { worker, started } = this.#make ? given(this.#make()) : spawn(source, 'ravine-thread')
    workers.push(worker)
    let ready = false
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new ConfigError('a worker does not answer')), PATIENCE)
        listen(worker, {
          message() {
            ready = true
            clearTimeout(timer)
            resolve()
          },
          lost: (why) => {
            clearTimeout(timer)
            reject(new ConfigError(why))
            if (ready && workers === this.#workers) this.#lose(why)
          },
        })
        const message: ThreadStart = { ...this.#shared, pool, stack: STACK }
        worker.postMessage(message, [])
      })
    } finally {
      started()
    }
    // It must not keep a process alive that has nothing else to do.
    worker.unref?.()
  }

  /** When each worker was last seen at work, and how many jobs there had been: a browser does not tell that it has ended one. */
  #seen: { helped: number; jobs: number; time: number }[] = []
  #looked = 0

  #look(): void {
    const now = performance.now()
    const jobs = glue.pool_helped(0)
    // Only what is seen without a break counts: after a rest nobody can have been at work.
    if (now - this.#looked > BREAK) this.#seen = []
    this.#looked = now
    for (let thread = 1; thread < this.threads; thread++) {
      const helped = glue.pool_helped(thread)
      const last = this.#seen[thread]
      if (!last || last.helped !== helped) this.#seen[thread] = { helped, jobs, time: now }
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
    if (++this.#failures <= ATTEMPTS) void this.start(this.#wanted)
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0))

function given(worker: unknown): Spawned {
  if (isWorker(worker)) return { worker, started: () => {} }
  throw new ConfigError("init: threadWorker must make a Worker that runs the file 'ravine/thread-script'")
}
