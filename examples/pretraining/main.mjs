// A deep net of sigmoids on handwritten digits: initial weights drawn at random, against weights learnt without labels by a deep belief network.
//
//   node examples/pretraining/main.mjs [plot.svg]     (the plot goes to docs/guide unless another file is named)
import { writeFileSync } from 'node:fs'
import { adam, deepBeliefNetwork, dense, sequential } from 'ravine'
import { test, train } from '../mnist/digits.mjs'
import { plot } from './plot.mjs'

const units = [784, 100, 100, 100, 100]
const images = 5000
const labelled = [100, 500, 5000]
const seeds = [1, 2]
const batchSize = 50
const updates = 400

const part = ({ x, y }, rows) => [x.subarray(0, 784 * rows), y.subarray(0, rows)]
const [all] = part(train, images)
const [xTest, yTest] = part(test, 2000)

// All images, no labels: each machine learns the features of the one below.
const networks = []
const histories = []
for (const seed of seeds) {
  const network = deepBeliefNetwork({ units, seed })
  histories.push(await network.pretrain(all, { epochs: 6, batchSize, momentum: 0.5, weightDecay: 2e-4, verbose: 0 }))
  networks.push(network)
}

const drawn = (activation, kernelInitializer) => () =>
  units.slice(1).map((count) => dense({ units: count, activation, kernelInitializer }))
const cases = {
  'sigmoid, small normal': drawn('sigmoid', { kind: 'randomNormal', standardDeviation: 0.01 }),
  'sigmoid, Xavier': drawn('sigmoid', 'glorotNormal'),
  'relu, He': drawn('relu', 'heNormal'),
  'sigmoid, pre-trained': (i) => networks[i].toLayers(),
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

const results = []
for (const [name, layersOf] of Object.entries(cases)) {
  const accuracies = []
  let loss
  for (const rows of labelled) {
    const [x, y] = part(train, rows)
    const runs = []
    for (const [i, seed] of seeds.entries()) {
      const layers = [...layersOf(i), dense({ units: 10, activation: 'softmax' })]
      const model = sequential({ inputShape: [784], seed, layers })
      model.compile({
        optimizer: adam({ learningRate: 1e-3 }),
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy'],
      })
      // The same number of updates, however many rows there are.
      const { logs } = await model.fit(x, y, { epochs: (updates * batchSize) / rows, batchSize, verbose: 0 })
      runs.push({ losses: [...logs.loss], accuracy: (await model.evaluate(xTest, yTest)).accuracy })
      model.dispose()
    }
    accuracies.push(mean(runs.map(({ accuracy }) => accuracy)))
    if (rows === 500) loss = runs[0].losses.map((_, epoch) => mean(runs.map(({ losses }) => losses[epoch])))
  }
  results.push({ name, accuracies, loss })
}

const figure = (value, width) => value.toFixed(3).padEnd(width)
console.log(`Reconstruction error of each machine, in the first and the last epoch, ${images} images`)
for (const i of units.slice(1).keys()) {
  const errors = histories.map((history) => history[i].logs.reconstructionError)
  const ends = [mean(errors.map((error) => error[0])), mean(errors.map((error) => error.at(-1)))]
  console.log(`machine ${units[i]} to ${units[i + 1]}`.padEnd(26) + ends.map((value) => figure(value, 8)).join(''))
}
console.log(`\nAccuracy on 2000 other digits after ${updates} updates, and the training loss with 500 labels`)
console.log(`${'labels'.padEnd(26)}${labelled.map((count) => String(count).padEnd(8)).join('')}loss`)
for (const { name, accuracies, loss } of results) {
  console.log(name.padEnd(26) + accuracies.map((value) => figure(value, 8)).join('') + figure(loss.at(-1), 0))
}

// What the lowest machine of the first network responds to: the weights of its first hidden units.
const { kernel } = networks[0].machines[0].getWeights()
const features = Array.from({ length: 24 }, (_, j) =>
  Array.from({ length: 784 }, (_, i) => kernel.data[i * units[1] + j]),
)
writeFileSync(
  process.argv[2] ?? new URL('../../docs/guide/pretraining.svg', import.meta.url),
  plot({ results, labelled, features }),
)
for (const network of networks) network.dispose()
