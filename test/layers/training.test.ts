/** What every layer does within a model: one row for each, one set of tests for all. */

import { describe, expect, it } from 'vitest'
import { VOCABULARY } from '../../ts/generated/vocabulary.ts'
import {
  activation,
  add,
  batchNormalization,
  concatenate,
  dense,
  dropout,
  gaussianNoise,
  input,
  type Layer,
  lambda,
  layerNormalization,
  type Matrix,
  Model,
  maxout,
  model,
  prelu,
  randomNormal,
  sgd,
  slice,
  tiedDense,
} from '../../ts/index.ts'
import { allWeights, randomNumbers } from '../model/support.ts'

/** Of `x` the first half of the columns and the cube of the second, as a layer of the user's own. */
const cubes = () =>
  lambda({
    units: 2,
    forward(x, y) {
      for (let i = 0; i < y.length; i++) y[i] = (x[2 * i] ?? 0) + (x[2 * i + 1] ?? 0) ** 3
    },
    backward(x, _, dy, dx) {
      for (let i = 0; i < dy.length; i++) {
        dx[2 * i] = dy[i] ?? 0
        dx[2 * i + 1] = 3 * (x[2 * i + 1] ?? 0) ** 2 * (dy[i] ?? 0)
      }
    },
  })

/** How a layer is used: on values of width 4, and what weights that makes. */
const ROWS: {
  name: string
  make: (before: Layer) => Layer
  several?: boolean
  random?: boolean
  weights: Record<string, [number, number]>
}[] = [
  {
    name: 'dense',
    make: () => dense({ units: 3, activation: 'gelu', kernelRegularizer: 'l2', activityRegularizer: 'l2' }),
    weights: { kernel: [4, 3], bias: [1, 3] },
  },
  {
    name: 'dense',
    make: () => dense({ units: 5, useBias: false, activation: 'softmax' }),
    weights: { kernel: [4, 5] },
  },
  { name: 'activation', make: () => activation('silu'), weights: {} },
  { name: 'activation', make: () => activation('softmax'), weights: {} },
  { name: 'prelu', make: () => prelu({ alphaRegularizer: 'l2' }), weights: { alpha: [1, 4] } },
  {
    name: 'maxout',
    make: () =>
      maxout({ units: 3, pieces: 2, kernelRegularizer: 'l2', biasInitializer: randomNormal({ standardDeviation: 1 }) }),
    weights: { kernel: [4, 6], bias: [1, 6] },
  },
  { name: 'dropout', make: () => dropout({ rate: 0.4 }), random: true, weights: {} },
  { name: 'gaussianNoise', make: () => gaussianNoise({ standardDeviation: 0.3 }), random: true, weights: {} },
  {
    name: 'batchNormalization',
    make: () => batchNormalization({ momentum: 0.5 }),
    weights: { gamma: [1, 4], beta: [1, 4], movingMean: [1, 4], movingVariance: [1, 4] },
  },
  {
    name: 'batchNormalization',
    make: () => batchNormalization({ center: false, scale: false }),
    weights: { movingMean: [1, 4], movingVariance: [1, 4] },
  },
  { name: 'layerNormalization', make: () => layerNormalization(), weights: { gamma: [1, 4], beta: [1, 4] } },
  { name: 'slice', make: () => slice({ start: 1, width: 2 }), weights: {} },
  // Tied to `before`, whose kernel is [3, 4].
  {
    name: 'tiedDense',
    make: (before) => tiedDense({ tiedTo: before, activation: 'silu', activityRegularizer: 'l2' }),
    weights: { bias: [1, 3] },
  },
  { name: 'lambda', make: () => cubes(), weights: {} },
  { name: 'concatenate', make: () => concatenate(), several: true, weights: {} },
  { name: 'add', make: () => add(), several: true, weights: {} },
]

const random = randomNumbers(3)
const x = Float32Array.from({ length: 6 * 3 }, () => 2 * random() - 1)
const y = Float32Array.from({ length: 6 * 2 }, () => 2 * random() - 1)

