/**
 * Trainings that between them use every kind of layer, activation, optimizer and loss. `node-versions.test.ts` bundles
 * this file and runs it with every time budget; `test/packaging` runs it on the packed package in every engine and browser.
 */

import {
  type AnyFeatures,
  type AnyPredictions,
  adamw,
  add,
  batchNormalization,
  type Callback,
  concatenate,
  cosineDecay,
  dense,
  dropout,
  type FitOptions,
  gaussianNoise,
  input,
  l1l2,
  layerNormalization,
  linearWarmup,
  type Model,
  maxNorm,
  maxout,
  model,
  prelu,
  rmsprop,
  sequential,
  sgd,
} from '../../ts/index.ts'
import { names } from '../../ts/vocabulary.ts'

const ROWS = 150
const FEATURES = 6

/** Whole numbers that look random, by integer arithmetic alone. */
function scramble(i: number): number {
  let t = Math.imul(i ^ 0x9e3779b9, 0x85ebca6b)
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35)
  return (t ^ (t >>> 16)) >>> 0
}

/** Features from −1 to 1 in steps of 2⁻¹², exact in single precision. */
const x = Float32Array.from({ length: ROWS * FEATURES }, (_, i) => (scramble(i) % 8192) / 4096 - 1)
/** The larger of two features decides the class. */
const classes = Uint8Array.from({ length: ROWS }, (_, i) =>
  (x[i * FEATURES] ?? 0) > (x[i * FEATURES + 1] ?? 0) ? 1 : 0,
)
const heights = Float32Array.from({ length: ROWS }, (_, i) => (x[i * FEATURES] ?? 0) * 2 - (x[i * FEATURES + 2] ?? 0))
/** Labels of 0 and 1, of which each row has exactly one: what every loss of rows accepts. */
const oneHot = Float32Array.from({ length: ROWS * 2 }, (_, i) => Number(classes[i >> 1] === i % 2))

type Pace = Pick<FitOptions, 'callbacks' | 'yieldEvery'>

