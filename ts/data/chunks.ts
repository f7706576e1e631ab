/** Reads data that comes in chunks: one is asked for while another is used, and whatever is read is closed. */

import { checkOptions, isRecord, many, show } from '../checks.ts'
import { ConfigError } from '../runtime/errors.ts'
import type { RowWeights } from './row-weights.ts'
import type { Features, Labels } from './source.ts'

/** Rows of data, as many as there happen to be: features and labels, and a weight for each row if there are any. */
export type Chunk<X = Features, Y = Labels, W = RowWeights> =
  | readonly [x: X, y: Y]
  | readonly [x: X, y: Y, sampleWeight: W]
  | { readonly x: X; readonly y: Y; readonly sampleWeight?: W | undefined }

/** Chunks one after the other. */
export type Chunks<C> = AsyncIterable<C> | Iterable<C> | ReadableStream<C>

/** Chunks, or a function that returns them anew: it is called for each pass, with the number of the epoch in which the pass begins. */
export type ChunkSource<C> = Chunks<C> | ((epoch: number) => Chunks<C> | Promise<Chunks<C>>)

/** What a chunk holds. @internal */
export interface ChunkParts {
  readonly x: unknown
  readonly y: unknown
  readonly sampleWeight?: unknown
}

/** A checked chunk. @internal */
export function readChunk(value: unknown, where: string): ChunkParts {
  if (Array.isArray(value) && (value.length === 2 || value.length === 3)) {
    return { x: value[0], y: value[1], sampleWeight: value[2] }
  }
  if (isRecord(value)) {
    const { x, y, sampleWeight } = checkOptions(where, value, ['x', 'y', 'sampleWeight'])
    if (x !== undefined && y !== undefined) return { x, y, sampleWeight }
  }
  throw new ConfigError(`${where} must be [x, y], [x, y, sampleWeight] or { x, y, sampleWeight }; got ${show(value)}`)
}

/** Whether a value can only be data that comes in chunks, and not data itself. @internal */
export function isSource(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && !Array.isArray(value) && isChunks(value))
}

function isChunks(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false
  return Symbol.asyncIterator in value || Symbol.iterator in value || isReadable(value)
}

/** Streams of browsers that cannot be iterated over. */
const isReadable = (value: object): value is ReadableStream => 'getReader' in value && 'locked' in value

interface AnyIterator {
  next(): unknown
  return?(): unknown
}

/** Goes over a source of chunks, pass after pass. @internal */
export class ChunkReader {
  /** Whether there can be but one pass: an iterator, which is used up then. */
  readonly once: boolean
  /** How many chunks have been read in this pass. */
  count = 0
  readonly #source: unknown
  readonly #name: string
  #iterator: AnyIterator | undefined
  #asked: Promise<IteratorResult<unknown>> | undefined
  /** Whether the source owes an answer. */
  #waiting = false

  /**
   * @param name The call and the argument, for messages: `fitDataset: source`.
   * @throws ConfigError when it is none.
   */
  constructor(source: unknown, name: string) {
    if (typeof source !== 'function' && !isChunks(source)) {
      throw new ConfigError(
        `${name} must be an (async) iterable of chunks [x, y], or a function that returns one; got ${show(source)}`,
      )
    }
    this.#source = source
    this.#name = name
    this.once = typeof source !== 'function' && ('next' in (source as object) || isReadable(source as object))
  }

  /** Starts a pass; the first chunk is asked for. */
  async open(epoch: number, signal: AbortSignal | undefined): Promise<void> {
    this.count = 0
    const source = this.#source
    const chunks = typeof source === 'function' ? await this.#from(() => source(epoch), signal) : source
    if (!isChunks(chunks)) {
      throw new ConfigError(`${this.#name} must return an (async) iterable of chunks; it returned ${show(chunks)}`)
    }
    this.#iterator = await this.#from(() => iteratorOf(chunks as object), signal)
    this.#ask()
  }

  /** The next chunk, in a box; undefined at the end of the pass. The one after it is asked for at once. */
  async next(signal: AbortSignal | undefined): Promise<{ readonly value: unknown } | undefined> {
    const asked = this.#asked
    if (!asked) return undefined
    const result = await this.#from(() => asked, signal)
    if (result.done) {
      this.#forget()
      return undefined
    }
    this.count++
    this.#ask()
    return { value: result.value }
  }

  /** Ends a pass early: the iterator's `return` is called, and waited for unless the source is busy with the next chunk. */
  async close(): Promise<void> {
    const [iterator, waiting] = [this.#iterator, this.#waiting]
    this.#forget()
    if (!iterator) return
    const closed = (async () => iterator.return?.())().catch(ignore)
    if (!waiting) await closed
  }

  #ask(): void {
    const iterator = this.#iterator as AnyIterator
    this.#waiting = true
    const asked = (async () => {
      const result = (await iterator.next()) as IteratorResult<unknown>
      if (typeof result !== 'object' || result === null) throw new ConfigError(`the iterator's next returned ${result}`)
      // An iterable that is not async may give promises, as with for await.
      return { done: result.done === true, value: await result.value }
    })()
    const answered = () => {
      if (this.#asked === asked) this.#waiting = false
    }
    // Whoever awaits it gets the error; until then it is not unhandled.
    asked.then(answered, answered)
    this.#asked = asked
  }

  #forget(): void {
    this.#iterator = undefined
    this.#asked = undefined
    this.#waiting = false
  }

  /** What the source gives, or the error that it threw, with its cause; or the signal's reason, without waiting for it. */
  async #from<T>(ask: () => T, signal: AbortSignal | undefined): Promise<Awaited<T>> {
    signal?.throwIfAborted()
    let abort = ignore
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal?.reason)
      signal?.addEventListener('abort', abort)
    })
    try {
      return await Promise.race([(async () => ask())(), aborted])
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      // After an error there is nothing to close.
      this.#forget()
      const text = error instanceof Error ? error.message : show(error)
      throw new ConfigError(`${this.#name} threw after ${many(this.count, 'chunk')} of this pass: ${text}`, {
        cause: error,
      })
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }
}

const ignore = (): void => {}

function iteratorOf(chunks: object): AnyIterator {
  if (Symbol.asyncIterator in chunks) return (chunks as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  if (Symbol.iterator in chunks) return (chunks as Iterable<unknown>)[Symbol.iterator]()
  const reader = (chunks as ReadableStream).getReader()
  return { next: () => reader.read(), return: () => reader.cancel() }
}
