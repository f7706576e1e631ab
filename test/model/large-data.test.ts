/** Data that is copied in pieces, with turns for the event loop in between. */

import { expect, it } from 'vitest'
import { StateError } from '../../ts/index.ts'
import { failureOf, regression } from './support.ts'

/** Pieces have 2^18 numbers: these are 16. */
const ROWS = 40_000
const WIDTH = 104
const PIECES = 16
const x = Array.from({ length: ROWS }, (_, row) => Array.from({ length: WIDTH }, (_, i) => Math.sin(row + i)))
const y = new Float32Array(ROWS)
const large = { batchSize: 'full', yieldEvery: 0 } as const

/** How many turns the event loop has while something is under way. */
async function turns(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const tick = () => {
    count++
    pending = setImmediate(tick)
  }
  let pending = setImmediate(tick)
  try {
    await work()
  } finally {
    clearImmediate(pending)
  }
  return count
}

it('is so in fit, in evaluate, and for what fitDataset validates on', async () => {
  const model = regression({ features: WIDTH })
  const { loss } = await model.evaluate(x, y, { batchSize: 'full' })
  expect(await turns(async () => expect((await model.evaluate(x, y, large)).loss).toBe(loss))).toBeGreaterThanOrEqual(
    PIECES,
  )
  expect(await turns(() => model.fit(x, y, large))).toBeGreaterThanOrEqual(PIECES)
  const one = [x.slice(0, 1), [0]] as [number[][], number[]]
  // Before the first epoch begins.
  let begun = () => {}
  const beginning = new Promise<void>((resolve) => {
    begun = resolve
  })
  const training = model.fitDataset([one], {
    yieldEvery: 0,
    validationData: [x, y],
    callbacks: { onTrainBegin: () => begun() },
  })
  expect(await turns(() => beginning)).toBeGreaterThanOrEqual(PIECES)
  await training
})

it('may be aborted, and the model compiled or disposed, meanwhile', async () => {
  const model = regression({ features: WIDTH })
  const controller = new AbortController()
  const aborted = model.evaluate(x, y, { ...large, signal: controller.signal })
  controller.abort('stop')
  await expect(aborted).rejects.toBe('stop')
  const compiled = failureOf(() => model.evaluate(x, y, large))
  model.compile({ optimizer: 'sgd', loss: 'meanAbsoluteError' })
  expect(await compiled).toBeInstanceOf(StateError)
  expect((await compiled).message).toBe('evaluate: the model was compiled anew while it was evaluated')
  const disposed = failureOf(() => model.evaluate(x, y, large))
  model.dispose()
  expect(await disposed).toBeInstanceOf(StateError)
  expect((await disposed).message).toMatch(/^evaluate: the model was disposed/)
})

it('is searched piece by piece, and rows are counted from the first, in a held-back part too', async () => {
  const model = regression({ features: 2 })
  // Pieces are of some 80,000 rows.
  const rows = 400_000
  const [features, labels] = [new Float32Array(2 * rows), new Float32Array(rows)]
  const wrong = async (array: Float32Array, at: number, options: { validationSplit?: number; yieldEvery?: number }) => {
    array[at] = Number.NaN
    const error = await failureOf(() => model.fit(features, labels, { checkData: true, batchSize: 'full', ...options }))
    array[at] = 0
    return error.message
  }
  for (const options of [{}, { yieldEvery: 0 }, { validationSplit: 0.9 }]) {
    expect(await wrong(features, 2 * rows - 1, options)).toMatch(/^fit: x: row 399999, column 1 is NaN/)
    expect(await wrong(labels, rows - 2, options)).toMatch(/^fit: y: row 399998 is NaN/)
    expect(await wrong(features, 2 * 200_001, options)).toMatch(/^fit: x: row 200001, column 0 is NaN/)
  }
  const [few, one] = [features.subarray(0, 20), labels.subarray(0, 10)]
  few[19] = Number.NaN
  const small = model.fit(few, one, { checkData: true, validationSplit: 0.2 })
  await expect(small).rejects.toThrow(/^fit: x: row 9, column 1 is NaN/)
})

it('is copied at once where it is small', async () => {
  const model = regression()
  const [a, b] = [new Float32Array(20).fill(1), new Float32Array(10)]
  const { loss } = await model.evaluate(a, b)
  const evaluation = model.evaluate(a, b)
  a.fill(9)
  expect((await evaluation).loss).toBe(loss)
})
