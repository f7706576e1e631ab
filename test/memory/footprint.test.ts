/** What a model makes the memory grow by, from nothing to the first steps, against what training must have. */

import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => vi.resetModules())

/**
 * Not in proportion to a model: 60 KB that stay free for small blocks, at most 320 KB in which products pack, and for each large block what is left of
 * its last page of memory.
 */
const CONSTANT = 400 * 1024

/** Numbers that training cannot do without: parameters with gradients and state, values, the largest gradients that meet, labels. */
function least(sizes: readonly number[], rows: number, slots: number): number {
  const hidden = [...sizes.slice(1), 0]
  const parameters = sizes.slice(1).reduce((sum, units, i) => sum + units * ((sizes[i] ?? 0) + 1), 0)
  const values = sizes.reduce((sum, width) => sum + width, 0)
  const gradients = Math.max(...hidden.slice(1).map((width, i) => width + (hidden[i] ?? 0)))
  return parameters * (2 + slots) + rows * (values + gradients + 1)
}

/** As in the benchmarks. */
const workloads = [
  [[2, 8, 1], 4],
  [[24, 16, 4], 16],
  [[64, 64, 64, 10], 32],
  [[784, 32, 10], 32],
  [[784, 128, 10], 128],
  [[784, 512, 512, 10], 32],
  [[784, 512, 512, 10], 128],
] as const

const cases = workloads.flatMap(([sizes, rows]) =>
  (['adam', 'rmsprop', 'sgd'] as const).map((optimizer) => [sizes.join('-'), rows, optimizer, sizes] as const),
)

it.each(cases)('%s, batches of %i, %s', async (_, rows, optimizer, sizes) => {
  // An instance of its own: memory never shrinks, so that what it has grown by is the most that was ever in use.
  vi.resetModules()
  const { dense, runtime, sequential } = await import('../../ts/index.ts')
  const bytes = () => runtime().memoryBytes
  sequential({ inputShape: [1], layers: [dense({ units: 1 })] }).dispose()
  const before = bytes()
  const classes = sizes.at(-1) ?? 1
  const layers = sizes.slice(1).map((units, i) => {
    const last = i === sizes.length - 2
    return dense({ units, activation: last ? (classes > 1 ? 'softmax' : 'sigmoid') : 'relu' })
  })
  const model = sequential({ inputShape: [sizes[0]], seed: 1, layers })
  model.compile({ optimizer, loss: classes > 1 ? 'sparseCategoricalCrossentropy' : 'binaryCrossentropy' })
  const [x, y] = [new Float32Array(rows * sizes[0]).fill(0.5), new Float32Array(rows)]
  for (let i = 0; i < 3; i++) model.trainOnBatch(x, y)
  const data = x.byteLength + y.byteLength
  const grown = bytes() - before - data
  const theory = 4 * least(sizes, rows, { adam: 2, rmsprop: 1, sgd: 0 }[optimizer])
  expect(grown).toBeLessThan(1.06 * theory + CONSTANT)
  if (theory > 1.5e6) expect(grown / theory).toBeLessThan(1.3)
})
