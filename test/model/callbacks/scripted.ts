/** A figure with values that the test chose. */

import type { Callback } from '../../../ts/index.ts'

/** Adds a figure to the logs; its value in the n-th epoch is the n-th. */
export function scripted(name: string, values: readonly number[]): Callback {
  let next = 0
  return {
    onEpochEnd: (_, logs) => {
      logs[name] = values[next++] ?? Number.NaN
    },
  }
}
