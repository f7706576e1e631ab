/** Which callbacks are ravine's own: they add no figures of their own making to the logs. */

import type { Callback } from './callback.ts'

/** How one that reads or writes the model is made again beside a model in a worker. */
export interface Recipe {
  /** The name of its factory. */
  readonly kind: string
  /** The options that make one in the same state as this is in now. */
  readonly options: () => Readonly<Record<string, unknown>>
  /** Takes over what the other has found. */
  readonly take: (found: Readonly<Record<string, unknown>>) => void
}

const OWN = new WeakMap<Callback, Recipe | undefined>()

/** Marks a callback as ravine's own. */
export function own<C extends Callback>(callback: C, recipe?: Recipe): C {
  OWN.set(callback, recipe)
  return callback
}

/** Whether it is one. */
export const isOwnCallback = (callback: Callback): boolean => OWN.has(callback)

/** How it is made again. */
export const recipeOf = (callback: Callback): Recipe | undefined => OWN.get(callback)