/** A digest of the weights and of every figure in the history, bit by bit. */
async function digest<X extends AnyFeatures, P extends AnyPredictions>(
  trained: Model<X, P>,
  train: (net: Model<X, P>) => Promise<{ logs: Record<string, Float64Array> }>,
): Promise<string> {
  const { logs } = await train(trained)
  const numbers = [...Object.values(trained.getWeights()).map((matrix) => matrix.data), ...Object.values(logs)]
  trained.dispose()
  const bytes = numbers.flatMap((values) => {
    if (values.some((value) => !Number.isFinite(value))) throw new Error('a training went to infinity')
    return [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
  })
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)))
  return [...hash.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * A digest of all bits of each training.
 *
 * @param budget The time budget: `yieldEvery` in ms, or `batch` for a callback after each batch.
 */
export async function trainings(budget: string): Promise<Record<string, string>> {
  const everyBatch: Callback = { onBatchEnd: () => {} }
  const pace: Pace = budget === 'batch' ? { callbacks: everyBatch } : { yieldEvery: Number(budget) }
  const results: Record<string, string> = {}

  // 10 batches an epoch, 200 steps; shuffling, dropout, running statistics, a schedule, class weights, validation.
  results.classifier = await digest(
    sequential({
      inputShape: [FEATURES],
      seed: 42,
      layers: [
        dense({ units: 24, activation: 'relu', kernelInitializer: 'heNormal', kernelRegularizer: l1l2({ l1: 1e-4 }) }),
        batchNormalization(),
        dropout({ rate: 0.2 }),
        dense({ units: 17, activation: 'tanh', kernelInitializer: 'orthogonal', kernelConstraint: maxNorm() }),
        dense({ units: 2, activation: 'softmax' }),
      ],
    }),
    (net) => {
      const schedule = cosineDecay({ initialLearningRate: 0.01, decaySteps: 200 })
      const learningRate = linearWarmup({ warmupSteps: 20, schedule })
      net.compile({
        optimizer: adamw({ learningRate, amsgrad: true }),
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy', 'auc', 'f1'],
      })
      return net.fit(x, classes, {
        ...pace,
        epochs: 20,
        batchSize: 12,
        validationSplit: 0.2,
        classWeight: { 0: 1, 1: 2 },
      })
    },
  )

  // Layers with learned shapes, noise, normalization by rows, clipping.
  results.regression = await digest(
    sequential({
      inputShape: [FEATURES],
      seed: 7,
      layers: [
        gaussianNoise({ standardDeviation: 0.05 }),
        maxout({ units: 9, pieces: 3 }),
        layerNormalization(),
        dense({ units: 13 }),
        prelu(),
        dense({ units: 1 }),
      ],
    }),
    (net) => {
      net.compile({
        optimizer: rmsprop({ learningRate: 0.003, momentum: 0.9, centered: true }),
        loss: 'huber',
        metrics: ['r2', 'rootMeanSquaredError'],
        clipNorm: 0.5,
      })
      return net.fit(x, heights, { ...pace, epochs: 20, batchSize: 16 })
    },
  )

  // A graph: two inputs, a layer that is used twice, two outputs with weights of their own.
  const left = input({ shape: [FEATURES] })
  const right = input({ shape: [FEATURES] })
  const shared = dense({ units: 12, activation: 'gelu', kernelInitializer: 'lecunUniform' })
  const sum = add().apply([shared.apply(left), shared.apply(right)])
  const joined = concatenate().apply([sum, left])
  const outputs = {
    side: dense({ units: 1, activation: 'sigmoid' }).apply(joined),
    height: dense({ units: 1 }).apply(joined),
  }
  results.graph = await digest(model({ inputs: { left, right }, outputs, seed: 3 }), (net) => {
    net.compile({
      optimizer: sgd({ learningRate: 0.02, momentum: 0.9, nesterov: true }),
      loss: { side: 'binaryCrossentropy', height: 'logCosh' },
      lossWeights: { height: 0.5 },
      metrics: { side: 'accuracy' },
      clipValue: 0.5,
    })
    const mirrored = x.map((value) => -value)
    return net.fit(
      { left: x, right: mirrored },
      { side: classes, height: heights },
      { ...pace, epochs: 15, batchSize: 20 },
    )
  })

  // 200 steps with each optimizer and each activation: far enough for one bit that differs to spread to all.
  for (const optimizer of names('optimizer')) {
    const layers = [dense({ units: 16, activation: 'elu' }), dense({ units: 2, activation: 'softmax' })]
    results[`optimizer ${optimizer}`] = await digest(
      sequential({ inputShape: [FEATURES], seed: 11, layers }),
      (net) => {
        net.compile({ optimizer, loss: 'categoricalCrossentropy' })
        return net.fit(x, oneHot, { ...pace, epochs: 20, batchSize: 15 })
      },
    )
  }

  for (const activation of names('activation')) {
    const layers = [dense({ units: 10, activation, kernelInitializer: 'xavierNormal' }), dense({ units: 1 })]
    results[`activation ${activation}`] = await digest(
      sequential({ inputShape: [FEATURES], seed: 5, layers }),
      (net) => {
        net.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
        return net.fit(x, heights, { ...pace, epochs: 20, batchSize: 15 })
      },
    )
  }

  for (const loss of names('loss')) {
    const layers = [dense({ units: 8, activation: 'silu' }), dense({ units: 2, activation: 'hardSigmoid' })]
    results[`loss ${loss}`] = await digest(sequential({ inputShape: [FEATURES], seed: 9, layers }), (net) => {
      net.compile({ optimizer: 'sgd', loss })
      return net.fit(x, loss === 'sparseCategoricalCrossentropy' ? classes : oneHot, {
        ...pace,
        epochs: 3,
        batchSize: 15,
      })
    })
  }

  return results
}
