// An engine in a page answers as it does in a process: the same protocol, and for the baseline the same bits.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import { browsers } from '../../scripts/lib/engines.mjs'
import { findEngine } from '../engines/index.mjs'
import { startPage } from '../lib/browser.mjs'
import { startEngine } from '../lib/child.mjs'
import { measureCase } from '../lib/measure.mjs'

const testCase = { name: '2-8-1 b4', batches: 100, tolerance: 1e-3 }
const answer = { steps: 100, before: 0.7, after: 0.6 }

/** The loss after a pass, and what the engine says of itself. */
async function lossOf(child) {
  try {
    const facts = await child.ask({ do: 'open' })
    const { unit } = await child.ask({ do: 'prepare', name: testCase.name })
    await child.ask({ do: 'reset' })
    const { ms } = await child.ask({ do: 'step', count: unit })
    assert.ok(ms > 0)
    return { facts, ...(await child.ask({ do: 'loss' })) }
  } finally {
    await child.close()
  }
}

const built = existsSync(new URL('../../dist/index.js', import.meta.url))
const driver = existsSync(new URL('../../test/packaging/node_modules/puppeteer-core', import.meta.url))

for (const { name, path, missing } of browsers()) {
  const skip =
    missing ?? (built && driver ? false : 'the package is not built, or what drives browsers is not installed')
  test(`${name}: the same loss as in a process`, { skip }, async () => {
    assert.ok(path)
    const expected = await lossOf(startEngine(findEngine('ravine'), { node: process.execPath }))
    const { facts, loss } = await lossOf(startPage(findEngine(`${name.toLowerCase()}:ravine`)))
    assert.equal(loss, expected.loss)
    assert.equal(facts.variant, 'simd')
    assert.match(facts.browser, /\d/)
  })
}

test('a browser that is not there is a reason, not a failure of the run', async () => {
  const child = startPage({ ...findEngine('ravine'), id: 'opera:ravine', browser: 'Opera' })
  const results = await measureCase(
    testCase,
    answer,
    [{ engine: { id: 'opera:ravine' }, child }],
    { turn: 1, maxSteps: 100, warmUp: 1, rounds: 1 },
    () => {},
  )
  assert.equal(results['opera:ravine'].status, 'failed')
  assert.match(results['opera:ravine'].reason, /no Opera/)
  await child.close()
})
