/**
 * The one WebAssembly instance: the baseline, made at first need, synchronously, from bytes that are part of the bundle; or the build
 * that `init` has chosen before.
 */

import { compileWide, loadBinary, wasmBytes } from './binary.ts'
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

/** What threads need to make instances of their own. */
export interface Shareable {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
}

/**
 * Compiles a build without blocking the thread and makes the instance, unless there is one by then.
 *
 * @returns What can be shared with threads, if this build's instance was made and is for several.
 */
export async function startAsync(chosen: Build): Promise<Shareable | undefined> {
  refuseFailed()
  if (instance) return undefined
  const { bytes, pages } = await loadBinary(chosen).catch(refuseUnpacker)
  const module =
    chosen === 'wide'
      ? await compileWide(
          bytes,
          () => sharedMemory(pages),
          () => instance !== undefined,
        )
      : await WebAssembly.compile(bytes).catch(refuseEngine)
  if (instance) return undefined
  const memory = pages > 0 ? sharedMemory(pages) : undefined
  instance = begin(() => module, memory)
  build = chosen
  return memory && { module, memory }
}

/** Of 4 GiB if the engine reserves as much, else less: 1 GiB is what small devices have to give. */
function sharedMemory(initial: number): WebAssembly.Memory {
  for (const maximum of [65536, 32768]) {
    try {
      return new WebAssembly.Memory({ initial, maximum, shared: true })
    } catch {
      // Less, then.
    }
  }
  return new WebAssembly.Memory({ initial, maximum: 16384, shared: true })
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

function refuseFailed(): void {
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

/** Other failures, such as a file that did not come, are not the engine's. */
function refuseUnpacker(error: unknown): never {
  if (typeof WebAssembly !== 'object' || error instanceof WebAssembly.CompileError) refuseEngine(error)
  throw error
}

function refuseEngine(error: unknown): never {
  if (error instanceof StateError) throw error
  if (typeof WebAssembly !== 'object') throw new StateError('this engine has no WebAssembly', { cause: error })
  const text = error instanceof Error ? error.message : String(error)
  const needs = /security policy|\bCSP\b/i.test(text)
    ? "the page's Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src"
    : 'it needs WebAssembly with SIMD: Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or newer'
  throw new ConfigError(`this engine does not accept ravine's WebAssembly (${text}); ${needs}`, { cause: error })
}
