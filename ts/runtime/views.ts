/** Views of an instance's memory, for use at once: see `memory.ts`. */

import type { InitOutput } from './raw.ts'

/** `length` floats from byte offset `pointer`. Offsets past 2 GiB arrive as negative numbers. */
export const floatsIn = ({ memory }: InitOutput, pointer: number, length: number): Float32Array<ArrayBuffer> =>
  new Float32Array(memory.buffer as ArrayBuffer, pointer >>> 0, length)

/** The bytes of its memory, used or not. */
export const bytesOf = ({ memory }: InitOutput): number => memory.buffer.byteLength
