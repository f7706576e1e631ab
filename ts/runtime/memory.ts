/**
 * Views of WebAssembly memory. A view is made where it is used and never stored: when the memory grows, old views lose their
 * contents, and writes to them go nowhere without an error.
 */

import { wasm } from './load.ts'

/** `length` floats from byte offset `pointer`. Offsets past 2 GiB arrive as negative numbers. */
export const f32 = (pointer: number, length: number): Float32Array<ArrayBuffer> =>
  new Float32Array(wasm().memory.buffer as ArrayBuffer, pointer >>> 0, length)

/** The bytes of WebAssembly memory, used or not; it never shrinks. */
export const memoryBytes = (): number => wasm().memory.buffer.byteLength
