/** What comes in chunks trains as it would in one piece. */

import { describe, expect, it } from 'vitest'
import {
  adam,
  batchNormalization,
  concatenate,
  dense,
  dropout,
  input,
  model,
  sequential,
  stepDecay,
} from '../../../ts/index.ts'
import { allWeights, blobs, classifier } from '../support.ts'
import { cut, later } from './support.ts'

const { x, y } = blobs(103)

/** A model in which every source of chance and every kind of state takes part. */
const full = () => {
  const made = sequential({
    inputShape: [2],
    seed: 5,
    layers: [
      dense({ units: 9, activation: 'tanh' }),
      batchNormalization(),
      dropout({ rate: 0.3 }),
      dense({ units: 3, activation: 'softmax' }),
    ],
  })
  const learningRate = stepDecay({ initialLearningRate: 0.02, stepSize: 5, gamma: 0.9 })
  made.compile({
    optimizer: adam({ learningRate }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy', 'auc', 'f1', 'precision'],
  })
  return made
}

/** Deals the rows out, so that what batches consist of matters. */
const options = { epochs: 3, batchSize: 8 }

describe('fitDataset', () => {
  it.each([[[1]], [[7]], [[8]], [[50, 1, 3]], [[103]], [[1000]], [[8, 16, 24]]])(
    'gives the bits of fit without shuffling, from chunks of %j rows',
    async (sizes) => {
      const [whole, pieces] = [full(), full()]
      const validationData = [x.subarray(0, 40), y.subarray(0, 20)] as const
      const expected = await whole.fit(x, y, { ...options, shuffle: false, validationData })
      const history = await pieces.fitDataset(() => later(cut(x, y, sizes)), { ...options, validationData })
      expect(history).toEqual(expected)
      expect(allWeights(pieces)).toEqual(allWeights(whole))
      // The optimizer's state and the number of epochs as well.
      expect(pieces.toBytes()).toEqual(whole.toBytes())
    },
  )

  it('takes every kind of source', async () => {
    const whole = classifier()
    await whole.fit(x, y, { batchSize: 8, shuffle: false })
    const chunks = [...cut(x, y, [10])]
    const sources = {
      array: chunks,
      generator: cut(x, y, [10]),
      asyncGenerator: later(chunks),
      function: () => chunks,
      asyncFunction: async () => later(chunks),
      promises: chunks.map((chunk) => Promise.resolve(chunk)) as never,
      readable: new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      }),
      reader: Object.assign(Object.create(null), {
        locked: false,
        getReader: () =>
          new ReadableStream({
            start(controller) {
              for (const chunk of chunks) controller.enqueue(chunk)
              controller.close()
            },
          }).getReader(),
      }),
      records: chunks.map(([a, b]) => ({ x: a, y: b })),
      withEmptyOnes: chunks.flatMap((chunk) => [[[], []] as never, chunk]),
      nested: [[Array.from({ length: 103 }, (_, i) => [...x.subarray(2 * i, 2 * i + 2)]), [...y]] as const],
    }
    for (const [name, source] of Object.entries(sources)) {
      const pieces = classifier()
      await pieces.fitDataset(source, { batchSize: 8 })
      expect(allWeights(pieces), name).toEqual(allWeights(whole))
    }
  })

  it('takes weights of rows and classes', async () => {
    const sampleWeight = Float32Array.from(y, (_, i) => (i % 5) / 2)
    const classWeight = { 0: 2, 2: 0.5 }
    const [whole, pieces] = [full(), full()]
    const expected = await whole.fit(x, y, { ...options, shuffle: false, sampleWeight, classWeight })
    const source = () =>
      [0, 25, 70].map((at, i, all) => {
        const end = all[i + 1] ?? 103
        return { x: x.subarray(2 * at, 2 * end), y: y.subarray(at, end), sampleWeight: sampleWeight.subarray(at, end) }
      })
    expect(await pieces.fitDataset(source, { ...options, classWeight })).toEqual(expected)
    expect(allWeights(pieces)).toEqual(allWeights(whole))
  })

  it('takes records for several inputs and outputs', async () => {
    const make = () => {
      const [a, b] = [input({ shape: [2] }), input({ shape: [1] })]
      const hidden = dense({ units: 6, activation: 'tanh' }).apply(concatenate().apply([a, b]))
      const outputs = {
        kind: dense({ units: 3, activation: 'softmax' }).apply(hidden),
        size: dense({ units: 1 }).apply(hidden),
      }
      const made = model({ inputs: { a, b }, outputs, seed: 3 })
      made.compile({
        optimizer: 'adam',
        loss: { kind: 'sparseCategoricalCrossentropy', size: 'meanSquaredError' },
        metrics: { kind: ['accuracy'], size: ['r2'] },
      })
      return made
    }
    const b = Float32Array.from(y, (label) => label / 3)
    const size = Float32Array.from(y, (label, i) => label + (i % 7) / 7)
    const [whole, pieces] = [make(), make()]
    const sampleWeight = { size: Float32Array.from(size, (value) => value + 1) }
    const expected = await whole.fit({ a: x, b }, { kind: y, size }, { ...options, shuffle: false, sampleWeight })
    const chunk = (from: number, to: number) => ({
      x: { a: x.subarray(2 * from, 2 * to), b: b.subarray(from, to) },
      y: { kind: y.subarray(from, to), size: size.subarray(from, to) },
      sampleWeight: { size: sampleWeight.size.subarray(from, to) },
    })
    const source = [chunk(0, 30), chunk(30, 31), chunk(31, 103)]
    expect(await pieces.fitDataset(source, options)).toEqual(expected)
    expect(allWeights(pieces)).toEqual(allWeights(whole))
  })

  it('goes on where an earlier training stopped', async () => {
    const [once, twice] = [full(), full()]
    const source = () => cut(x, y, [9])
    const shuffleRows = 20
    await once.fitDataset(source, { ...options, epochs: 4, shuffleRows })
    await twice.fitDataset(source, { ...options, epochs: 2, shuffleRows })
    await twice.fitDataset(source, { ...options, epochs: 4, initialEpoch: 2, shuffleRows })
    expect(twice.toBytes()).toEqual(once.toBytes())
  })
})

