/** The baseline, as text that is part of the bundle. In a worker's script `binary-sent.ts` takes the place of this file. */

import { wasmBytes as decoded } from '../../build/wasm/simd/bytes.js'

/** The bytes of the baseline. */
export const wasmBytes = (): Uint8Array<ArrayBuffer> => decoded()
