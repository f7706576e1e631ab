/** Calls to a worker that wait for their results. */

import type { RavineError } from '../runtime/errors.ts'
import type { FitCallbacks } from './callbacks.ts'
import type { Connection } from './connect.ts'
import { receiveError } from './errors.ts'
import type { Found, FromWorker, Pull } from './messages.ts'

/** A call that waits. */
interface Waiting {
  readonly name: string
  readonly callbacks: FitCallbacks | undefined
  /** Gives a source's next chunk. */
  readonly pull: ((question: Pull) => Promise<void>) | undefined
  readonly signal: AbortSignal | undefined
  /** Where the call was made. */
  readonly stack: string
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

const NOTHING: ReadonlyMap<number, unknown> = new Map()

/** The calls to one worker. */
export class Calls {
  readonly #connection: () => Connection
  readonly #waiting = new Map<number, Waiting>()
  #number = 0
  /** Why no more calls can be made. */
  #ended: (() => RavineError) | undefined

  constructor(connection: () => Connection) {
    this.#connection = connection
  }

  /** A number for a call or for data. */
  readonly next = (): number => ++this.#number

  /** Throws when the worker has ended. */
  check(): void {
    if (this.#ended) throw this.#ended()
  }

  /** Begins a call; `send` sends it, and rejects if that fails. */
  make<T>(
    facts: {
      id: number
      name: string
      callbacks?: FitCallbacks | undefined
      pull?: ((question: Pull) => Promise<void>) | undefined
      signal?: AbortSignal | undefined
    },
    send: () => Promise<void>,
  ): Promise<T> {
    this.check()
    const { id, name, callbacks, pull, signal } = facts
    const stack = new Error().stack ?? ''
    const abort = () => this.#connection().post({ type: 'abort', id })
    return new Promise<T>((resolve, reject) => {
      const done = () => {
        signal?.removeEventListener('abort', abort)
        this.#waiting.delete(id)
        if (this.#waiting.size === 0 && !this.#ended) this.#connection().hold(false)
      }
      this.#waiting.set(id, {
        name,
        callbacks,
        pull,
        signal,
        stack,
        resolve: (value) => {
          done()
          resolve(value as T)
        },
        reject: (error) => {
          done()
          reject(error)
        },
      })
      this.#connection().hold(true)
      signal?.addEventListener('abort', abort)
      send().catch((error) => this.#waiting.get(id)?.reject(error))
    })
  }

  /** Takes an answer. */
  take(message: FromWorker): void {
    if (message.type === 'ask') void this.#answer(message)
    if (message.type === 'pull')
      void this.#waiting
        .get(message.call)
        ?.pull?.(message)
        .catch(() => {})
    if (message.type !== 'result' && message.type !== 'error') return
    const call = this.#waiting.get(message.id)
    if (!call) return
    takeFound(call, message.found)
    if (message.type === 'result') {
      call.resolve(message.value)
      return
    }
    // The page's reason is the one to report, not the copy in the worker.
    const aborted = call.signal?.aborted && message.error.kind === 'error' && message.error.name === 'AbortError'
    const error = aborted ? call.signal?.reason : receiveError(message.error, call.callbacks?.thrown ?? NOTHING)
    if (!aborted && message.error.kind === 'error') placeAt(error, call.stack)
    call.reject(error)
  }

  /** Ends all calls: those that wait are rejected with an error for their name, later ones with one for none. */
  end(error: (call?: string) => RavineError): void {
    if (this.#ended) return
    this.#ended = () => error()
    for (const call of [...this.#waiting.values()]) call.reject(error(call.name))
  }

  async #answer(question: Extract<FromWorker, { type: 'ask' }>): Promise<void> {
    const { ask } = question
    const callbacks = this.#waiting.get(question.call)?.callbacks
    if (!callbacks) return
    try {
      const logs = await callbacks.answer(question)
      this.#reply({ type: 'reply', ask, ...(logs && { logs: { ...logs } }) })
    } catch (error) {
      this.#reply({ type: 'reply', ask, token: callbacks.keep(error) })
    }
  }

  #reply(message: Parameters<Connection['post']>[0]): void {
    if (!this.#ended) this.#connection().post(message)
  }
}

function takeFound({ callbacks }: Waiting, found: Found | undefined): void {
  if (found) callbacks?.take(found)
}

/** An error that was made in a worker happened, for the user, where the call was made. */
function placeAt(error: unknown, stack: string): void {
  if (!(error instanceof Error)) return
  // V8 puts name and message first, other engines begin with the first frame.
  const frames = stack.replace(/^Error:? *\n/, '')
  const value = frames === stack ? stack : `${error.name}: ${error.message}\n${frames}`
  Object.defineProperty(error, 'stack', { value, writable: true, configurable: true })
}
