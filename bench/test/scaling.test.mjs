// The curves: their points are workloads, their tables and their chart show what was measured and say what was not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCase, productOperations } from '../cases/index.mjs'
import { scalingRows, sweeps, threaded } from '../lib/scaling.mjs'
import { scalingChart } from '../lib/scaling-chart.mjs'

/** A run in which a step takes 10 µs and the products run at `rate` GFLOP/s. */
function made(rates, threads) {
  const ids = Object.keys(rates)
  const panels = sweeps.map(({ points, ...sweep }) => ({
    ...sweep,
    points: points.map((point) => {
      const operations = productOperations(findCase(point.name))
      const of = (rate) => ({ status: 'ok', ms: { median: 0.01 + operations / rate / 1e6 } })
      return { ...point, operations, results: Object.fromEntries(ids.map((id) => [id, of(rates[id])])) }
    }),
  }))
  const lines = threaded.map((name) => ({
    name,
    sameBits: true,
    points: threads.map((x) => ({ x, ms: { median: productOperations(findCase(name)) / 4e7 / x } })),
  }))
  return {
    host: { cpu: 'A <fast> CPU', node: '26.0.0', date: '2026-01-02T03:04:05Z' },
    engines: ids.map((id) => ({ id })),
    panels,
    threads: { variant: 'relaxed', unavailable: [], lines },
  }
}

test('points are workloads that grow with what the panel varies', () => {
  for (const { id, points } of sweeps) {
    const costs = points.map(({ name }) => productOperations(findCase(name)))
    assert.ok(costs.length >= 5, id)
    for (let i = 1; i < costs.length; i++) assert.ok(costs[i] > costs[i - 1], `${id} at ${points[i].x}`)
  }
  for (const name of threaded) assert.equal(findCase(name).name, name)
})

test('a row for every point and a column for every engine', () => {
  const [width, , , threads] = scalingRows(made({ ravine: 40, other: 20 }, [1, 2]))
  assert.deepEqual(width.header, ['width', 'ravine', 'other', 'ravine, GFLOP/s'])
  assert.equal(width.rows.length, sweeps[0].points.length)
  // The largest is hardly slowed by the 10 µs that everything takes.
  assert.match(width.rows.at(-1).at(-1), /^(40\.0|39\.\d)$/)
  assert.deepEqual(threads.header, ['', '1', '2', 'same bits'])
})

test('four panels with a mark for every time, inside of the drawing', () => {
  const svg = scalingChart(made({ ravine: 40, 'firefox:ravine': 20 }, [1, 2, 4]))
  const points = sweeps.reduce((sum, sweep) => sum + sweep.points.length, 0)
  // With the legend's; Firefox has diamonds.
  assert.equal(svg.match(/<circle /g).length, points + 3 * threaded.length + 1)
  for (const title of ['By width', 'By depth', 'By batch', 'By threads']) assert.ok(svg.includes(title))
  assert.ok(svg.includes('A &lt;fast&gt; CPU'))
  assert.ok(!/NaN|undefined|Infinity/.test(svg))
  for (const [, x, y] of svg.matchAll(/<circle cx="([-\d.]+)" cy="([-\d.]+)"/g)) assert.ok(x >= 0 && y >= 0)
})

test('what was not measured leaves a panel that says so', () => {
  const run = made({ ravine: 40 }, [1])
  run.threads.unavailable = [{ id: 'ravine@auto+2', reason: 'one thread only' }]
  assert.match(scalingChart(run), /not to be had here: 2/)
  run.threads.lines = []
  for (const point of run.panels[0].points) point.results = { ravine: { status: 'wrong', reason: 'loss' } }
  const svg = scalingChart(run)
  assert.equal(svg.match(/not measured/g).length, 2)
  assert.ok(!/NaN|undefined|Infinity/.test(svg))
  assert.ok(scalingRows(run)[0].rows.every((row) => row[1] === '–'))
})
