/** How long work lasts between two turns of the event loop, by a clock of the test's. */

import { afterEach, expect, it, vi } from 'vitest'
import { Pace } from '../../ts/model/pace.ts'

afterEach(() => vi.restoreAllMocks())

/** The longest time between turns when a batch takes so long, after the first few. */
async function longest(budget: number, batch: () => number): Promise<{ longest: number; shortest: number }> {
  let now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const pace = new Pace(budget)
  const spans: number[] = []
  let since = now
  for (let chunk = 0; chunk < 400; chunk++) {
    const batches = pace.begin()
    for (let i = 0; i < batches; i++) now += batch()
    if (!pace.end(batches)) continue
    spans.push(now - since)
    await pace.rest()
    since = now
  }
  return { longest: Math.max(...spans.slice(5)), shortest: Math.min(...spans.slice(5)) }
}

it.each([0.01, 0.3, 1, 5, 11.7])('a batch of %d ms: turns come within the budget, and not much before', async (ms) => {
  const spans = await longest(12, () => ms)
  expect(spans.longest).toBeLessThanOrEqual(12 + 1e-6)
  expect(spans.shortest).toBeGreaterThan(12 - 2 * ms - 1e-6)
})

it('a batch that takes longer than the budget is a turn’s work', async () => {
  expect((await longest(12, () => 30)).longest).toBe(30)
})

it('batches that differ do not double the time', async () => {
  let i = 0
  const spans = await longest(12, () => (i++ % 7 === 0 ? 1.5 : 0.7))
  expect(spans.longest).toBeLessThan(12 + 4)
})

it('a budget of 0 gives a turn after each batch, Infinity none', () => {
  const none = new Pace(Number.POSITIVE_INFINITY)
  const each = new Pace(0)
  for (let chunk = 0; chunk < 20; chunk++) {
    expect(each.begin()).toBe(1)
    expect(each.end(1)).toBe(true)
    expect(none.end(none.begin())).toBe(false)
  }
})
