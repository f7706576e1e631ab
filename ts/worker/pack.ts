/** What a call sends: its arguments, with large data taken out to be sent before it in pieces. */

import { show } from '../checks.ts'
import { isGone, refuseGone } from '../data/gone.ts'
import { record } from '../model/record.ts'
import { ConfigError, ShapeError, StateError } from '../runtime/errors.ts'
import { DATA } from './messages.ts'

/** Data in the memory of a model's worker, made by `model.upload`: to be passed wherever data is. */
export class UploadedData {
  /** @internal */
  readonly id: number
  /** @internal */
  readonly owner: unknown
  #free: (() => void) | undefined

  /** @internal */
  constructor(id: number, owner: unknown, free: () => void) {
    this.id = id
    this.owner = owner
    this.#free = free
  }

  /** Whether {@link dispose} has been called. */
  get disposed(): boolean {
    return this.#free === undefined
  }

  /** Frees the memory; calls that have it already are not disturbed. Any later use is a `StateError`. */
  dispose(): void {
    this.#free?.()
    this.#free = undefined
  }
}

/** Typed arrays above so many bytes are sent in pieces of that size. */
export const PIECE_BYTES = 2 ** 19
/** The same for arrays of numbers, which are slower to copy. */
export const PIECE_NUMBERS = 2 ** 13

/** Data that is sent in pieces. */
export interface Large {
  readonly id: number
  readonly data: TypedArray | readonly unknown[]
  /** How long it was when the call was made. */
  readonly length: number
}

type TypedArray = ArrayBufferView & ArrayLike<unknown> & { slice(from?: number, to?: number): TypedArray }

/** Deeper than any argument is; only what cannot be sent at all lies deeper. */
const DEPTH = 6

/** Packs the arguments of one call. */
export class Parcel {
  readonly large: Large[] = []
  readonly #transfer = new Set<ArrayBuffer>()
  readonly #call: string
  readonly #owner: unknown
  readonly #move: boolean
  readonly #number: () => number

  /**
   * @param owner The model, whose uploaded data may be used.
   * @param move Whether buffers are transferred rather than copied.
   * @param number Gives numbers to data.
   */
  constructor(call: string, owner: unknown, move: boolean, number: () => number) {
    this.#call = call
    this.#owner = owner
    this.#move = move
    this.#number = number
  }

  /** Buffers that change hands. */
  get transfer(): ArrayBuffer[] {
    return [...this.#transfer]
  }

  /**
   * An argument as it can be sent.
   *
   * @throws ConfigError when there is a function in it. @throws StateError when there is data that is not in this worker.
   */
  pack(value: unknown, name: string, depth = 0): unknown {
    if (typeof value === 'function' || typeof value === 'symbol') throw this.#refuse(name, value)
    if (typeof value !== 'object' || value === null || depth > DEPTH) return value
    if (value instanceof UploadedData) return this.#uploaded(value, name)
    if (ArrayBuffer.isView(value)) return value instanceof DataView ? value : this.#typed(value as TypedArray, name)
    if (Array.isArray(value)) return this.#array(value, name, depth)
    if (value instanceof Map || value instanceof Set) return value
    if ('kind' in value && value.kind === 'custom')
      throw new ConfigError(
        `${this.#call}: ${name} is a customLoss, and functions cannot be sent to a worker; ` +
          'use a built-in loss, or train on the main thread with sequential() or model()',
      )
    const entries = Object.entries(value)
    return record(
      entries.map(([key, each]) => [
        key,
        this.pack(each, name === '' || name === 'options' ? key : `${name}.${key}`, depth + 1),
      ]),
    )
  }

  #uploaded(data: UploadedData, name: string): unknown {
    if (data.disposed)
      throw new StateError(`${this.#call}: the data in ${name} has been disposed; upload it again, or dispose it later`)
    if (data.owner === this.#owner) return { [DATA]: data.id }
    throw new StateError(`${this.#call}: the data in ${name} is in another model's worker; upload it to this one`)
  }

  #typed(view: TypedArray, name: string): unknown {
    const { buffer, byteLength } = view
    // Shared memory is never copied. (A page without isolation has no such class.)
    if (!(buffer instanceof ArrayBuffer)) return view
    if (this.#move) {
      if (isGone(buffer))
        throw new ConfigError(
          `${this.#call}: ${name} has been transferred already, by an earlier call or chunk, and is empty here; pass a copy, or leave out transfer`,
        )
      this.#transfer.add(buffer)
      return view
    }
    refuseGone(view, `${this.#call}: ${name}`)
    if (byteLength > PIECE_BYTES) return this.#inPieces(view)
    // A view is sent with all of the memory that it looks at.
    return byteLength < buffer.byteLength ? view.slice() : view
  }

  #array(value: readonly unknown[], name: string, depth: number): unknown {
    const [first] = value
    if (typeof first === 'number') return value.length > PIECE_NUMBERS ? this.#inPieces(value) : value
    // `[x, y]` is no array of rows.
    const rows = name !== 'validationData' && name !== 'chunk' && (Array.isArray(first) || ArrayBuffer.isView(first))
    if (rows && !this.#move && value.length * (first as ArrayLike<unknown>).length > PIECE_NUMBERS)
      return this.#inPieces(value)
    return value.map((each, i) => this.pack(each, `${name}[${i}]`, depth + 1))
  }

  #inPieces(data: Large['data']): unknown {
    const id = this.#number()
    this.large.push({ id, data, length: data.length })
    return { [DATA]: id }
  }

  #refuse(name: string, value: unknown): ConfigError {
    return new ConfigError(`${this.#call}: ${name} is ${show(value)}, which cannot be sent to a worker`)
  }
}

/** Rows of typed arrays: each as memory of its own. */
const alone = (row: unknown): unknown =>
  ArrayBuffer.isView(row) && row.byteLength < row.buffer.byteLength ? (row as TypedArray).slice() : row

/** What kind of array data is: the name of its class. */
export const kindOf = (data: Large['data']): string => (Array.isArray(data) ? 'Array' : data.constructor.name)

/**
 * The pieces of data, one after the other.
 *
 * @throws ShapeError when there are not as many numbers or rows any more.
 */
export function* piecesOf(
  data: Large['data'],
  length: number = data.length,
): Generator<{ at: number; piece: ArrayLike<unknown>; move: ArrayBuffer[] }> {
  const first = data[0] as ArrayLike<unknown> | number | undefined
  const width = typeof first === 'object' ? Math.max(1, first.length) : 1
  const bytes = ArrayBuffer.isView(data) ? data.byteLength / length : 0
  const count = Math.max(1, Math.floor(bytes > 0 ? PIECE_BYTES / bytes : PIECE_NUMBERS / width))
  for (let at = 0; at < length; at += count) {
    if (data.length < length)
      throw new ShapeError('the data changed while it was sent to the worker; leave it alone, or pass a copy')
    const piece = data.slice(at, at + count)
    if (ArrayBuffer.isView(piece)) yield { at, piece, move: [(piece as TypedArray).buffer as ArrayBuffer] }
    else yield { at, piece: (piece as readonly unknown[]).map(alone), move: [] }
  }
}
