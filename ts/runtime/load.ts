/**
 * The one WebAssembly instance: the baseline, made at first need, synchronously, from bytes that are part of the bundle; or the build
 * that `init` has chosen before.
 */

import { wasmBytes } from './binary.ts'
import type { Build, Variant } from './builds.ts'
import { ConfigError, fromRust, StateError } from './errors.ts'
import { glue, type InitOutput } from './raw.ts'

let instance: InitOutput | undefined
let build: Build = 'simd'
let failure: Error | undefined

/** The build that runs already, if any does. */
export const startedBuild = (): Build | undefined => instance && build

/** Its variant. */
export const started = (): Variant | undefined => instance && (build.replace('-threads', '') as Variant)

/** The instance, made now if there is none yet. */
export function wasm(): InitOutput {
  refuseFailed()
  instance ??= begin(wasmBytes)
  return instance
}

/** Makes the instance of a build that has been compiled, where there is none yet. */
export function install(chosen: Build, module: WebAssembly.Module, memory?: WebAssembly.Memory): void {
  instance = begin(() => module, memory)
  build = chosen
}

/**
 * Does some work inside the instance and gives every failure its class: an error thrown by Rust becomes its {@link RavineError};
 * a trap, which leaves the instance's memory in an unknown state, fails this call and every later one with a {@link StateError}.
 */
export function cross<T>(work: () => T): T {
  wasm()
  try {
    const result = work()
    afterwards?.()
    return result
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

let afterwards: (() => void) | undefined

/** Has something looked at after every call: whether its threads are well. It throws if not. */
export function watchCalls(look: () => void): void {
  afterwards = look
}

/** A trap, or a stack that overflowed within WebAssembly: both stop Rust halfway. */
const isTrap = (error: unknown): error is Error =>
  error instanceof WebAssembly.RuntimeError || (error instanceof Error && /call stack|recursion/.test(error.message))

/** Whether the instance has failed: nothing in it can be used or freed any more. */
export const failed = (): boolean => failure !== undefined

/** @throws StateError when the instance has failed. */
export function refuseFailed(): void {
  if (!failure) return
  throw new StateError(
    `the WebAssembly instance failed (${failure.message}) and cannot be used any more; reload the page or restart the process. ` +
      'This is a bug in ravine: please report it with the call that led here',
    { cause: failure },
  )
}

/** Unpacking is WebAssembly's work too, and fails as compiling does. */
function begin(module: () => BufferSource | WebAssembly.Module, memory?: WebAssembly.Memory): InitOutput {
  try {
    return glue.initSync(memory ? { module: module(), memory } : { module: module() })
  } catch (error) {
    return refuseEngine(error)
  }
}

/** The error for an engine in which WebAssembly, or this module, cannot be. */
export function refuseEngine(error: unknown): never {
  if (error instanceof StateError) throw error
  if (typeof WebAssembly !== 'object') throw new StateError('this engine has no WebAssembly', { cause: error })
  const text = error instanceof Error ? error.message : String(error)
  const needs = /security policy|\bCSP\b/i.test(text)
    ? "the page's Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src"
    : 'it needs WebAssembly with SIMD: Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or newer'
  throw new ConfigError(`this engine does not accept ravine's WebAssembly (${text}); ${needs}`, { cause: error })
}
