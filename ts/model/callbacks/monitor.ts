/** Watches one figure of the logs for improvement. */

import { checkRange, outOfRange, show, suggestion } from '../../checks.ts'
import { ConfigError } from '../../runtime/errors.ts'
import type { Logs, Training } from './callback.ts'

/** Options of callbacks that watch a figure. */
export interface MonitorOptions {
  /** The figure's name in the logs. Default `'val_loss'`; a Boltzmann machine has `'reconstructionError'` alone. */
  readonly monitor?: string | undefined
  /** Whether less or more is better; `'auto'` (default) tells by the name: accuracy, AUC, precision, recall, F1 and R² should grow. */
  readonly mode?: 'auto' | 'min' | 'max' | undefined
}

/** Names of figures that should grow. */
const GROWING = /(^|_)([a-z]*accuracy|topKAccuracy|auc|precision|recall|f1|r2)(_\d+)?$/i

/** A figure under watch. NaN is never an improvement. @internal */
export class Monitor {
  readonly name: string
  readonly #where: string
  readonly #grows: boolean
  readonly #minDelta: number
  /** The best value so far. */
  best: number | undefined

  constructor(where: string, given: Readonly<Record<string, unknown>>, minDelta: number) {
    const { monitor = 'val_loss', mode = 'auto' } = given
    if (typeof monitor !== 'string' || monitor === '')
      throw outOfRange(where, 'monitor', "a name, for example 'val_loss'", monitor)
    const direction = checkRange(where, 'mode', mode, ['auto', 'min', 'max'])
    this.name = monitor
    this.#where = where
    this.#grows = direction === 'auto' ? GROWING.test(monitor) : direction === 'max'
    this.#minDelta = Math.abs(minDelta)
  }

  /** Refuses a name that the logs will not have, unless a callback of the user's may add it. */
  begin(training: Training): void {
    if (training.plain) this.#find(training.logNames)
  }

  /** The figure in an epoch's logs. */
  read(logs: Logs): number {
    this.#find(Object.keys(logs))
    return logs[this.name] ?? Number.NaN
  }

  /** Whether `value` is better than `reference` by more than the least difference that counts. Anything but NaN is better than nothing. */
  better(value: number, reference: number | undefined): boolean {
    if (Number.isNaN(value)) return false
    if (reference === undefined) return true
    return this.#grows ? value - this.#minDelta > reference : value + this.#minDelta < reference
  }

  #find(names: readonly string[]): void {
    if (names.includes(this.name)) return
    const unvalidated = this.name.startsWith('val_') && !names.some((name) => name.startsWith('val_'))
    // A model's logs always have a loss, a Boltzmann machine's never.
    const cure = names.includes('loss')
      ? 'pass validationData or validationSplit, or monitor one that there is.'
      : `give monitor: ${show(names[0])}.`
    const hint = unvalidated ? `; there is no validation data: ${cure}` : suggestion(this.name, names)
    throw new ConfigError(`${this.#where}: there is no log ${show(this.name)}${hint} Known: ${names.join(', ')}`)
  }
}
