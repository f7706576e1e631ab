/** Memory that has gone from under what a user passes. */

import { ShapeError } from '../runtime/errors.ts'

/**
 * Refuses a typed array or a buffer whose memory is gone: the array has no elements any more, and engines refuse every use of it with a TypeError.
 *
 * @param where The call and the argument, for messages: `fit: x`.
 * @throws ShapeError when the buffer has been transferred, or is resizable and has become too small for the array.
 */
export function refuseGone(given: unknown, where: string): void {
  if (!isGone(given)) return
  throw new ShapeError(`${where}: its buffer was transferred away (detached) or made smaller; pass a copy`)
}

/** Whether it is. */
export function isGone(given: unknown): boolean {
  // Only an array that seems empty is worth a try. (Node 20 has no `detached`, and nothing tells that an array lies outside of its buffer.)
  if (!ArrayBuffer.isView(given))
    return given instanceof ArrayBuffer && given.byteLength === 0 && fails(() => new Uint8Array(given))
  return 'indexOf' in given && (given as Uint8Array).length === 0 && fails(() => (given as Uint8Array).indexOf(0))
}

function fails(use: () => unknown): boolean {
  try {
    use()
    return false
  } catch {
    return true
  }
}
