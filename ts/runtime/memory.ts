/**
 * Views of WebAssembly memory. A view is made where it is used and never stored: when the memory grows, old views lose their
 * contents, and writes to them go nowhere without an error.
 */

import { wasm } from './load.ts'
import { bytesOf, floatsIn } from './views.ts'

/** `length` floats from byte offset `pointer`. */
export const f32 = (pointer: number, length: number): Float32Array<ArrayBuffer> => floatsIn(wasm(), pointer, length)

/** The bytes of WebAssembly memory, used or not; it never shrinks. */
export const memoryBytes = (): number => bytesOf(wasm())
