import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findEngine } from '../engines/index.mjs'
import { chart } from '../lib/chart.mjs'
import { measureProducts, wrongProducts } from '../lib/kernels.mjs'
import { readOptions } from '../lib/options.mjs'
import { hostLines, table, targetTable, workloadTables } from '../lib/report.mjs'
import { bytes, median, short } from '../lib/stats.mjs'
import { judgeTargets, targets } from '../lib/targets.mjs'
import { gemmChecksum } from '../lib/wasm-hooks.mjs'

const timed = (ms) => ({
  status: 'ok',
  ms: { median: ms, min: ms, rounds: [ms] },
  cpu: ms,
  deviation: 1e-6,
  steps: 100,
})

const run = {
  host: { cpu: 'A <fast> CPU', node: '26.0.0', date: '2026-01-02T03:04:05Z', commit: 'abc' },
  engines: [
    { id: 'ravine', kind: 'ours', version: '1' },
    { id: 'jax-js', kind: 'javascript', version: '1' },
    { id: 'tfjs-wasm', kind: 'javascript', version: '1' },
    { id: 'torch-1', kind: 'native', version: '1' },
  ],
  workloads: [
    {
      name: '784-128-10 b128',
      group: 'main',
      results: {
        ravine: timed(1),
        'jax-js': timed(2.5),
        'tfjs-wasm': { status: 'wrong', deviation: 0.2, reason: 'loss 3 after 20 steps, expected 2' },
        'torch-1': timed(0.5),
      },
    },
  ],
}

test('numbers', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 3]), 2.5)
  assert.deepEqual([0, 0.001234, 1.234, 12.34, 1234.5].map(short), ['0', '0.00123', '1.23', '12.3', '1235'])
  assert.deepEqual([999, 60_000, 2_500_000].map(bytes), ['0.999 KB', '60.0 KB', '2.50 MB'])
})

