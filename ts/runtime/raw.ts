/** The only file that names the generated glue. Everything else goes through `load.ts` and `handle.ts`. */

export { wasmBytes } from '../../build/wasm/simd/bytes.js'
export type { InitOutput } from '../../build/wasm/simd/ravine.js'
export * as glue from '../../build/wasm/simd/ravine.js'
