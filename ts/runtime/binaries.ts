/** All modules: what `init` chooses from. In a worker's script `binary-sent.ts` takes the place of this file. */

import { packed } from '../../build/wasm/simd/bytes.js'
import { wasmBytes } from './binary.ts'
import type { Build } from './builds.ts'

/** A WebAssembly module as text, packed, and the one that unpacks it: both in base64. */
export interface PackedModule {
  readonly text: string
  readonly unpacker: string
  /** Pages of memory that it wants to be given; 0 if it makes its own. */
  readonly pages: number
}

/** A module's bytes. */
export interface Binary {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly pages: number
}

/** Compiles the wide build, given how to make a memory for it and whether an instance is in use. */
export type CompileWide = (
  bytes: Uint8Array<ArrayBuffer>,
  memory: () => WebAssembly.Memory,
  busy: () => boolean,
) => Promise<WebAssembly.Module>

/** Each a chunk of its own, loaded when asked for. */
const CHUNKS = {
  relaxed: () => import('../../build/wasm/relaxed/bytes.js'),
  'simd-threads': () => import('../../build/wasm/simd-threads/bytes.js'),
  'relaxed-threads': () => import('../../build/wasm/relaxed-threads/bytes.js'),
  wide: () => import('../../build/wasm/wide/bytes.js'),
}

/** The bytes of any build. */
export async function loadBinary(build: Build): Promise<Binary> {
  if (build === 'simd') return { bytes: wasmBytes(), pages: 0 }
  const chunk = await CHUNKS[build]()
  return { bytes: chunk.wasmBytes(), pages: chunk.packed.pages }
}

/** A build as text, for a worker that decodes it. */
export const loadPacked = async (build: Build): Promise<PackedModule> =>
  build === 'simd' ? packed : (await CHUNKS[build]()).packed

/** Tries it out. */
export const compileWide: CompileWide = async (bytes, memory, busy) => {
  const { tryWide } = await import('./wide/trial.ts')
  return tryWide({ bytes, baseline: wasmBytes(), memory, busy })
}
