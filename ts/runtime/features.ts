/** What the engine can do, found out by asking it to validate the smallest module that needs it. */

/** A function of one `f32x4.relaxed_madd`. */
const RELAXED_MADD = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x10, 0x01, 0x0e, 0x01, 0x01, 0x7b, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd, 0x85, 0x02, 0x1a, 0x0b],
]

/** Whether the engine accepts relaxed SIMD. */
export const hasRelaxedSimd = (): boolean =>
  typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(RELAXED_MADD))

/**
 * Whether this is V8: Chrome and what is made of it, Node, Deno. Measured, other engines run fused multiply-adds slower than plain ones: Firefox's keeps too few
 * vectors in registers for the large tile (1.25 to 1.5 times the time), and Bun's and Safari's does not fuse (1.3 to 1.5 times).
 */
export function isV8(): boolean {
  const { navigator, process } = globalThis as Partial<typeof globalThis>
  // Bun has the version of a V8 that it imitates.
  if ('Bun' in globalThis) return false
  return process?.versions?.v8 !== undefined || /Chrom(e|ium)\//.test(navigator?.userAgent ?? '')
}

/** What a page has to do to share memory with threads. */
export const NOT_SHARED =
  'memory cannot be shared with threads here: the page must be cross-origin isolated, so serve it with the headers ' +
  'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp'

/** Whether threads can be given a memory: everywhere but in pages that are not cross-origin isolated. */
export function hasSharedMemory(): boolean {
  // Engines without pages do not have the flag, or have it and share all the same.
  const page = 'document' in globalThis || ('WorkerGlobalScope' in globalThis && !('Deno' in globalThis))
  if (!('SharedArrayBuffer' in globalThis) || (page && globalThis.crossOriginIsolated === false)) return false
  return typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(ATOMICS))
}

/** A module with a shared memory and an `i32.atomic.load`. */
const ATOMICS = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x05, 0x04, 0x01, 0x03, 0x01, 0x01],
  ...[0x0a, 0x0b, 0x01, 0x09, 0x00, 0x41, 0x00, 0xfe, 0x10, 0x02, 0x00, 0x1a, 0x0b],
]

/** How many processors the engine says there are. */
export function processors(): number {
  const { navigator, process } = globalThis as Partial<typeof globalThis>
  // Node has no navigator before 21.
  const count = navigator?.hardwareConcurrency ?? process?.getBuiltinModule?.('node:os').availableParallelism()
  return count && count >= 1 ? Math.floor(count) : 1
}
