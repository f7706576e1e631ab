/** The same races on this Node and on the newest one: every bit of every number. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'

const newest = process.env.RAVINE_NEWEST_NODE

/** Races over every surface, with every kind of optimizer, as one digest. */
const PROGRAM = `
import { createHash } from 'node:crypto'
import * as surfaces from './ts/surfaces.ts'
const hash = createHash('sha256')
const optimizers = ['sgd', 'adagrad', 'rmsprop', 'adadelta', 'adam', 'adamw', 'adamax', 'nadam', 'radam', 'lion']
for (const surface of Object.values(surfaces).filter((one) => typeof one !== 'function')) {
  const rated = optimizers.map((kind) => ({ kind, learningRate: 0.01 }))
  for (const { points, values } of surfaces.race({ surface, optimizers: rated, steps: 200 })) {
    // As text, which tells all numbers apart but for the bits of a NaN: engines may choose these.
    hash.update([...points, ...values].join())
  }
}
console.log(hash.digest('hex'))
`

// npm has the newest Node for some platforms only.
it.skipIf(!newest)('gives the same bits', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ravine-'))
  try {
    const outfile = join(folder, 'race.mjs')
    const resolveDir = fileURLToPath(new URL('../..', import.meta.url))
    buildSync({ stdin: { contents: PROGRAM, resolveDir }, bundle: true, format: 'esm', platform: 'node', outfile })
    const [here, there] = [process.execPath, newest ?? ''].map((node) =>
      execFileSync(node, [outfile], { encoding: 'utf8' }),
    )
    expect(here).toMatch(/^[0-9a-f]{64}$/m)
    expect(there).toBe(here)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
