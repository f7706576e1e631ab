/** Sends to a worker in order, and large data in pieces, so that the page has a turn in between. */

import { eventLoopTurn } from '../model/pace.ts'
import { ConfigError } from '../runtime/errors.ts'
import type { Connection } from './connect.ts'
import type { ToWorker } from './messages.ts'
import { kindOf, type Parcel, piecesOf } from './pack.ts'

/** The page gets a turn after so many ms of copying. */
const BUDGET = 4

/** Sends parcels one after the other. */
export class Outbox {
  readonly #connection: Connection
  /** What is being sent, if that takes time. */
  #busy: Promise<void> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Sends the large data of a parcel and then the message; at once when nothing is in the way. `cancelled` is asked on the way; what it throws is
   * thrown, and the message is not sent.
   */
  send(parcel: Parcel, message: ToWorker, cancelled: () => void): Promise<void> {
    if (!this.#busy && parcel.large.length === 0) {
      try {
        this.#post(message, parcel.transfer)
        return Promise.resolve()
      } catch (error) {
        return Promise.reject(error)
      }
    }
    const before = this.#busy ?? Promise.resolve()
    const sending = before.then(() => this.#pieces(parcel, cancelled)).then(() => this.#post(message, parcel.transfer))
    const settled = sending
      .catch(() => {
        for (const { id } of parcel.large) this.#connection.post({ type: 'free', data: id })
      })
      .then(() => {
        if (this.#busy === settled) this.#busy = undefined
      })
    this.#busy = settled
    return sending
  }

  async #pieces({ large }: Parcel, cancelled: () => void): Promise<void> {
    let start = performance.now()
    cancelled()
    for (const { id, data, length } of large) {
      this.#post({ type: 'begin', data: id, kind: kindOf(data), length })
      for (const { at, piece, move } of piecesOf(data, length)) {
        this.#post({ type: 'piece', data: id, at, piece }, move)
        if (performance.now() - start < BUDGET) continue
        await eventLoopTurn()
        cancelled()
        start = performance.now()
      }
    }
  }

  #post(message: ToWorker, transfer?: ArrayBuffer[]): void {
    try {
      this.#connection.post(message, transfer)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      throw new ConfigError(`what was passed cannot be sent to a worker: ${text}`, { cause: error })
    }
  }
}
