/** A training with something of everything that could differ; also run by other engines. */

import {
  adam,
  batchNormalization,
  dense,
  dropout,
  type Features,
  type FitOptions,
  gaussianNoise,
  l2,
  type Matrix,
  type Model,
  type OptimizerName,
  prelu,
  sequential,
} from '../../ts/index.ts'

/** Every optimizer. */
export const OPTIMIZERS: OptimizerName[] = [
  'sgd',
  'adagrad',
  'rmsprop',
  'adadelta',
  'adam',
  'adamw',
  'adamax',
  'nadam',
  'radam',
  'lion',
]

const ROWS = 97

/** Rows that depend on no library function. */
export const data = {
  x: Float32Array.from({ length: ROWS * 6 }, (_, i) => (((i * 7919) % 211) - 105) / 64),
  y: Int32Array.from({ length: ROWS }, (_, i) => (i * i) % 4),
}

/** A model with something of everything. */
export function makeModel(seed: number, optimizer?: OptimizerName): Model<Features, Matrix> {
  const model = sequential({
    inputShape: [6],
    seed,
    layers: [
      dense({ units: 13, activation: 'gelu', kernelInitializer: 'heNormal', kernelRegularizer: l2(0.001) }),
      batchNormalization(),
      dropout({ rate: 0.25 }),
      dense({ units: 9, activation: 'mish', kernelInitializer: 'orthogonal' }),
      gaussianNoise({ standardDeviation: 0.1 }),
      prelu(),
      dense({ units: 4, activation: 'softmax', biasInitializer: 'truncatedNormal' }),
    ],
  })
  model.compile({
    optimizer: optimizer ?? adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy', 'auc', 'f1'],
    clipNorm: 1,
  })
  return model
}

/** Trains, and returns every bit of what came out, and a digest of it. */
export async function run(options: FitOptions, seed = 1): Promise<{ bits: string[]; digest: string }> {
  const model = makeModel(seed)
  const { logs } = await model.fit(data.x, data.y, { epochs: 4, batchSize: 16, validationSplit: 0.2, ...options })
  const weights = Object.entries(model.getWeights()).map(([key, { data: values }]) => [key, values] as const)
  const results = [...Object.entries(logs), ...weights, ['predictions', model.predict(data.x).data] as const]
  const bits = results.map(
    ([name, values]) => `${name} ${hex(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))}`,
  )
  model.dispose()
  return { bits, digest: digest(bits.join('\n')) }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** FNV-1a, 32 bits. */
function digest(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
