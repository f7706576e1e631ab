/**
 * The one WebAssembly instance: made at first need, synchronously, from bytes that are part of the bundle.
 */

import { ConfigError, fromRust, StateError } from './errors.ts'
import { glue, type InitOutput, wasmBytes } from './raw.ts'

let instance: InitOutput | undefined
let failure: Error | undefined

/** Whether an instance exists already. */
export const started = (): boolean => instance !== undefined

/** The instance, made now if there is none yet. */
export function wasm(): InitOutput {
  refuseFailed()
  instance ??= begin(wasmBytes())
  return instance
}

/** Compiles without blocking the thread, then makes the instance if there is none yet. */
export async function startAsync(): Promise<void> {
  refuseFailed()
  if (instance) return
  const module = await WebAssembly.compile(wasmBytes()).catch(refuseEngine)
  instance ??= begin(module)
}

/**
 * Does some work inside the instance and gives every failure its class: an error thrown by Rust becomes its {@link RavineError};
 * a trap, which leaves the instance's memory in an unknown state, fails this call and every later one with a {@link StateError}.
 */
export function cross<T>(work: () => T): T {
  wasm()
  try {
    return work()
  } catch (error) {
    const known = fromRust(error)
    if (known) throw known
    if (isTrap(error)) {
      failure = error
      refuseFailed()
    }
    if (error instanceof RangeError)
      throw new ConfigError(`the sizes do not fit in memory: ${error.message}`, { cause: error })
    throw error
  }
}

/** A trap, or a stack that overflowed within WebAssembly: both stop Rust halfway. */
const isTrap = (error: unknown): error is Error =>
  error instanceof WebAssembly.RuntimeError || (error instanceof Error && /call stack|recursion/.test(error.message))

/** Whether the instance has failed: nothing in it can be used or freed any more. */
export const failed = (): boolean => failure !== undefined

function refuseFailed(): void {
  if (!failure) return
  throw new StateError(
    `the WebAssembly instance failed (${failure.message}) and cannot be used any more; reload the page or restart the process. ` +
      'This is a bug in ravine: please report it with the call that led here',
    { cause: failure },
  )
}

function begin(module: BufferSource | WebAssembly.Module): InitOutput {
  try {
    return glue.initSync({ module })
  } catch (error) {
    return refuseEngine(error)
  }
}

function refuseEngine(error: unknown): never {
  if (typeof WebAssembly !== 'object') throw new StateError('this engine has no WebAssembly', { cause: error })
  const text = error instanceof Error ? error.message : String(error)
  throw new ConfigError(
    `this engine does not accept ravine's WebAssembly (${text}); it needs WebAssembly with SIMD: Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or newer`,
    { cause: error },
  )
}
