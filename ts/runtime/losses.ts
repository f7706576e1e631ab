/** Threads that have died. Whoever computes over several turns of the event loop asks whether one did in the meantime. */

import { StateError } from './errors.ts'

let count = 0
let last = ''

/** How many have died so far. */
export const threadLosses = (): number => count

/** Remembers that one has. */
export function threadLost(why: string): void {
  count++
  last = why
}

let look: (() => void) | undefined

/** Has something done at every turn of the event loop that a training gives: looking whether threads are alive. */
export function watchTurns(action: () => void): void {
  look = action
}

/** @throws StateError when a thread has died since there were so many losses. */
export function refuseLosses(since: number): void {
  look?.()
  if (count > since) throw lossError()
}

/** The error for work that threads took part in. */
export const lossError = (): StateError =>
  new StateError(
    `one of ravine's threads has died (${last}), and the call that was running has been stopped: the model is as its last whole step left it. ` +
      'New threads are started; call again to go on',
  )
