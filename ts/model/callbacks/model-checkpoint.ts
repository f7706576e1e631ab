/** Saves the model while it trains. */

import { checkOptions, checkRange, outOfRange, show } from '../../checks.ts'
import { ConfigError } from '../../runtime/errors.ts'
import type { Callback, Logs } from './callback.ts'
import { writeFile } from './file.ts'
import { Monitor, type MonitorOptions } from './monitor.ts'
import { own, type Recipe } from './own.ts'

/** When a checkpoint was made. */
export interface CheckpointInfo {
  /** The epoch, from 0. */
  readonly epoch: number
  /** Its logs. */
  readonly logs: Readonly<Logs>
}

/** The options of {@link modelCheckpoint}. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /** Gets the bytes of `model.toBytes()`; may be async. */
  readonly save?: ((bytes: Uint8Array<ArrayBuffer>, info: CheckpointInfo) => unknown) | undefined
  /** In Node, Deno and Bun: the file to write. `{epoch}` and the names of logs in braces are replaced: `model-{epoch}-{val_loss}.ravine`. */
  readonly filepath?: string | undefined
  /** Whether a checkpoint is made only when the figure has improved. Default false: after each epoch. */
  readonly saveBestOnly?: boolean | undefined
  /** With `saveBestOnly`: what the first checkpoint must beat. Default nothing. */
  readonly initialValueThreshold?: number | undefined
}

/** What {@link modelCheckpoint} returns. */
export interface ModelCheckpoint extends Callback {
  /** The bytes of the last checkpoint, for `Model.fromBytes`. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined
  /** The epoch of the last checkpoint. */
  readonly epoch: number | undefined
  /** With `saveBestOnly`: the best value. */
  readonly best: number | undefined
}

const OPTIONS = ['monitor', 'mode', 'save', 'filepath', 'saveBestOnly', 'initialValueThreshold']

/**
 * Makes a checkpoint (weights, optimizer state and all, see `model.toBytes`) after each epoch, or after each that improves a figure. It goes to `save`,
 * to the file `filepath`, and in any case to the property `bytes`. Options and rules are Keras's `ModelCheckpoint`, save that NaN never counts as an
 * improvement and that epochs in file names count from 1 with at least two digits, as in Keras's `{epoch:02d}`.
 *
 * @throws ConfigError when an option is unknown or out of its range; at the start of training when there is no such figure or no file system, and of a
 * Boltzmann machine, which has no `toBytes`: save its `getWeights()` in a callback of your own.
 */
export function modelCheckpoint(options: ModelCheckpointOptions = {}): ModelCheckpoint {
  const where = 'modelCheckpoint'
  const given = checkOptions(where, options, OPTIONS)
  const { save, filepath } = given
  if (save !== undefined && typeof save !== 'function')
    throw outOfRange(where, 'save', 'a function (bytes, info)', save)
  if (filepath !== undefined && (typeof filepath !== 'string' || filepath === '')) {
    throw outOfRange(where, 'filepath', 'the path of a file', filepath)
  }
  const bestOnly = checkRange(where, 'saveBestOnly', given.saveBestOnly ?? false, 'flag')
  const threshold = given.initialValueThreshold ?? undefined
  if (threshold !== undefined && typeof threshold !== 'number') {
    throw outOfRange(where, 'initialValueThreshold', 'a number', threshold)
  }
  const monitor = new Monitor(where, given, 0)
  monitor.best = threshold
  let bytes: Uint8Array<ArrayBuffer> | undefined
  let lastEpoch: number | undefined

  const recipe: Recipe = {
    kind: where,
    options: () => ({ ...given, initialValueThreshold: monitor.best }),
    take: (found) => {
      ;({ bytes = bytes, epoch: lastEpoch = lastEpoch, best: monitor.best } = found as unknown as ModelCheckpoint)
    },
  }
  const callback: ModelCheckpoint = {
    get bytes() {
      return bytes
    },
    get epoch() {
      return lastEpoch
    },
    get best() {
      return monitor.best
    },
    onTrainBegin(_, training) {
      // A Boltzmann machine's training has this callback too.
      if (typeof training.model.toBytes !== 'function') {
        throw new ConfigError(
          `${where}: a Boltzmann machine has no toBytes(); save its getWeights() in a callback of your own, ` +
            '{ onEpochEnd: (epoch) => save(epoch, machine.getWeights()) }',
        )
      }
      if (bestOnly) monitor.begin(training)
      if (typeof filepath === 'string') fileName(filepath, 0, namesAsLogs(training.logNames, training.plain))
    },
    async onEpochEnd(epoch, logs, training) {
      if (bestOnly) {
        const value = monitor.read(logs)
        if (!monitor.better(value, monitor.best)) return
        monitor.best = value
      }
      bytes = training.model.toBytes()
      lastEpoch = epoch
      if (typeof filepath === 'string') writeFile(fileName(filepath, epoch, logs), bytes)
      if (typeof save === 'function') await save(bytes, { epoch, logs: { ...logs } })
    },
  }
  return own(callback, recipe)
}

/** A path with its braces filled in. */
function fileName(pattern: string, epoch: number, logs: Logs | undefined): string {
  return pattern.replace(/\{([^{}]{1,200})\}/g, (whole, name: string) => {
    if (name === 'epoch') return String(epoch + 1).padStart(2, '0')
    if (!logs) return whole
    const value = Object.hasOwn(logs, name) ? logs[name] : undefined
    if (value !== undefined) return value.toFixed(4)
    throw new ConfigError(
      `modelCheckpoint: filepath has {${name}}, which is no log; known: epoch, ${Object.keys(logs).map(show).join(', ')}`,
    )
  })
}

/** Logs to try a file name with before training; undefined when callbacks of the user's may add other names. */
const namesAsLogs = (names: readonly string[], plain: boolean): Logs | undefined =>
  plain ? Object.fromEntries(names.map((name) => [name, 0])) : undefined