/** `3 → 4 → the layer → 2`; a layer of several values gets that value and another. */
function build(row: (typeof ROWS)[number], rate = 0.05) {
  const source = input({ shape: [3] })
  const first = dense({ units: 4, activation: 'tanh', name: 'before', biasInitializer: randomNormal() })
  const before = first.apply(source)
  const other = dense({ units: 4, name: 'other' })
  const layer = row.make(first)
  const value = layer.apply(row.several ? [before, other.apply(source)] : before)
  const net = model({ inputs: source, outputs: dense({ units: 2, name: 'after' }).apply(value), seed: 11 })
  net.compile({ optimizer: sgd({ learningRate: rate }), loss: 'meanSquaredError' })
  return { net, layer }
}

it('every layer of the vocabulary has a row', () => {
  expect(new Set(ROWS.map((row) => row.name))).toEqual(new Set(Object.keys(VOCABULARY.layer)))
})

describe.each(ROWS)('$name $weights', (row) => {
  it('has its weights', () => {
    const { net, layer } = build(row)
    const own = Object.entries(net.getWeights()).filter(([key]) => key.startsWith(`${layer.name}/`))
    expect(Object.fromEntries(own.map(([key, { shape }]) => [key.slice(layer.name.length + 1), shape]))).toEqual(
      row.weights,
    )
  })

  it('has gradients that are those of the loss', () => {
    if (row.random) return
    const { net } = build(row)
    const { gradients } = net.gradients(x, y)
    const weights = net.getWeights()
    const learned = Object.keys(weights).filter((key) => !key.includes('/moving'))
    expect(Object.keys(gradients)).toEqual(learned)
    // Five points: the error of the formula is of fourth order, that of single precision about 1e-5.
    const step = 1 / 64
    for (const key of learned) {
      const { data, shape } = weights[key] as Matrix
      data.forEach((value, i) => {
        const at = (w: number) => {
          const moved = data.slice()
          moved[i] = w
          net.setWeights({ ...weights, [key]: { data: moved, shape } })
          return net.gradients(x, y).loss
        }
        const difference = (width: number) => at(value + width) - at(value - width)
        const slope = (8 * difference(step) - difference(2 * step)) / (12 * step)
        expect(gradients[key]?.data[i], `${key}[${i}]`).toBeCloseTo(slope, 3)
      })
    }
  })

  it('learns with the rest, and the loss falls', async () => {
    const { net } = build(row)
    const before = (await net.evaluate(x, y)).loss ?? 0
    await net.fit(x, y, { epochs: 150, batchSize: 6 })
    expect((await net.evaluate(x, y)).loss).toBeLessThan(0.9 * before)
  })

  it('goes on with the same bits after a save', async () => {
    const { net, layer } = build(row)
    await net.fit(x, y, { epochs: 3, batchSize: 4 })
    const copy = Model.fromBytes(net.toBytes(), { custom: layer.kind === 'lambda' ? [layer] : [] })
    await net.fit(x, y, { epochs: 3, batchSize: 4 })
    await copy.fit(x, y, { epochs: 3, batchSize: 4 })
    expect(allWeights(copy)).toEqual(allWeights(net))
    expect(copy.predict(x)).toEqual(net.predict(x))
  })

  it('keeps its bits while it is frozen', async () => {
    const { net, layer } = build(row)
    await net.fit(x, y, { epochs: 2, batchSize: 4 })
    layer.trainable = false
    net.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    const own = () => Object.entries(net.getWeights()).filter(([key]) => key.startsWith(`${layer.name}/`))
    const before = own()
    const others = allWeights(net)
    await net.fit(x, y, { epochs: 2, batchSize: 4 })
    expect(own()).toEqual(before)
    expect(allWeights(net)).not.toEqual(others)
  })

  it('predicts the same every time, and trains at random only if it is meant to', () => {
    const { net } = build(row, 0)
    expect(net.predict(x)).toEqual(net.predict(x))
    const losses = [1, 2, 3].map(() => net.trainOnBatch(x, y).loss)
    expect(new Set(losses).size > 1).toBe(row.random ?? false)
  })
})
