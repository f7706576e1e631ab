// brain.js: one row at a time, one activation for the whole network, half the squared error. That leaves one workload.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
let brain

function cannot({ batchSize, hidden, loss, optimizer }) {
  if (batchSize !== 1) return 'trains on one row at a time: it has no batches'
  if (loss !== 'sigmoidSquaredError' || hidden !== 'sigmoid')
    return 'has one activation for all layers and only the squared error'
  if (optimizer.kind !== 'sgd' || optimizer.momentum)
    return 'its momentum leaves out the biases and its Adam updates them late'
}

function open() {
  brain = require('brain.js')
  return { version: require('brain.js/package.json').version }
}

function prepare(testCase, { x, labels, features }, weights) {
  const rows = Array.from(labels, (label, row) => ({
    input: Array.from(x.subarray(row * features, (row + 1) * features)),
    output: [label],
  }))
  // Its gradient is of half the squared error, so the rate is twice the workload's. The options refuse a momentum and a
  // threshold of zero; these are too small to be seen in single precision.
  const options = {
    learningRate: 2 * testCase.optimizer.learningRate,
    momentum: 1e-12,
    errorThresh: 1e-12,
    log: false,
  }
  let net
  return {
    unit: testCase.batches,
    reset() {
      net = new brain.NeuralNetwork({ activation: 'sigmoid', hiddenLayers: testCase.sizes.slice(1, -1) })
      net.sizes = testCase.sizes
      net.initialize()
      for (const [l, { inputs, units, kernel, bias }] of weights.entries()) {
        net.biases[l + 1].set(bias)
        for (let j = 0; j < units; j++)
          for (let i = 0; i < inputs; i++) net.weights[l + 1][j][i] = kernel[i * units + j]
      }
    },
    step: (count) => net.train(rows, { ...options, iterations: count / rows.length }),
    loss: () => rows.reduce((sum, { input, output }) => sum + (net.run(input)[0] - output[0]) ** 2, 0) / rows.length,
    dispose() {
      net = undefined
    },
  }
}

export default () => ({ open, cannot, prepare })
