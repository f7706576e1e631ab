/** What a training leaves behind. */

import type { Logs } from './callbacks/callback.ts'
import { put } from './record.ts'

/** The figures of every epoch. */
export interface History {
  /** The epochs' numbers. */
  readonly epochs: number[]
  /** For each figure its value in every epoch, in the order of `epochs`; NaN where an epoch had none, and nothing where there was no epoch. */
  readonly logs: Record<string, Float64Array>
}

/** Collects the logs of epochs. @internal */
export class HistoryRecorder {
  readonly #epochs: number[] = []
  readonly #rows: Logs[] = []
  readonly #names: readonly string[]

  /** @param names The figures that every epoch has; they are there, without values, where there was no epoch. */
  constructor(names: readonly string[]) {
    this.#names = names
  }

  add(epoch: number, logs: Logs): void {
    this.#epochs.push(epoch)
    this.#rows.push({ ...logs })
  }

  /** The collected history. */
  get history(): History {
    const names = new Set([...this.#names, ...this.#rows.flatMap((row) => Object.keys(row))])
    const logs: Record<string, Float64Array> = {}
    for (const name of names) {
      const value = (row: Logs) => (typeof row[name] === 'number' ? (row[name] as number) : Number.NaN)
      put(logs, name, Float64Array.from(this.#rows, value))
    }
    return { epochs: [...this.#epochs], logs }
  }
}
