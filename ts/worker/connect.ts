/** Starts a worker, in a page or in Node, and speaks with it. */

import { source } from '../../build/worker/source.js'
import { ConfigError } from '../runtime/errors.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** A worker: the platform's `Worker`, or one of `node:worker_threads`. */
export interface WorkerLike {
  /** Sends a message. */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  /** Ends the worker. */
  terminate(): unknown
}

/** What there may be besides, depending on the platform. */
interface AnyWorker extends WorkerLike {
  addEventListener?(type: string, listener: (event: WorkerEvent) => void): void
  on?(type: string, listener: (value: unknown) => void): void
  ref?(): void
  unref?(): void
}

interface WorkerEvent {
  readonly data?: unknown
  readonly message?: string
  readonly error?: unknown
  preventDefault?(): void
}

/** The line to a worker. */
export interface Connection {
  post(message: ToWorker, transfer?: ArrayBuffer[]): void
  /** Whether the worker keeps a process alive that has nothing else to do. */
  hold(alive: boolean): void
  /** Ends the worker. */
  end(): Promise<void>
}

/** Who listens. */
export interface Listener {
  message(message: FromWorker): void
  /** The worker has ended, or does not understand. `begun` is whether it has ever said anything. */
  lost(why: string, cause: unknown, begun: boolean): void
}

/** The error for a worker that does not start. */
export const notStarted = (why: string, cause: unknown): ConfigError =>
  new ConfigError(`workerModel: a worker could not be started here (${why}); ${OTHER_WAY}`, { cause })

const OTHER_WAY =
  "pass one that runs the file 'ravine/worker-script': workerModel(…, { worker }). The page 'worker' of the guide says how"

/** Speaks with a worker, one that is given or else a new one. */
export function connect(given: unknown, listener: Listener): Connection {
  const { worker, started } = given === undefined ? spawn() : { worker: checked(given), started: () => {} }
  let begun = false
  const receive = (message: unknown) => {
    begun = true
    started()
    listener.message(message as FromWorker)
  }
  const lost = (why: string, cause?: unknown) => {
    started()
    listener.lost(why, cause, begun)
  }
  if (typeof worker.on === 'function') {
    worker.on('message', receive)
    worker.on('messageerror', (error) => lost('a message could not be read', error))
    worker.on('error', (error) => lost(`it failed: ${error instanceof Error ? error.message : String(error)}`, error))
    worker.on('exit', (code) => lost(`it ended (exit code ${code})`))
  } else {
    worker.addEventListener?.('message', (event) => receive(event.data))
    worker.addEventListener?.('messageerror', (event) => lost('a message could not be read', event))
    worker.addEventListener?.('error', (event) => {
      event.preventDefault?.()
      lost(`it failed: ${event.message ?? 'without a message'}`, event.error)
    })
  }
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    hold: (alive) => (alive ? worker.ref?.() : worker.unref?.()),
    end: async () => {
      started()
      await worker.terminate()
    },
  }
}

function checked(given: unknown): AnyWorker {
  const worker = given as AnyWorker | null
  const known = typeof worker === 'object' && typeof worker?.postMessage === 'function'
  if (known && typeof worker.terminate === 'function') return worker
  throw new ConfigError(
    "workerModel: worker must be a Worker that runs the file 'ravine/worker-script'; leave it out to have one started",
  )
}

/** A worker whose script is part of the bundle; `started` is to be called when it runs or never will. */
function spawn(): { worker: AnyWorker; started: () => void } {
  const { Worker, Blob, URL, process } = globalThis as Partial<typeof globalThis>
  try {
    if (typeof Worker === 'function' && Blob && URL) {
      const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
      try {
        const worker = new Worker(url, { type: 'module', name: 'ravine' })
        return { worker: worker as unknown as AnyWorker, started: () => URL.revokeObjectURL(url) }
      } catch (error) {
        URL.revokeObjectURL(url)
        throw error
      }
    }
    const threads = process?.getBuiltinModule?.('node:worker_threads')
    if (threads) {
      // Flags of the process, such as a type of input, are not meant for this script.
      const worker = new threads.Worker(source, { eval: true, name: 'ravine', execArgv: [] })
      return { worker: worker as unknown as AnyWorker, started: () => {} }
    }
  } catch (error) {
    throw notStarted(error instanceof Error ? error.message : String(error), error)
  }
  throw new ConfigError(
    'workerModel: there are no workers here; it needs a page, Node 20.16 or newer, Deno or Bun. Elsewhere use the model itself',
  )
}
