/** Lowers the learning rate when a figure no longer improves. */

import { checkOptions, checkRange, outOfRange } from '../../checks.ts'
import type { Callback } from './callback.ts'
import { Monitor, type MonitorOptions } from './monitor.ts'
import { own } from './own.ts'
import { refuseSchedule } from './schedule-conflict.ts'

/** The options of {@link reduceLearningRateOnPlateau}. */
export interface ReduceLearningRateOptions extends MonitorOptions {
  /** What the rate is multiplied by, above 0 and below 1. Default 0.1. */
  readonly factor?: number | undefined
  /** How many epochs without improvement are tolerated. Default 10. */
  readonly patience?: number | undefined
  /** The least difference that counts as an improvement. Default 0.0001. */
  readonly minDelta?: number | undefined
  /** How many epochs after a reduction nothing is counted. Default 0. */
  readonly cooldown?: number | undefined
  /** The rate does not fall below this. Default 0. */
  readonly minLearningRate?: number | undefined
}

const OPTIONS = ['monitor', 'mode', 'factor', 'patience', 'minDelta', 'cooldown', 'minLearningRate']

/**
 * Multiplies the learning rate by `factor` when a figure has not improved for `patience` epochs. Options and rules are Keras's `ReduceLROnPlateau`,
 * save that NaN never counts as an improvement. Writes `learningRate` into the logs.
 *
 * @throws ConfigError when an option is unknown or out of its range; at the start of training when there is no such figure or the optimizer's
 * rate follows a schedule.
 */
export function reduceLearningRateOnPlateau(options: ReduceLearningRateOptions = {}): Callback {
  const where = 'reduceLearningRateOnPlateau'
  const given = checkOptions(where, options, OPTIONS)
  const factor = given.factor ?? 0.1
  if (typeof factor !== 'number' || !(factor > 0 && factor < 1)) {
    throw outOfRange(where, 'factor', 'a number above 0 and below 1', factor)
  }
  const patience = checkRange(where, 'patience', given.patience ?? 10, 'index')
  const cooldown = checkRange(where, 'cooldown', given.cooldown ?? 0, 'index')
  const minRate = checkRange(where, 'minLearningRate', given.minLearningRate ?? 0, 'nonNegative')
  const monitor = new Monitor(where, given, checkRange(where, 'minDelta', given.minDelta ?? 1e-4, 'finite'))
  let wait = 0
  let cooling = 0

  const callback: Callback = {
    onTrainBegin(_, training) {
      refuseSchedule(training, where)
      monitor.begin(training)
      monitor.best = undefined
      wait = 0
      cooling = 0
    },
    onEpochEnd(_, logs, training) {
      const rate = training.learningRate
      logs.learningRate = rate
      const value = monitor.read(logs)
      if (cooling > 0) {
        cooling--
        wait = 0
      }
      if (monitor.better(value, monitor.best)) {
        monitor.best = value
        wait = 0
      } else if (cooling === 0) {
        wait++
        if (wait < patience || rate <= minRate) return
        training.learningRate = Math.max(rate * factor, minRate)
        cooling = cooldown
        wait = 0
      }
    },
  }
  return own(callback, { kind: where, options: () => given, take: () => {} })
}
