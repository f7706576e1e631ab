/** The builds that `init` starts: compiled without blocking the thread. */

import { compileWide, loadBinary } from './binaries.ts'
import type { Build } from './builds.ts'
import { install, refuseEngine, refuseFailed, startedBuild } from './load.ts'

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
  const busy = () => startedBuild() !== undefined
  if (busy()) return undefined
  const { bytes, pages } = await loadBinary(chosen).catch(refuseUnpacker)
  const module =
    chosen === 'wide'
      ? await compileWide(bytes, () => sharedMemory(pages), busy)
      : await WebAssembly.compile(bytes).catch(refuseEngine)
  if (busy()) return undefined
  const memory = pages > 0 ? sharedMemory(pages) : undefined
  install(chosen, module, memory)
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

/** Other failures, such as a file that did not come, are not the engine's. */
function refuseUnpacker(error: unknown): never {
  if (typeof WebAssembly !== 'object' || error instanceof WebAssembly.CompileError) refuseEngine(error)
  throw error
}
