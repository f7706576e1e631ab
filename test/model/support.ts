/** Small models and data that tests share. */

import { adam, dense, type Features, type Matrix, type Model, type OptimizerLike, sequential } from '../../ts/index.ts'

/** Numbers from 0 to below 1 that are the same in every run (Mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A model `features → hidden → classes` with softmax, compiled. */
export function classifier(
  options: { features?: number; hidden?: number; classes?: number; seed?: number; optimizer?: OptimizerLike } = {},
): Model<Features, Matrix> {
  const { features = 2, hidden = 8, classes = 3, seed = 7, optimizer = adam({ learningRate: 0.02 }) } = options
  const model = sequential({
    inputShape: [features],
    seed,
    layers: [dense({ units: hidden, activation: 'tanh' }), dense({ units: classes, activation: 'softmax' })],
  })
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

/** A linear model `features → 1`, compiled for squared error. */
export function regression(
  options: { features?: number; seed?: number; optimizer?: OptimizerLike } = {},
): Model<Features, Matrix> {
  const { features = 2, seed = 7, optimizer = 'sgd' } = options
  const model = sequential({ inputShape: [features], seed, layers: [dense({ units: 1 })] })
  model.compile({ optimizer, loss: 'meanSquaredError' })
  return model
}

/** Points around one centre for each class, and their classes, class after class in turn. */
export function blobs(
  rows: number,
  options: { features?: number; classes?: number; seed?: number } = {},
): { x: Float32Array; y: Int32Array } {
  const { features = 2, classes = 3, seed = 1 } = options
  const random = randomNumbers(seed)
  const y = Int32Array.from({ length: rows }, (_, row) => row % classes)
  const x = Float32Array.from({ length: rows * features }, (_, i) => {
    const label = y[Math.floor(i / features)] ?? 0
    const angle = (2 * Math.PI * label) / classes + i * (Math.PI / 2)
    return Math.cos(angle) + 0.3 * (random() - 0.5)
  })
  return { x, y }
}

/** All weights in one array. */
export function allWeights(model: { getWeights(): Record<string, Matrix> }): number[] {
  return Object.values(model.getWeights()).flatMap((matrix) => [...matrix.data])
}

/** The error that `work` throws or rejects with. */
export async function failureOf(work: () => unknown): Promise<Error> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Error) return error
    throw new Error(`not an Error was thrown: ${String(error)}`)
  }
  throw new Error('nothing was thrown')
}
