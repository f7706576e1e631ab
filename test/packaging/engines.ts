/** What tests in several engines share. */

import { expect } from 'vitest'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import type { Found } from '../../scripts/lib/engines.mjs'

/** With the title of their tests; that of an engine which is not there says why, and `npm test` lists what was skipped. */
export const titled = (found: readonly Found[]): (Found & { readonly title: string })[] =>
  found.map((engine) => ({ ...engine, title: engine.missing ? `${engine.name}: ${engine.missing}` : engine.name }))

/** The message where there is no SIMD. */
export const NO_SIMD: unknown = expect.stringMatching(
  /^this engine does not accept ravine's WebAssembly \(.+\); it needs WebAssembly with SIMD: Node 16\.4, Chrome 91, Firefox 89, Safari 16\.4 or newer$/,
)
