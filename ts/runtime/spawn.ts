/** Workers of the platform: a page's, Deno's and Bun's, or those of `node:worker_threads`. */

import { ConfigError } from './errors.ts'

/** A worker: the platform's `Worker`, or one of `node:worker_threads`. */
export interface WorkerLike {
  /** Sends a message. */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  /** Ends the worker. */
  terminate(): unknown
}

/** What there may be besides, depending on the platform. */
export interface AnyWorker extends WorkerLike {
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

/** Who listens to a worker. */
export interface WorkerListener {
  message(message: unknown): void
  /** The worker has ended, or does not understand. */
  lost(why: string, cause?: unknown): void
}

/** Hears what a worker says, and that it ends. */
export function listen(worker: AnyWorker, { message, lost }: WorkerListener): void {
  if (typeof worker.on === 'function') {
    worker.on('message', message)
    worker.on('messageerror', (error) => lost('a message could not be read', error))
    worker.on('error', (error) => lost(`it failed: ${error instanceof Error ? error.message : String(error)}`, error))
    worker.on('exit', (code) => lost(`it ended (exit code ${code})`))
  } else {
    worker.addEventListener?.('message', (event) => message(event.data))
    worker.addEventListener?.('messageerror', (event) => lost('a message could not be read', event))
    worker.addEventListener?.('error', (event) => {
      event.preventDefault?.()
      lost(`it failed: ${event.message ?? 'without a message'}`, event.error)
    })
  }
}

/** Whether what a user has passed is a worker. */
export function isWorker(given: unknown): given is AnyWorker {
  const worker = given as AnyWorker | null
  return (
    typeof worker === 'object' && typeof worker?.postMessage === 'function' && typeof worker.terminate === 'function'
  )
}

/** A worker whose script is part of the bundle; `started` is to be called when it runs or never will. */
export interface Spawned {
  readonly worker: AnyWorker
  started(): void
}

/**
 * Starts a worker with a script.
 *
 * @throws ConfigError where there are no workers; the platform's own errors otherwise.
 */
export function spawn(source: string, name: string): Spawned {
  const { Worker, Blob, URL, process } = globalThis as Partial<typeof globalThis>
  if (typeof Worker === 'function' && Blob && URL) {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
    try {
      const worker = new Worker(url, { type: 'module', name })
      return { worker: worker as unknown as AnyWorker, started: () => URL.revokeObjectURL(url) }
    } catch (error) {
      URL.revokeObjectURL(url)
      throw error
    }
  }
  const threads = process?.getBuiltinModule?.('node:worker_threads')
  if (!threads) throw new ConfigError('there are no workers here; it needs a page, Node 20.16 or newer, Deno or Bun')
  // Flags of the process, such as a type of input, are not meant for this script.
  const worker = new threads.Worker(source, { eval: true, name, execArgv: [] })
  return { worker: worker as unknown as AnyWorker, started: () => {} }
}
