/** Callbacks that set the learning rate, and optimizers that have a schedule for it. */

import { ConfigError } from '../../runtime/errors.ts'
import type { Training } from './callback.ts'

/** Refuses a training whose rate follows a schedule already: two would fight over it. */
export function refuseSchedule(training: Training, where: string): void {
  if (!training.scheduled) return
  throw new ConfigError(
    `${where}: the optimizer's learningRate is a schedule; give it a number, or leave this callback out`,
  )
}
