/**
 * The one WebAssembly instance: the baseline, made at first need, synchronously, from bytes that are part of the bundle; or the build
 * that `init` has chosen before.
 */

import { ConfigError, fromRust, StateError } from './errors.ts'
import { glue, type InitOutput, relaxedBytes, wasmBytes } from './raw.ts'

/** The builds of the WebAssembly: plain SIMD, the same bits on every engine; and with fused multiply-adds. */
export type Variant = 'simd' | 'relaxed'

let instance: InitOutput | undefined
let variant: Variant = 'simd'
let failure: Error | undefined

/** The build that runs already, if any does. */
export const started = (): Variant | undefined => instance && variant

/** The instance, made now if there is none yet. */
export function wasm(): InitOutput {
  refuseFailed()
  instance ??= begin(wasmBytes())
  return instance
}

/** Compiles a build without blocking the thread and makes the instance, unless there is one by then. */
export async function startAsync(chosen: Variant): Promise<void> {
  refuseFailed()
  if (instance) return
  const bytes = chosen === 'simd' ? wasmBytes() : await relaxedBytes()
  const module = await WebAssembly.compile(bytes).catch(refuseEngine)
  if (instance) return
  instance = begin(module)
  variant = chosen
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
  const needs = /security policy|\bCSP\b/i.test(text)
    ? "the page's Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src"
    : 'it needs WebAssembly with SIMD: Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or newer'
  throw new ConfigError(`this engine does not accept ravine's WebAssembly (${text}); ${needs}`, { cause: error })
}