test('columns line up', () => {
  assert.deepEqual(
    table([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
    ['a    bb', 'ccc   d'],
  )
})

test('ratios are against ravine, and a wrong answer has its reason in place of a time', () => {
  const lines = workloadTables(run)
  assert.match(
    lines.find((line) => line.startsWith('jax-js')),
    /^jax-js +2\.50 +2\.50 +2\.50 +2\.50 +1e-6 +100$/,
  )
  assert.match(
    lines.find((line) => line.startsWith('tfjs-wasm')),
    /^tfjs-wasm +wrong answer/,
  )
  assert.ok(lines.includes('  tfjs-wasm: wrong answer: loss 3 after 20 steps, expected 2'))
})

test('targets count the fastest rival with the right answer', () => {
  const rows = judgeTargets(run)
  assert.deepEqual(
    rows.map(({ rival, wanted, reached, ok }) => [rival, wanted, reached, ok]),
    [
      ['jax-js', 2, 2.5, true],
      ['torch-1', 0.6, 0.5, false],
    ],
  )
  assert.match(targetTable(run).join('\n'), /missed/)
})

test('a browser is compared with itself', () => {
  const results = { ravine: timed(1), 'jax-js': timed(3), 'firefox:ravine': timed(2), 'firefox:jax-js': timed(8) }
  const engines = Object.keys(results).map((id) => ({ id, version: '1' }))
  const lines = workloadTables({ engines, workloads: [{ name: 'a', results }] })
  const ratio = (id) => lines.find((line) => line.startsWith(id)).split(/ {2,}/)[4]
  assert.deepEqual(['jax-js', 'firefox:ravine', 'firefox:jax-js'].map(ratio), ['3.00', '1.00', '4.00'])
})

test('an engine is named with what it says of itself', () => {
  const host = { cpu: 'A', cores: 2, system: 'B', node: '26', v8: '14' }
  const engines = [
    { id: 'ravine-2', version: '1', variant: 'relaxed', threads: 2 },
    { id: 'chromium:jax-js', version: '3', threads: 1, browser: 'Chrome 156' },
    { id: 'jax-js', version: '3' },
  ]
  const [, line, missing] = hostLines({ host, engines, unavailable: [{ id: 'ravine-wide', reason: 'no flag' }] })
  assert.equal(line, 'ravine-2 1 (relaxed, 2 threads), chromium:jax-js 3 (1 thread, Chrome 156), jax-js 3')
  assert.equal(missing, 'not measured: ravine-wide: no flag')
})

test('every engine of ours has its targets; a browser is no rival, nor another build', () => {
  const engines = [
    { id: 'ravine-relaxed', kind: 'ours', variant: 'relaxed', threads: 1 },
    { id: 'ravine-2', kind: 'ours', variant: 'relaxed', threads: 2 },
    { id: 'ravine-wide-2', kind: 'ours', variant: 'wide', threads: 2 },
    { id: 'jax-js', kind: 'javascript' },
    { id: 'chromium:jax-js', kind: 'javascript', browser: 'Chrome 156' },
    { id: 'torch-1', kind: 'native', threads: 1 },
    { id: 'torch', kind: 'native', threads: 2 },
  ]
  const times = [1, 0.6, 0.25, 3, 0.1, 0.7, 0.3]
  const results = Object.fromEntries(engines.map(({ id }, i) => [id, timed(times[i])]))
  const workloads = [{ name: '784-128-10 b128', group: 'main', results }]
  const judged = () =>
    judgeTargets({ engines, workloads }).map(({ ours, rival, wanted, ok }) => [ours, rival, wanted, ok])
  assert.deepEqual(judged(), [
    ['ravine-relaxed', 'jax-js', 2.5, true],
    ['ravine-relaxed', 'torch-1', 0.75, false],
    ['ravine-2', 'ravine-relaxed', 1.4, true],
    ['ravine-wide-2', 'jax-js', 4, true],
    ['ravine-wide-2', 'torch', 1, true],
  ])
  // Two threads of the baseline say nothing about two threads of the other build.
  engines[1].variant = 'simd'
  assert.ok(!judged().some(([ours]) => ours === 'ravine-2'))
  for (const id of Object.keys(targets)) assert.ok(findEngine(id), id)
})

test('the chart has a dot for every time and no raw text in its markup', () => {
  const svg = chart(run)
  // Three times and three entries of the legend.
  assert.equal(svg.match(/<circle /g).length, 6)
  assert.ok(svg.includes('A &lt;fast&gt; CPU'))
  assert.ok(!svg.includes('NaN'))
})

test('the command line', () => {
  const options = readOptions(['--cases', 'a, b', '--rounds', '3', '--no-footprint'])
  assert.deepEqual([options.command, options.cases, options.rounds, options.footprint], ['train', ['a', 'b'], 3, false])
  assert.throws(() => readOptions(['--rounds', '0']), /--rounds wants/)
  assert.throws(() => readOptions(['--bogus']), /bogus/)
})

test('wrong products are named, right ones are measured against the bare loop', () => {
  const spin = (repeats) => {
    let x = 0
    for (let i = 0; i < repeats * 1000; i++) x += Math.sqrt(i)
    return x
  }
  const rows = [{ m: 3, k: 4, n: 5, transA: true }]
  const hooks = {
    bareLoop: (iterations) => spin(iterations / 1000) && 2000 * iterations,
    gemm: (transA, transB, m, n, k, repeats) => spin(repeats) && gemmChecksum(transA, transB, m, n, k),
  }
  assert.deepEqual(wrongProducts(hooks, rows), [])
  const broken = { ...hooks, gemm: (...shape) => hooks.gemm(...shape) + 1 / 64 }
  assert.deepEqual(wrongProducts(broken, rows), ['3×4×5 TN'])
  const small = { ...hooks, gemm: (_a, _b, _m, _n, _k, repeats) => spin(repeats) }
  const { bare, rows: measured } = measureProducts(small, 'simd', { rounds: 1, target: 1 })
  assert.ok(bare > 0)
  for (const { gflops, share } of measured) assert.ok(Math.abs(share - gflops / bare) / share < 5)
})
