/** What a call may do with any input: return, or throw one of ravine's errors. */

import { expect } from 'vitest'
import { dense, RavineError, sequential } from '../../ts/index.ts'

/** Runs `work`; fails on any error that is not ravine's, or that has no helpful message. Says whether it returned. */
export async function resultOrRavineError(work: () => unknown, describe: () => string): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (
      !(error instanceof RavineError) ||
      error.message.length < 10 ||
      /the WebAssembly instance failed/.test(error.message)
    ) {
      throw new Error(`${describe()}\n→ ${error instanceof Error ? error.stack : String(error)}`, { cause: error })
    }
    return false
  }
}

/** Checks that the WebAssembly instance still computes. */
export function expectAlive(): void {
  const model = sequential({ inputShape: [2], layers: [dense({ units: 1, kernelInitializer: 'ones' })] })
  expect([...model.predict([[1, 2]]).data]).toEqual([3])
  model.dispose()
}

/** A value as a failed test shows it. */
export function showValue(value: unknown): string {
  const seen = new Set<unknown>()
  const replace = (_: string, each: unknown) => {
    if (typeof each === 'bigint' || typeof each === 'symbol' || typeof each === 'function') return String(each)
    if (typeof each === 'number' && !Number.isFinite(each)) return String(each)
    if (ArrayBuffer.isView(each)) return `${each.constructor.name}(${each.byteLength} bytes)`
    if (typeof each === 'object' && each !== null) {
      if (seen.has(each)) return '…'
      seen.add(each)
    }
    return each
  }
  try {
    return (JSON.stringify(value, replace) ?? String(value)).slice(0, 3000)
  } catch {
    return 'a value that cannot be shown'
  }
}
