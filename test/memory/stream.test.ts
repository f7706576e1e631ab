/** Memory does not grow with the length of a stream. */

import { expect, it } from 'vitest'
import { dense, runtime, sequential } from '../../ts/index.ts'
import { blobs, classifier } from '../model/support.ts'

const bytes = () => runtime().memoryBytes

/** So many chunks, each of memory of its own, so that they are garbage as soon as they are used. */
function* chunks(count: number, rows: number, width: number) {
  for (let i = 0; i < count; i++) {
    yield [
      Float32Array.from({ length: rows * width }, (_, j) => Math.sin(i + j)),
      Int32Array.from({ length: rows }, (_, j) => (i + j) % 3),
    ] as const
  }
}

it('a long stream takes no more than a short one', async () => {
  const width = 50
  const model = sequential({ inputShape: [width], seed: 1, layers: [dense({ units: 3, activation: 'softmax' })] })
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy', 'f1'] })
  const options = { batchSize: 64, shuffleRows: 5000, validationData: () => chunks(20, 500, width) }
  // Twice, for blocks may lie differently the second time.
  for (let i = 0; i < 2; i++) await model.fitDataset(() => chunks(20, 500, width), options)
  const before = bytes()
  // 80 MB of rows.
  await model.fitDataset(() => chunks(800, 500, width), options)
  expect(bytes()).toBe(before)
  expect(before).toBeLessThan(12e6)
  model.dispose()
}, 60_000)

it('nor does one large chunk', async () => {
  const rows = 400_000
  const { x, y } = blobs(rows)
  const model = classifier()
  await model.fitDataset([[x.subarray(0, 2000), y.subarray(0, 1000)]], { batchSize: 100 })
  const before = bytes()
  await model.fitDataset([[x, y]], { batchSize: 100 })
  expect(bytes()).toBe(before)
  model.dispose()
})

it('of metrics auc alone keeps what it has seen, 28 bytes a row of one column', async () => {
  const rows = 600_000
  const x = Float32Array.from({ length: rows }, (_, i) => Math.sin(i))
  const y = Float32Array.from(x, (value) => Number(value > 0.3))
  const train = async (metrics: 'auc' | 'accuracy', parts: number) => {
    const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1, activation: 'sigmoid' })] })
    model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy', metrics: [metrics] })
    const size = rows / parts
    const source = Array.from(
      { length: parts },
      (_, i) => [x.subarray(i * size, (i + 1) * size), y.subarray(i * size, (i + 1) * size)] as const,
    )
    const history = await model.fitDataset(source, { batchSize: 100 })
    model.dispose()
    return history
  }
  await train('accuracy', 10)
  const before = bytes()
  await train('accuracy', 100)
  expect(bytes()).toBe(before)
  const { logs } = await train('auc', 100)
  const grown = bytes() - before
  expect(grown).toBeGreaterThan(0)
  // Room grows by a half at a time, and blocks are copied when they do.
  expect(grown).toBeLessThan(28 * rows * 4)
  const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1, activation: 'sigmoid' })] })
  model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy', metrics: ['auc'] })
  expect((await model.fit(x, y, { batchSize: 100, shuffle: false })).logs.auc).toEqual(logs.auc)
})

it('stays flat over streams that fail, stop or are aborted', async () => {
  const { x, y } = blobs(40)
  const model = classifier()
  const controller = new AbortController()
  controller.abort()
  const round = async (i: number) => {
    const source = function* () {
      yield [x, y] as const
      if (i % 3 === 0) throw new Error('no')
      yield [x, i % 3 === 1 ? Int32Array.of(9) : y] as const
    }
    const options = { batchSize: 7, shuffleRows: i % 2 ? 0 : 30, ...(i % 5 === 0 && { signal: controller.signal }) }
    const validationData = () => source()
    await model.fitDataset(source, { ...options, validationData }).catch(() => {})
  }
  for (let i = 0; i < 30; i++) await round(i)
  const before = bytes()
  for (let i = 0; i < 600; i++) await round(i)
  expect(bytes()).toBe(before)
})

it('a buffer that does not fit in memory is a clear error', async () => {
  const { x, y } = blobs(40)
  await expect(classifier().fitDataset([[x, y]], { shuffleRows: 2e9 })).rejects.toThrow(
    /2000008\d{3} rows of 2 \+ 1 numbers take 22\.4 GiB; WebAssembly can address 4 GiB\. Use a smaller shuffleRows/,
  )
})
