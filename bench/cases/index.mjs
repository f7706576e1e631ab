// The named workloads. Names, shapes and batch sizes are what the README's table shows; `group` says what a case is for:
//   'main'  training as most people do it: Adam 1e-3, relu hidden layers, cross-entropy. Every engine that has Adam runs these.
//   'plain' the same kind of work cut down to what brain.js and ConvNetJS can do, so that they are measured on equal terms.
//
// `batches` is the number of fixed batches in the data set. They are visited in order, never shuffled; the answer of a case is
// the mean loss over the whole data set after one pass, and `expected.json` holds it.
//
// `tolerance` is how far an engine's loss may be from the answer, as a share of what the loss fell by in that pass. Right
// float32 training is within 3e-5 (7e-4 on the largest net, where rounding decides which way Adam's first steps take weights
// with hardly any gradient); a learning rate 1% off gives 8e-3, a beta1 of 0.89 or a beta2 of 0.99 gives 1e-3.

const adam = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** A classifier: relu hidden layers, softmax and categorical cross-entropy computed together on logits. */
function classifier(sizes, batchSize, batches, more = {}) {
  return {
    name: `${sizes.join('-')} b${batchSize}`,
    group: 'main',
    sizes,
    hidden: 'relu',
    loss: 'softmaxCrossentropy',
    optimizer: adam,
    batchSize,
    batches,
    tolerance: 2e-4,
    ...more,
  }
}

export const cases = [
  // One output: sigmoid and binary cross-entropy on the logit.
  classifier([2, 8, 1], 4, 100, { loss: 'sigmoidCrossentropy' }),
  classifier([24, 16, 4], 16, 64),
  classifier([64, 64, 64, 10], 32, 50),
  classifier([784, 32, 10], 32, 20),
  classifier([784, 128, 10], 128, 20),
  classifier([784, 512, 512, 10], 32, 20, { tolerance: 3e-3 }),
  classifier([784, 512, 512, 10], 128, 20, { tolerance: 3e-3 }),

  // ConvNetJS has no Adam, but momentum. brain.js has no batches, no softmax and one activation for the whole network.
  classifier([24, 16, 4], 16, 64, {
    name: '24-16-4 b16 momentum',
    group: 'plain',
    optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9 },
  }),
  classifier([2, 8, 1], 1, 400, {
    name: '2-8-1 b1 sgd',
    group: 'plain',
    hidden: 'sigmoid',
    loss: 'sigmoidSquaredError',
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
  }),
]

/** Rows of a data set made for a network that is not in the table. Few steps: deep networks soon amplify rounding. */
const ROWS = 512

/** In few steps the loss hardly falls, so that rounding is a larger share of it; a layer left out or a wrong gradient is far off still. */
const LOOSE = 2e-2

/**
 * The workload of this name: a row of the table, or any classifier that is named as they are, `inputs-units-…-classes bN`. Its answer is not
 * recorded.
 */
export function findCase(name) {
  const known = cases.find((row) => row.name === name)
  if (known) return known
  const [, shape, size] = name.match(/^(\d+(?:-\d+)+) b(\d+)$/) ?? []
  if (!shape) throw new Error(`no workload is called "${name}"`)
  const batchSize = Number(size)
  const batches = Math.min(64, Math.max(8, Math.ceil(ROWS / batchSize)))
  return classifier(shape.split('-').map(Number), batchSize, batches, { group: 'scaling', tolerance: LOOSE })
}

/** Floating-point operations of a step's products: forward, gradient of the kernel, and of the input but in the first layer. */
export const productOperations = ({ sizes, batchSize }) =>
  sizes.slice(1).reduce((sum, units, l) => sum + (l === 0 ? 4 : 6) * batchSize * sizes[l] * units, 0)

/** The cases whose names contain one of the given texts, in the order above; all of them when no text is given. */
export function selectCases(texts = []) {
  if (texts.length === 0) return cases
  const chosen = cases.filter(({ name }) => texts.some((text) => name.includes(text)))
  for (const text of texts) {
    if (!cases.some(({ name }) => name.includes(text)))
      throw new Error(`no workload matches "${text}"; there are: ${cases.map(({ name }) => `"${name}"`).join(', ')}`)
  }
  return chosen
}

/** Whether the case has a single output with labels 0 and 1. */
export const isBinary = ({ loss }) => loss !== 'softmaxCrossentropy'
