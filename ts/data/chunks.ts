/** Data that comes in chunks: what sources of it there are, and how they are gone over. */

import { checkOptions, isRecord, show } from '../checks.ts'
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

/** Goes over a source of chunks, pass after pass; what it throws comes out as it is. @internal */
export class Passes {
  /** Whether there can be but one: an iterator, which is used up then. */
  readonly once: boolean
  readonly #source: unknown
  #iterator: AnyIterator | undefined
  /** Whether the source owes an answer. */
  #busy = false

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
    this.once = typeof source !== 'function' && ('next' in (source as object) || isReadable(source as object))
  }

  /** Starts a pass. */
  async open(epoch: number): Promise<void> {
    const source = this.#source
    const chunks = typeof source === 'function' ? await source(epoch) : source
    if (!isChunks(chunks))
      throw new ConfigError(`the function must return an (async) iterable of chunks; it returned ${show(chunks)}`)
    this.#iterator = iteratorOf(chunks as object)
  }

  /** The next chunk, in a box; undefined at the end of the pass. Not to be called again before it has answered. */
  async next(): Promise<{ readonly value: unknown } | undefined> {
    const iterator = this.#iterator
    if (!iterator) return undefined
    this.#busy = true
    try {
      const result = (await iterator.next()) as IteratorResult<unknown> | null
      if (typeof result !== 'object' || result === null) throw new ConfigError(`the iterator's next returned ${result}`)
      // An iterable that is not async may give promises, as with for await.
      if (!result.done) return { value: await result.value }
      this.#iterator = undefined
      return undefined
    } catch (error) {
      // After an error there is nothing to close.
      this.#iterator = undefined
      throw error
    } finally {
      this.#busy = false
    }
  }

  /** Ends a pass early: the iterator's `return` is called, and waited for unless the source is busy with the next chunk. */
  async close(): Promise<void> {
    const iterator = this.#iterator
    this.#iterator = undefined
    if (!iterator) return
    const closed = (async () => iterator.return?.())().catch(() => {})
    if (!this.#busy) await closed
  }
}

interface AnyIterator {
  next(): unknown
  return?(): unknown
}

function iteratorOf(chunks: object): AnyIterator {
  if (Symbol.asyncIterator in chunks) return (chunks as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  if (Symbol.iterator in chunks) return (chunks as Iterable<unknown>)[Symbol.iterator]()
  const reader = (chunks as ReadableStream).getReader()
  return { next: () => reader.read(), return: () => reader.cancel() }
}
