import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cases, selectCases } from '../cases/index.mjs'
import { selectEngines } from '../engines/index.mjs'
import { batchesOf, fingerprint, makeData, makeWeights, targets, transpose } from '../lib/data.mjs'
import { uniform } from '../lib/random.mjs'
import { gemmChecksum } from '../lib/wasm-hooks.mjs'

test('the random numbers are even, and streams differ', () => {
  const count = 100_000
  const bins = new Array(10).fill(0)
  let together = 0
  for (let i = 0; i < count; i++) {
    bins[Math.floor(10 * uniform(3, i))]++
    together += (uniform(3, i) - 0.5) * (uniform(4, i) - 0.5)
  }
  for (const bin of bins) assert.ok(Math.abs(bin - count / 10) < 500, `${bin} of ${count} in a tenth`)
  assert.ok(Math.abs(together / count) < 0.002)
})

test('data is the same on every call, and any change shows in the fingerprint', () => {
  const testCase = cases[1]
  const print = (change = () => {}) => {
    const parts = [makeData(testCase), makeWeights(testCase)]
    change(...parts)
    return fingerprint(...parts)
  }
  assert.equal(print(), print())
  const changes = [(data) => data.x[7]++, (data) => data.labels[0]++, (_, weights) => weights[1].bias[2]++]
  for (const change of changes) assert.notEqual(print(change), print())
})

test('every class occurs, and every label is a class', () => {
  for (const testCase of cases) {
    const { labels, classes } = makeData(testCase)
    assert.deepEqual(
      [...new Set(labels)].sort((a, b) => a - b),
      Array.from({ length: classes }, (_, i) => i),
    )
  }
})

test('targets are one-hot rows, or the labels themselves for one output', () => {
  const data = { rows: 2, classes: 3, labels: Int32Array.of(2, 0) }
  assert.deepEqual([...targets({ loss: 'softmaxCrossentropy' }, data)], [0, 0, 1, 1, 0, 0])
  assert.deepEqual([...targets({ loss: 'sigmoidCrossentropy' }, { ...data, labels: Int32Array.of(1, 0) })], [1, 0])
})

test('transpose and batches', () => {
  assert.deepEqual([...transpose(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)], [1, 4, 2, 5, 3, 6])
  const batches = batchesOf(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, { batchSize: 2, batches: 2 })
  assert.deepEqual(
    batches.map((batch) => [...batch]),
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
  )
})

test('names that match nothing are refused with those that there are', () => {
  assert.throws(() => selectCases(['99-1']), /no workload matches "99-1".*2-8-1 b4/)
  assert.throws(() => selectEngines(['tensorflow']), /no engine is called "tensorflow".*tfjs-wasm/)
  assert.deepEqual(
    selectCases(['64-64']).map(({ name }) => name),
    ['64-64-64-10 b32'],
  )
})

test('the checksum of a product does not depend on how the operands are stored when they are symmetric in it', () => {
  // 1×1×1: A[0] = -5/8, B[0] = -6/8, weight -3.
  for (const transA of [false, true]) assert.equal(gemmChecksum(transA, false, 1, 1, 1), (30 / 64) * -3)
  assert.notEqual(gemmChecksum(true, false, 5, 4, 3), gemmChecksum(false, false, 5, 4, 3))
})
