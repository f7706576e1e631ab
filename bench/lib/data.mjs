// The data and the starting weights of a case. Every engine's process makes its own copy; `fingerprint` shows that they agree.
import { isBinary } from '../cases/index.mjs'
import { integer, symmetric, uniform } from './random.mjs'

const STREAMS = { label: 1, flip: 2, flipTo: 3, noise: 4, centre: 5, kernel: 100, bias: 200 }

/** The share of labels replaced by a random one: keeps the loss, and so the gradients, away from zero. */
const LABEL_NOISE = 0.1

/**
 * Rows around one centre per class, with uniform noise. The centres move closer as the number of features grows, so that
 * wide problems are no easier than narrow ones.
 *
 * @returns {{ rows: number, features: number, classes: number, x: Float32Array, labels: Int32Array }}
 *   `x` row-major, `[rows, features]`; labels 0 … classes - 1 (0 or 1 for a single output)
 */
export function makeData(testCase) {
  const features = testCase.sizes[0]
  const classes = isBinary(testCase) ? 2 : testCase.sizes.at(-1)
  const rows = testCase.batchSize * testCase.batches
  const spread = 1.5 / Math.sqrt(features)
  const labels = new Int32Array(rows)
  const x = new Float32Array(rows * features)
  for (let row = 0; row < rows; row++) {
    const label = integer(STREAMS.label, row, classes)
    const flipped = uniform(STREAMS.flip, row) < LABEL_NOISE
    labels[row] = flipped ? integer(STREAMS.flipTo, row, classes) : label
    for (let j = 0; j < features; j++) {
      const i = row * features + j
      x[i] = spread * symmetric(STREAMS.centre, label * features + j) + symmetric(STREAMS.noise, i)
    }
  }
  return { rows, features, classes, x, labels }
}

/**
 * Glorot-uniform kernels and small biases. The biases are not zero so that an engine that ignores them shows.
 *
 * @returns {{ inputs: number, units: number, kernel: Float32Array, bias: Float32Array }[]} kernels row-major, `[inputs, units]`
 */
export function makeWeights({ sizes }) {
  return sizes.slice(1).map((units, layer) => {
    const inputs = sizes[layer]
    const limit = Math.sqrt(6 / (inputs + units))
    const kernel = new Float32Array(inputs * units)
    for (let i = 0; i < kernel.length; i++) kernel[i] = limit * symmetric(STREAMS.kernel + layer, i)
    const bias = new Float32Array(units)
    for (let i = 0; i < units; i++) bias[i] = 0.05 * symmetric(STREAMS.bias + layer, i)
    return { inputs, units, kernel, bias }
  })
}

/** The same matrix with rows and columns exchanged: `[rows, columns]` → `[columns, rows]`. */
export function transpose(matrix, rows, columns) {
  const out = new Float32Array(matrix.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = matrix[r * columns + c]
  return out
}

/** Float labels as most engines want them: `[rows, classes]` one-hot, or `[rows, 1]` of 0 and 1 for a single output. */
export function targets(testCase, { rows, classes, labels }) {
  if (isBinary(testCase)) return Float32Array.from(labels)
  const out = new Float32Array(rows * classes)
  for (let row = 0; row < rows; row++) out[row * classes + labels[row]] = 1
  return out
}

/** The consecutive slices of `batchSize` rows of a row-major matrix, as views. */
export function batchesOf(matrix, width, { batchSize, batches }) {
  const step = batchSize * width
  return Array.from({ length: batches }, (_, i) => matrix.subarray(i * step, (i + 1) * step))
}

/** A short text that changes whenever a bit of the data or of the starting weights does (FNV-1a over 32-bit words). */
export function fingerprint(data, weights) {
  let hash = 0x811c9dc5
  const parts = [data.x, data.labels, ...weights.flatMap(({ kernel, bias }) => [kernel, bias])]
  for (const part of parts) {
    for (const word of new Uint32Array(part.buffer, part.byteOffset, part.length)) {
      hash = Math.imul(hash ^ word, 0x01000193)
      hash ^= hash >>> 15
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
