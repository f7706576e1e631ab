/** Stops when a figure no longer improves. */

import { checkOptions, checkRange, outOfRange } from '../../checks.ts'
import type { Weights } from '../weights.ts'
import type { Callback } from './callback.ts'
import { Monitor, type MonitorOptions } from './monitor.ts'
import { own, type Recipe } from './own.ts'

/** The options of {@link earlyStopping}. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** The least difference that counts as an improvement. Default 0. */
  readonly minDelta?: number | undefined
  /** How many epochs without improvement are tolerated. Default 0. */
  readonly patience?: number | undefined
  /** A value that must be reached as well for patience to start anew. Default none. */
  readonly baseline?: number | undefined
  /** Whether the model gets the weights of its best epoch at the end. Default false. */
  readonly restoreBestWeights?: boolean | undefined
  /** The first epoch that is watched. Default 0. */
  readonly startFromEpoch?: number | undefined
}

/** What {@link earlyStopping} returns. */
export interface EarlyStopping extends Callback {
  /** The epoch at which training was stopped; undefined if it was not. */
  readonly stoppedEpoch: number | undefined
  /** The epoch with the best value; undefined when there was none. */
  readonly bestEpoch: number | undefined
  /** The best value. */
  readonly best: number | undefined
}

const OPTIONS = ['monitor', 'mode', 'minDelta', 'patience', 'baseline', 'restoreBestWeights', 'startFromEpoch']

/**
 * Stops training when a figure has not improved for `patience` epochs. Options and rules are Keras's `EarlyStopping`, save that NaN never
 * counts as an improvement.
 *
 * @throws ConfigError when an option is unknown or out of its range; at the start of training when there is no such figure.
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  const where = 'earlyStopping'
  const given = checkOptions(where, options, OPTIONS)
  const minDelta = checkRange(where, 'minDelta', given.minDelta ?? 0, 'finite')
  const patience = checkRange(where, 'patience', given.patience ?? 0, 'index')
  const restore = checkRange(where, 'restoreBestWeights', given.restoreBestWeights ?? false, 'flag')
  const start = checkRange(where, 'startFromEpoch', given.startFromEpoch ?? 0, 'index')
  const baseline = given.baseline ?? undefined
  if (baseline !== undefined && typeof baseline !== 'number') throw outOfRange(where, 'baseline', 'a number', baseline)
  const monitor = new Monitor(where, given, minDelta)
  let wait = 0
  let stoppedEpoch: number | undefined
  let bestEpoch: number | undefined
  let bestWeights: Weights | undefined

  const take: Recipe['take'] = (found) => {
    ;({ stoppedEpoch, bestEpoch, best: monitor.best } = found as unknown as EarlyStopping)
  }
  const callback: EarlyStopping = {
    get stoppedEpoch() {
      return stoppedEpoch
    },
    get bestEpoch() {
      return bestEpoch
    },
    get best() {
      return monitor.best
    },
    onTrainBegin(_, training) {
      monitor.begin(training)
      wait = 0
      stoppedEpoch = undefined
      bestEpoch = undefined
      bestWeights = undefined
      monitor.best = undefined
    },
    onEpochEnd(epoch, logs, training) {
      if (epoch < start) return
      const value = monitor.read(logs)
      wait++
      if (monitor.better(value, monitor.best)) {
        monitor.best = value
        bestEpoch = epoch
        if (restore) bestWeights = training.model.getWeights()
        if (baseline === undefined || monitor.better(value, baseline)) wait = 0
        return
      }
      if (wait >= patience && epoch > 0) {
        stoppedEpoch = epoch
        training.stop()
      }
    },
    onTrainEnd(_, training) {
      if (bestWeights) training.model.setWeights(bestWeights)
      bestWeights = undefined
    },
    onTrainError() {
      bestWeights = undefined
    },
  }
  return own(callback, { kind: where, options: () => given, take })
}
