/** The modules, as text that is part of the bundle. In a worker's script `binary-sent.ts` takes the place of this file. */

import { wasmBytes as decoded, packed } from '../../build/wasm/simd/bytes.js'

/** A WebAssembly module as text: base64 of its deflate stream. */
export interface PackedModule {
  readonly text: string
  /** Bytes of the module. */
  readonly size: number
}

/** The bytes of the baseline. */
export const wasmBytes = (): Uint8Array<ArrayBuffer> => decoded()

const relaxed = () => import('../../build/wasm/relaxed/bytes.js')

/** The bytes of the relaxed build: a chunk of its own, loaded when asked for. */
export const relaxedBytes = async (): Promise<Uint8Array<ArrayBuffer>> => (await relaxed()).wasmBytes()

/** The baseline as text, for a worker that decodes it. */
export const packedModule: PackedModule = packed

/** The relaxed build as text. */
export const packedRelaxed = async (): Promise<PackedModule> => (await relaxed()).packed
