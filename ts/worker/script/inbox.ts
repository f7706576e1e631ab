/** Data that a page has sent: put together from its pieces, and put in its place in the arguments of calls. */

import { record } from '../../model/record.ts'
import { ConfigError } from '../../runtime/errors.ts'
import { DATA } from '../messages.ts'

type Writable = { [index: number]: unknown }
type TypedArray = ArrayLike<unknown> & { set(from: ArrayLike<unknown>, at: number): void }
type TypedArrayClass = new (length: number) => TypedArray

/** Data by number. */
export class Inbox {
  readonly #data = new Map<number, unknown>()

  /** Makes room. That there is none is said by the call that uses the data. */
  begin(id: number, kind: string, length: number): void {
    try {
      const Class = (globalThis as unknown as Record<string, TypedArrayClass>)[kind]
      this.#data.set(id, kind === 'Array' || !Class ? new Array(length) : new Class(length))
    } catch (error) {
      this.#data.set(id, new NoRoom(length, error))
    }
  }

  /** Adds a piece. */
  piece(id: number, at: number, piece: ArrayLike<unknown>): void {
    const data = this.#data.get(id)
    if (Array.isArray(data)) for (let i = 0; i < piece.length; i++) (data as Writable)[at + i] = piece[i]
    else if (ArrayBuffer.isView(data)) (data as unknown as TypedArray).set(piece, at)
  }

  /** Keeps data that came with a message. */
  keep(id: number, data: unknown): void {
    this.#data.set(id, data)
  }

  /** Forgets data. */
  free(id: number): void {
    this.#data.delete(id)
  }

  /** An argument with its data in place. */
  unpack(value: unknown): unknown {
    if (Array.isArray(value)) {
      // Only `[x, y, weight]` of validation data has data in it; rows of numbers are left alone.
      return value.length <= 3 ? value.map((each) => this.unpack(each)) : value
    }
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    if (Object.getPrototypeOf(value) !== Object.prototype) return value
    if (Object.hasOwn(value, DATA)) return this.#found((value as Record<string, number>)[DATA] ?? 0)
    return record(Object.entries(value).map(([key, each]) => [key, this.unpack(each)]))
  }

  #found(id: number): unknown {
    const data = this.#data.get(id)
    if (data instanceof NoRoom) throw data.error()
    return data
  }
}

/** Data for which there was no memory. */
class NoRoom {
  readonly #length: number
  readonly #cause: unknown

  constructor(length: number, cause: unknown) {
    this.#length = length
    this.#cause = cause
  }

  error(): ConfigError {
    return new ConfigError(`${this.#length} numbers do not fit in memory of the worker`, { cause: this.#cause })
  }
}