describe('a validation that comes in chunks', () => {
  it('gives the figures of one in memory', async () => {
    const held = blobs(700, { seed: 9 })
    const validationData = [held.x, held.y] as const
    const sources = [() => later(cut(held.x, held.y, [100, 1])), () => cut(held.x, held.y, [257])]
    for (const source of sources) {
      const [whole, pieces] = [full(), full()]
      const expected = await whole.fit(x, y, { ...options, shuffle: false, validationData })
      const history = await pieces.fitDataset(() => cut(x, y, [20]), { ...options, validationData: source })
      expect(history).toEqual(expected)
      expect(Object.keys(history.logs)).toContain('val_auc')
    }
  })
})

describe('shuffleRows', () => {
  const trained = async (shuffleRows: number, sizes: readonly number[], seed = 5) => {
    const made = sequential({ inputShape: [2], seed, layers: [dense({ units: 3, activation: 'softmax' })] })
    made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' })
    made.setWeights({ 'dense/kernel': { data: new Float32Array(6).fill(0.1), shape: [2, 3] } })
    await made.fitDataset(() => cut(x, y, sizes), { ...options, shuffleRows })
    return allWeights(made)
  }

  it('for all rows is the order of fit', async () => {
    for (const shuffleRows of [103, 500]) {
      const [whole, pieces] = [full(), full()]
      const expected = await whole.fit(x, y, options)
      expect(await pieces.fitDataset(() => cut(x, y, [10]), { ...options, shuffleRows })).toEqual(expected)
      expect(pieces.toBytes()).toEqual(whole.toBytes())
    }
  })

  it('gives an order that depends on the seed, and not on the chunks', async () => {
    const base = await trained(30, [10])
    expect(await trained(30, [1, 50])).toEqual(base)
    expect(await trained(30, [103])).toEqual(base)
    expect(await trained(30, [10], 6)).not.toEqual(base)
    expect(await trained(29, [10])).not.toEqual(base)
    expect(await trained(0, [10])).not.toEqual(base)
  })
})
