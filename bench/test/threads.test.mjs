// When several threads count as slower than one, and when they do not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadTable } from '../lib/report.mjs'
import { compareThreads, medianInterval, threadPairs } from '../lib/threads.mjs'

test('the interval of a median is that of the sign test', () => {
  const first = (count) => Array.from({ length: count }, (_, i) => count - i)
  assert.deepEqual(medianInterval(first(9)), [2, 8])
  assert.deepEqual(medianInterval(first(15)), [4, 12])
  assert.deepEqual(medianInterval(first(3)), [1, 3])
  assert.deepEqual(medianInterval([7]), [7, 7])
})

const timed = (loss, rounds) => ({ loss, ms: { rounds } })
const nine = (value) => Array.from({ length: 9 }, (_, i) => value * (1 + (i - 4) / 1000))

test('slower only beyond noise', () => {
  const one = timed(0.5, nine(1))
  const slow = compareThreads(one, timed(0.5, nine(1.1)))
  assert.ok(slow.slower && slow.ratio < 0.92 && slow.interval[1] < 1)
  assert.equal(compareThreads(one, timed(0.5, nine(1.01))).slower, false)
  assert.equal(compareThreads(one, timed(0.5, nine(0.6))).slower, false)
  // A tenth slower in the middle, but faster in a third of the rounds.
  const wild = [0.5, 0.5, 0.5, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1]
  assert.equal(compareThreads(timed(0.5, Array(9).fill(1)), timed(0.5, wild)).slower, false)
})

test('a bit is a bit', () => {
  assert.equal(compareThreads(timed(0.5, nine(1)), timed(0.5, nine(1))).sameBits, true)
  assert.equal(compareThreads(timed(0.5, nine(1)), timed(0.5 + 2 ** -53, nine(1))).sameBits, false)
})

test('each build is compared with itself on one thread', () => {
  const [{ one, several }] = threadPairs(['ravine@relaxed+3'], 2)
  assert.deepEqual([one.id, one.options.threads, several.options.threads], ['ravine@relaxed', 1, 3])
  assert.equal(threadPairs([], 4)[0].several.id, 'ravine@auto+4')
  for (const id of ['ravine', 'jax-js', 'ravine@relaxed', 'ravine@relaxed+1'])
    assert.throws(() => threadPairs([id], 2), /threads compares builds of ravine with themselves/)
})

test('the table names what is to look at', () => {
  const row = {
    id: 'ravine@simd+2',
    one: 1,
    several: 0.6,
    ratio: 1.66,
    interval: [1.6, 1.7],
    sameBits: true,
    slower: false,
  }
  const good = threadTable({ workloads: [{ name: 'a', rows: [row] }] }).join('\n')
  assert.match(good, /1\.66× +1\.60× … 1\.70× +ok/)
  assert.match(good, /no workload is slower/)
  const bad = threadTable({
    workloads: [
      {
        name: 'a',
        rows: [
          { ...row, slower: true },
          { ...row, sameBits: false },
          { id: 'x', reason: 'gone' },
        ],
      },
    ],
  }).join('\n')
  for (const word of ['SLOWER', 'OTHER BITS', 'gone', '3 to look at']) assert.ok(bad.includes(word), word)
})
