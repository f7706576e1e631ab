// Which engines a run has, what a session answers, and what does not count as the engine that was asked for.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { findCase, productOperations } from '../cases/index.mjs'
import { engines, findEngine, selectEngines } from '../engines/index.mjs'
import { notAsAsked } from '../engines/ravine.mjs'
import { makeSession } from '../lib/session.mjs'
import { serve } from '../lib/site.mjs'

const ids = (chosen) => chosen.map(({ id }) => id)

test('without a choice: ours as init makes it, and the peers, none in a browser', () => {
  const chosen = ids(selectEngines())
  for (const id of ['ravine', 'ravine-relaxed', 'ravine-2', 'ravine-wide', 'ravine-wide-2', 'jax-js', 'torch-1'])
    assert.ok(chosen.includes(id), id)
  assert.ok(!chosen.some((id) => id.includes(':')))
})

test('names, groups and builds, each once and in the order of the table', () => {
  assert.deepEqual(ids(selectEngines(['jax-js', 'ravine', 'jax-js'])), ['ravine', 'jax-js'])
  assert.deepEqual(ids(selectEngines(['ravine@simd+2', 'torch-1', 'ravine@simd+2'])), ['torch-1', 'ravine@simd+2'])
  const inBrowsers = selectEngines(['browsers'])
  assert.ok(inBrowsers.length > 0 && inBrowsers.every(({ browser }) => browser))
  assert.ok(ids(inBrowsers).includes('firefox:ravine') && ids(inBrowsers).includes('chromium:jax-js'))
})

test('a build is its options of init', () => {
  assert.deepEqual(findEngine('ravine@relaxed').options, { variant: 'relaxed', threads: 1 })
  assert.deepEqual(findEngine('ravine@auto+auto').options, { variant: 'auto', threads: 'auto' })
  assert.deepEqual(findEngine('ravine@wide+2').options, { wide: true, threads: 2 })
  const page = findEngine('chromium:ravine@relaxed+2')
  assert.deepEqual([page.browser, page.options], ['Chromium', { variant: 'relaxed', threads: 2 }])
  assert.equal(findEngine('firefox:jax-js-threads').isolated, true)
  assert.equal(findEngine('firefox:jax-js').isolated, false)
})

test('what there is no engine for is refused by name', () => {
  for (const id of ['ravin', 'ravine@fast', 'ravine@simd+two', 'opera:ravine'])
    assert.throws(() => findEngine(id), new RegExp(`no engine is called "${id.replace('+', '\\+')}"`))
  for (const id of ['chromium:brain', 'firefox:ravine-wide', 'chromium:torch-1'])
    assert.throws(() => findEngine(id), /does not run in a page/)
})

test('every row has its adapter or its arguments for Python', () => {
  for (const { id, adapter, python } of engines)
    assert.ok(python || existsSync(new URL(`../engines/${adapter}.mjs`, import.meta.url)), id)
})

test('what runs instead of what was asked for has no times', () => {
  const used = { variant: 'simd', threads: 1, reason: 'no relaxed SIMD' }
  assert.equal(notAsAsked({}, used), undefined)
  assert.equal(notAsAsked({ variant: 'auto', threads: 'auto' }, used), undefined)
  assert.equal(notAsAsked({ variant: 'simd', threads: 1 }, used), undefined)
  assert.match(notAsAsked({ variant: 'relaxed', threads: 1 }, used), /the simd build on 1 thread: no relaxed SIMD/)
  assert.match(notAsAsked({ threads: 2 }, used), /not to be had here/)
  assert.match(notAsAsked({ wide: true, threads: 1 }, used), /not to be had here/)
  assert.equal(notAsAsked({ wide: true, threads: 2 }, { ...used, variant: 'wide', threads: 2 }), undefined)
})

test('a name is a workload', () => {
  const made = findCase('64-128-10 b32')
  assert.deepEqual([made.sizes, made.batchSize, made.loss], [[64, 128, 10], 32, 'softmaxCrossentropy'])
  assert.equal(productOperations(made), 32 * (4 * 64 * 128 + 6 * 128 * 10))
  assert.equal(findCase('2-8-1 b4').loss, 'sigmoidCrossentropy')
  for (const name of ['64 b32', '64-10', '64-x-10 b3']) assert.throws(() => findCase(name), /no workload is called/)
})

test('a session answers failures in place of throwing them', async () => {
  const asked = []
  const run = {
    unit: 64,
    reset: () => asked.push('reset'),
    step: (count) => asked.push(count),
    loss: () => 0.5,
    dispose: () => asked.push('dispose'),
  }
  let cpu = 0
  const good = makeSession(
    {
      open: () => ({ version: '1', threads: 2 }),
      cannot: ({ batchSize }) => (batchSize === 4 ? 'no fours' : undefined),
      prepare: (testCase, data, weights) => {
        assert.deepEqual([data.rows, weights.length], [testCase.batches * testCase.batchSize, 2])
        return run
      },
    },
    { cpu: () => (cpu += 1000) },
  )
  assert.deepEqual(await good({ do: 'open' }), { version: '1', threads: 2 })
  assert.deepEqual(await good({ do: 'prepare', name: '2-8-1 b4' }), { cannot: 'no fours' })
  assert.deepEqual(await good({ do: 'prepare', name: '24-16-4 b16' }), { unit: 64 })
  assert.deepEqual(await good({ do: 'reset' }), {})
  const { ms, cpu: used } = await good({ do: 'step', count: 64 })
  assert.ok(ms >= 0 && used === 1)
  assert.deepEqual(await good({ do: 'loss' }), { loss: 0.5 })
  assert.deepEqual(await good({ do: 'dispose' }), {})
  assert.deepEqual(asked, ['reset', 64, 'dispose'])
  assert.match((await good({ do: 'step', count: 1 })).error, /TypeError/)
  assert.match((await good({ do: 'prepare', name: 'nothing' })).error, /no workload is called "nothing"/)

  const bad = makeSession({ open: () => Promise.reject(new Error('no such library\nat all')) })
  assert.deepEqual(await bad({ do: 'open' }), { unavailable: 'no such library' })
})

test('pages are isolated, get modules as modules, and nothing from outside of the repository', async () => {
  const site = await serve([])
  try {
    const page = await fetch(`${site.origin}/`)
    assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(page.headers.get('cross-origin-embedder-policy'), 'require-corp')
    const script = await fetch(`${site.origin}/bench/lib/page.mjs`)
    assert.deepEqual([script.status, script.headers.get('content-type')], [200, 'text/javascript'])
    for (const path of ['/bench/lib/none.mjs', '/..%2f..%2fetc%2fpasswd'])
      assert.equal((await fetch(site.origin + path)).status, 404)
  } finally {
    site.close()
  }
  const plain = await serve([], false)
  try {
    const page = await fetch(`${plain.origin}/`)
    assert.equal(page.headers.get('cross-origin-opener-policy'), null)
  } finally {
    plain.close()
  }
})
