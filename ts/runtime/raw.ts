/**
 * The only file that names the generated glue and modules. Everything else goes through `load.ts` and `handle.ts`. The glue of all
 * builds is the same (`npm run check` compares them), so the baseline's serves whichever module is started.
 */

export { wasmBytes } from '../../build/wasm/simd/bytes.js'
export type { InitOutput } from '../../build/wasm/simd/ravine.js'
export * as glue from '../../build/wasm/simd/ravine.js'

/** The bytes of the relaxed build: a chunk of its own, loaded when asked for. */
export const relaxedBytes = async (): Promise<Uint8Array<ArrayBuffer>> =>
  (await import('../../build/wasm/relaxed/bytes.js')).wasmBytes()
