/** A learning rate for each epoch, by a function. */

import { outOfRange } from '../../checks.ts'
import { ConfigError } from '../../runtime/errors.ts'
import type { Callback } from './callback.ts'
import { own } from './own.ts'
import { refuseSchedule } from './schedule-conflict.ts'

/**
 * Sets the learning rate before each epoch: `learningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))`. Keras's `LearningRateScheduler`;
 * for a rate that changes by step, give the optimizer a schedule. Writes `learningRate` into the logs.
 *
 * @param schedule - Gets the epoch (from 0) and the rate so far; returns the new rate, finite and at least 0.
 * @throws ConfigError when `schedule` is no function; while training, when it returns no such number or the optimizer has a schedule.
 */
export function learningRateScheduler(schedule: (epoch: number, learningRate: number) => number): Callback {
  const where = 'learningRateScheduler'
  if (typeof schedule !== 'function')
    throw outOfRange(where, 'schedule', 'a function (epoch, learningRate) → number', schedule)
  let rate = 0
  return own({
    onTrainBegin(_, training) {
      refuseSchedule(training, where)
    },
    onEpochBegin(epoch, _, training) {
      rate = schedule(epoch, training.learningRate)
      if (typeof (rate as unknown as PromiseLike<number> | undefined)?.then === 'function')
        throw new ConfigError(
          `${where}: the function returned a promise; it must not be async, and return the rate itself`,
        )
      if (typeof rate !== 'number' || !(rate >= 0 && rate < Number.POSITIVE_INFINITY)) {
        throw outOfRange(where, `the rate for epoch ${epoch}`, 'a finite number, at least 0', rate)
      }
      training.learningRate = rate
    },
    onEpochEnd(_, logs) {
      logs.learningRate = rate
    },
  })
}
