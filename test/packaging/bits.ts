/** The trainings of `test/determinism` as a user's file, and the digests they must have in every engine. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const file = (path: string): string => fileURLToPath(new URL(`../determinism/${path}`, import.meta.url))

/** The digests of every training on the baseline. */
export const DIGESTS = JSON.parse(readFileSync(file('node-versions.json'), 'utf8')) as Record<string, string>

/** Writes a module that exports `trainings`, on the package as `from` names it: what is trained is the package that was installed. */
export async function writeTrainings(outfile: string, from: string): Promise<void> {
  await build({
    entryPoints: [file('trainings.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    plugins: [
      {
        name: 'installed',
        setup: ({ onResolve }) => onResolve({ filter: /\/ts\/index\.ts$/ }, () => ({ path: from, external: true })),
      },
    ],
  })
}
