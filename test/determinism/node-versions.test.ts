/**
 * The same seed gives the same bits: on this and on the newest Node, for every time budget, today and tomorrow. In all other
 * engines: `test/packaging/engines.test.ts` and `pages.test.ts`.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const newest = process.env.RAVINE_NEWEST_NODE
const golden = fileURLToPath(new URL('node-versions.json', import.meta.url))
const update = process.env.RAVINE_UPDATE_BITS !== undefined

/** `yieldEvery` in ms, and `batch` for a callback after each batch: as often as can be and never; the default is 12. */
const BUDGETS = ['0', 'Infinity', 'batch']

const PROGRAM = `
import { trainings } from './trainings.ts'
console.log(JSON.stringify(await trainings(process.argv[2])))
`
const folder = mkdtempSync(join(tmpdir(), 'ravine-bits-'))
const program = join(folder, 'trainings.mjs')

let first: Record<string, string>

beforeAll(() => {
  buildSync({
    stdin: { contents: PROGRAM, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: program,
  })
  first = run(process.execPath, '12')
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** The digest of each training, on an engine with a time budget. */
function run(node: string, budget: string): Record<string, string> {
  return JSON.parse(execFileSync(node, [program, budget], { encoding: 'utf8' })) as Record<string, string>
}

describe('the bits of a training', () => {
  it('are the committed ones', () => {
    expect(Object.keys(first).length).toBeGreaterThan(40)
    if (update) writeFileSync(golden, `${JSON.stringify(first, null, 2)}\n`)
    // Baseline WebAssembly has one right result for every operation, whatever the compiler, engine or processor. If this
    // fails, arithmetic, order of summation or random numbers have changed: a model trained with the last release
    // no longer comes out the same. If that is meant, write the new bits and say so in CHANGELOG.md:
    //   RAVINE_UPDATE_BITS=1 npx vitest run test/determinism/node-versions.test.ts
    expect(first).toEqual(JSON.parse(readFileSync(golden, 'utf8')))
  })

  it.each(BUDGETS)(
    'do not depend on the time budget: %s',
    (budget) => {
      expect(run(process.execPath, budget)).toEqual(first)
    },
    60_000,
  )

  // npm has the newest Node for some platforms only.
  it.skipIf(!newest).each(BUDGETS)(
    'are the same on the newest Node: %s',
    (budget) => {
      expect(run(newest ?? '', budget)).toEqual(first)
    },
    60_000,
  )
})
