// The runner against engines made up for the purpose: what it counts, and what it refuses to count.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureCase } from '../lib/measure.mjs'

const testCase = { name: 'made up', batches: 10, tolerance: 1e-3 }
const answer = { steps: 10, before: 2, after: 1 }
const settings = { turn: 100, maxSteps: 400, warmUp: 300, rounds: 5 }

/** An engine whose step takes `ms`, by its own word: no time passes. */
function player(id, { ms = 1, loss = 1, unit = 1, cannot, failAfter = Infinity } = {}) {
  const asked = []
  const child = {
    async ask(request) {
      asked.push(request)
      if (asked.length > failAfter) throw new Error(`${id} broke`)
      if (request.do === 'prepare') return cannot ? { cannot } : { unit }
      if (request.do === 'loss') return { loss }
      if (request.do === 'step') return { ms: ms * request.count, cpu: 0.5 * ms * request.count }
      return {}
    },
  }
  return { engine: { id }, child, asked }
}

const measure = (...players) => measureCase(testCase, answer, players, settings, () => {})

test('a right answer is timed, per step, in turns of about the wanted length', async () => {
  const { a } = await measure(player('a', { ms: 2 }))
  assert.equal(a.status, 'ok')
  assert.equal(a.steps, 50)
  assert.equal(a.ms.median, 2)
  assert.equal(a.ms.rounds.length, 5)
  assert.equal(a.cpu, 1)
})

test('a wrong answer gets no time', async () => {
  for (const loss of [1.01, 0.99, Number.NaN, 2]) {
    const { a } = await measure(player('a', { loss }))
    assert.equal(a.status, 'wrong')
    assert.equal(a.ms, undefined)
  }
})

test('an engine that cannot do the work says why and is not asked to', async () => {
  const idle = player('a', { cannot: 'no Adam' })
  const { a } = await measure(idle)
  assert.deepEqual(a, { status: 'cannot', reason: 'no Adam' })
  assert.ok(!idle.asked.some((request) => request.do === 'step'))
})

test('an engine that fails at any moment leaves the others their times', async () => {
  for (const failAfter of [0, 1, 3, 8, 15]) {
    const results = await measure(player('a', { failAfter }), player('b'))
    assert.equal(results.a.status, 'failed')
    assert.equal(results.a.ms, undefined)
    assert.equal(results.b.ms.median, 1)
  }
})

test('step counts are multiples of the unit and stay below the limit', async () => {
  const fast = player('a', { ms: 0.001, unit: 30 })
  const { a } = await measure(fast)
  assert.equal(a.steps, 390)
  const counts = fast.asked.filter((request) => request.do === 'step').map(({ count }) => count)
  // The check runs one pass; every other run is whole units.
  for (const count of counts.slice(1)) assert.equal(count % 30, 0)
})

test('every turn starts over, and engines take turns', async () => {
  const order = []
  const watched = ['a', 'b'].map((id) => {
    const made = player(id, { ms: 50 })
    const { ask } = made.child
    made.child.ask = (request) => {
      order.push(`${id} ${request.do}`)
      return ask(request)
    }
    return made
  })
  await measure(...watched)
  const turn = (id) => [`${id} reset`, `${id} step`, `${id} step`]
  assert.deepEqual(order.slice(-8, -2), [...turn('a'), ...turn('b')])
})
