/**
 * What a worker runs. Importing this file makes the worker that does it serve one model to the page that has made it by `workerModel`. It has no
 * imports of its own once it is built, and no WebAssembly: the page sends that.
 */

import { StateError } from './runtime/errors.ts'
import type { ToWorker } from './worker/messages.ts'
import { Host, type Post } from './worker/script/host.ts'

/** What the global of a worker has in a page, in Deno and in Bun. */
interface WorkerGlobal {
  postMessage?: Post
  addEventListener(type: string, listener: (event: { readonly data: ToWorker }) => void): void
}

/** Whoever waits for an answer to it would wait for ever: the worker ends, and the page rejects what waits. */
function unreadable(): never {
  throw new StateError('a message to the worker could not be read')
}

const scope = globalThis as unknown as WorkerGlobal

if (typeof scope.postMessage === 'function' && typeof document === 'undefined') {
  const host = new Host((message, transfer) => scope.postMessage?.(message, transfer))
  scope.addEventListener('message', ({ data }) => host.take(data))
  scope.addEventListener('messageerror', unreadable)
} else {
  const port = globalThis.process?.getBuiltinModule?.('node:worker_threads')?.parentPort
  if (!port)
    throw new StateError('ravine/worker-script is for workers: a page’s, or those of Node from 20.16, Deno and Bun')
  const host = new Host((message, transfer) => port.postMessage(message, transfer))
  port.on('message', (message: ToWorker) => host.take(message))
  port.on('messageerror', unreadable)
}
