/**
 * The only file that names the generated glue; beside it only `binary.ts` and its twin name what was generated. Everything else goes through
 * `load.ts` and `handle.ts`. The glue of all builds is the same (`npm run check` compares them), so the baseline's serves whichever
 * module is started.
 */

export type { InitOutput } from '../../build/wasm/simd/ravine.js'
export * as glue from '../../build/wasm/simd/ravine.js'
export { relaxedBytes, wasmBytes } from './binary.ts'
