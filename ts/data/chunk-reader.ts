/** Reads chunks ahead: one is asked for while another is used. */

import { many, show } from '../checks.ts'
import { ConfigError } from '../runtime/errors.ts'
import { Passes } from './chunks.ts'

type Answer = Promise<{ readonly value: unknown } | undefined>

/** Reads a source of chunks, pass after pass, one chunk ahead. */
export class ChunkReader {
  /** Whether there can be but one pass. */
  readonly once: boolean
  /** How many chunks have been read in this pass. */
  count = 0
  readonly #passes: Passes
  readonly #name: string
  #ahead: Answer | undefined

  /**
   * @param name - The call and the argument, for messages: `fitDataset: source`.
   * @throws ConfigError when it is no source.
   */
  constructor(source: unknown, name: string) {
    this.#passes = new Passes(source, name)
    this.#name = name
    this.once = this.#passes.once
  }

  /**
   * Starts a pass; the first chunk is asked for.
   *
   * @throws As {@link next}.
   */
  async open(epoch: number, signal: AbortSignal | undefined): Promise<void> {
    this.count = 0
    await this.#wait(this.#passes.open(epoch), signal)
    this.#ask()
  }

  /**
   * The next chunk, in a box; undefined at the end of the pass. The one after it is asked for at once.
   *
   * @throws ConfigError with the `cause` when the source threw. @throws The signal's reason, without waiting for the source.
   */
  async next(signal: AbortSignal | undefined): Answer {
    const next = this.#ahead && (await this.#wait(this.#ahead, signal))
    this.#ahead = undefined
    if (!next) return undefined
    this.count++
    this.#ask()
    return next
  }

  /** Closes what is open. */
  close(): Promise<void> {
    this.#ahead = undefined
    return this.#passes.close()
  }

  #ask(): void {
    this.#ahead = this.#passes.next()
    // Whoever awaits it gets the error; until then it is not unhandled.
    this.#ahead.catch(() => {})
  }

  async #wait<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted()
    try {
      return await (signal ? orAborted(answer, signal) : answer)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      const text = error instanceof Error ? error.message : show(error)
      throw new ConfigError(`${this.#name} failed after ${many(this.count, 'chunk')} of this pass: ${text}`, {
        cause: error,
      })
    }
  }
}

/** An answer, or the signal's reason if that comes first. @internal */
export async function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([answer, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
