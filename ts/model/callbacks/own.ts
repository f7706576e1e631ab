/** Which callbacks are ravine's own: they add no figures of their own making to the logs. */

import type { Callback } from './callback.ts'

const OWN = new WeakSet<Callback>()

/** Marks a callback as ravine's own. */
export function own<C extends Callback>(callback: C): C {
  OWN.add(callback)
  return callback
}

/** Whether it is one. */
export const isOwnCallback = (callback: Callback): boolean => OWN.has(callback)
