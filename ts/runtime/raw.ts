/**
 * The only file that names the generated glue; beside it only `binary.ts`, `binaries.ts` and their twin name what was generated. Everything else goes through
 * `load.ts` and `handle.ts`. One glue serves all builds (scripts/glue.mjs makes it, `npm run check` compares it with each of them).
 */

export type { InitOutput } from '../../build/wasm/glue/ravine.js'
export * as glue from '../../build/wasm/glue/ravine.js'
