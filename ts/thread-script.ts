/**
 * What a thread of the pool runs. Importing this file makes the worker that does it wait for one message, which brings the WebAssembly and the memory
 * that it shares with whoever called `init`; then it takes part in that one's work until it is sent home. It has no imports of its own once it is built.
 */

import { StateError } from './runtime/errors.ts'
import type { ThreadStart } from './runtime/threads.ts'

/** What the global of a worker has in a page, in Deno and in Bun. */
interface WorkerGlobal {
  postMessage?(message: string): void
  addEventListener(type: 'message', listener: (event: { readonly data: ThreadStart }) => void): void
  close(): void
}

/** What a thread calls of its instance. */
interface ThreadExports {
  __wbindgen_start(stack: number): void
  __wbindgen_thread_destroy(): void
  pool_join(pool: number): void
  pool_lose(pool: number): void
}

const scope = globalThis as unknown as WorkerGlobal

if (typeof scope.postMessage === 'function' && typeof document === 'undefined') {
  scope.addEventListener('message', ({ data }) => {
    takePart(data)
    scope.close()
  })
  scope.postMessage('loaded')
} else {
  const port = globalThis.process?.getBuiltinModule?.('node:worker_threads')?.parentPort
  if (!port)
    throw new StateError('ravine/thread-script is for workers: a page’s, or those of Node from 20.16, Deno and Bun')
  port.once('message', takePart)
  port.postMessage('loaded')
}

function takePart({ module, memory, pool, stack }: ThreadStart): void {
  const { exports } = new WebAssembly.Instance(module, importsOf(module, memory))
  const thread = exports as unknown as ThreadExports
  // A stack and thread-local values of its own.
  thread.__wbindgen_start(stack)
  try {
    thread.pool_join(pool)
  } catch (error) {
    thread.pool_lose(pool)
    throw error
  }
  thread.__wbindgen_thread_destroy()
}

/** The memory, and nothing for the functions: a thread computes, and never calls JavaScript. */
function importsOf(module: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Imports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {}
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {}
    imports[from][name] = kind === 'memory' ? memory : () => undefined
  }
  return imports
}
