/** Random models on random data in random pieces: the bits are those of one piece. */

import { expect, it } from 'vitest'
import { VOCABULARY } from '../../ts/generated/vocabulary.ts'
import * as ravine from '../../ts/index.ts'
import { Chance, EFFORT } from './arbitrary.ts'

/** Losses whose labels may be 0 and 1 in every column, for any output. */
const LOSSES = Object.keys(VOCABULARY.loss).filter((name) => !name.startsWith('sparse'))
const METRICS = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'meanAbsoluteError',
  'rootMeanSquaredError',
  'r2',
] as const

function make(chance: Chance) {
  const features = chance.whole(1, 5)
  const units = chance.whole(1, 4)
  const layers = () => [
    ravine.dense({ units: chance.whole(1, 9), activation: chance.pick(['relu', 'tanh', 'gelu'] as const) }),
    ...(chance.once(3) ? [ravine.batchNormalization()] : []),
    ...(chance.once(3) ? [ravine.dropout({ rate: 0.2 })] : []),
    ravine.dense({ units, activation: chance.once(2) ? 'sigmoid' : 'softmax' }),
  ]
  const model = ravine.sequential({ inputShape: [features], seed: chance.whole(0, 1e6), layers: layers() })
  model.compile({
    optimizer: chance.pick(['sgd', 'adam', 'rmsprop'] as const),
    loss: chance.pick(LOSSES.filter((name) => units > 1 || !name.startsWith('categorical'))) as ravine.LossName,
    metrics: METRICS.filter(() => chance.once(3)),
    ...(chance.once(4) && { clipNorm: 1 }),
  })
  return { model, features, units }
}

it.each(Array.from({ length: 120 * EFFORT }, (_, i) => i))('series %i', async (seed) => {
  const chance = new Chance(7_000_000 + seed)
  const { model: whole, features, units } = make(chance)
  const pieces = whole.clone()
  const rows = chance.whole(1, 120)
  const x = Float32Array.from({ length: rows * features }, () => 2 * chance.unit() - 1)
  const y = Float32Array.from({ length: rows * units }, () => chance.whole(0, 1))
  const weights = chance.once(3) ? Float32Array.from({ length: rows }, () => chance.unit()) : undefined
  const batchSize = chance.pick([1, 2, 7, 32, 200])
  const epochs = chance.whole(1, 3)
  const shuffleRows = chance.once(3) ? rows + chance.whole(0, 9) : 0
  const part = (array: Float32Array, width: number, from: number, to: number) =>
    array.subarray(from * width, to * width)
  const source = function* () {
    for (let at = 0; at < rows; ) {
      const to = Math.min(rows, at + chance.whole(0, chance.pick([1, 10, 100])))
      const chunk = { x: part(x, features, at, to), y: part(y, units, at, to) }
      yield weights ? { ...chunk, sampleWeight: part(weights, 1, at, to) } : chunk
      at = to
    }
  }
  const common = { epochs, batchSize, yieldEvery: chance.pick([0, 12, Number.POSITIVE_INFINITY]) }
  const validated = chance.once(3)
  const validationData = () => [[x, y] as const].values()
  const outcome = async (work: () => Promise<ravine.History>) => {
    try {
      return await work()
    } catch (error) {
      // Of a loss that does not suit the numbers: then both must stop at the same batch.
      if (!(error instanceof ravine.NumericalError)) throw error
      return { epoch: error.epoch, batch: error.batch, layer: error.layer }
    }
  }
  const expected = await outcome(() =>
    whole.fit(x, y, {
      ...common,
      shuffle: shuffleRows > 0,
      sampleWeight: weights,
      validationData: validated ? [x, y] : undefined,
    }),
  )
  const found = await outcome(() =>
    pieces.fitDataset(source, { ...common, shuffleRows, validationData: validated ? validationData : undefined }),
  )
  expect(found).toEqual(expected)
  expect(pieces.toBytes()).toEqual(whole.toBytes())
  whole.dispose()
  pieces.dispose()
})
