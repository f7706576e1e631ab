// A net of ten hidden layers: how gradients shrink on their way back through sigmoids, and what keeps them alive.
//
//   node examples/vanishing-gradients/main.mjs [plot.svg]     (the plot goes to docs/guide unless another file is named)
import { writeFileSync } from 'node:fs'
import { activation, batchNormalization, dense, sequential, sgd } from 'ravine'
import { randomNumbers } from '../plot/random.mjs'
import { plot } from './plot.mjs'

const hidden = 10
const units = 32
const epochs = 100

// Points of a square; the class is whether they lie in the first or third quarter of the plane.
const random = randomNumbers(1)
const x = Array.from({ length: 1000 }, () => [2 * random() - 1, 2 * random() - 1])
const y = x.map(([a, b]) => (a * b > 0 ? 1 : 0))

/** The hidden layers: each a dense layer, batch normalization where wanted, and the activation. */
const block = (kind, kernelInitializer, normalized) => (_, i) => [
  dense({ units, kernelInitializer, useBias: !normalized, name: `hidden${i + 1}` }),
  ...(normalized ? [batchNormalization({ momentum: 0.9 })] : []),
  activation(kind),
]

const cases = {
  sigmoid: block('sigmoid', 'glorotUniform', false),
  'sigmoid, batch normalization': block('sigmoid', 'glorotUniform', true),
  'relu, small normal weights': block('relu', { kind: 'randomNormal', standardDeviation: 0.05 }, false),
  'relu, Glorot': block('relu', 'glorotNormal', false),
  'relu, He': block('relu', 'heNormal', false),
  'relu, He, batch normalization': block('relu', 'heNormal', true),
}

/** The root mean square of a layer's gradient: comparable between layers of different size. */
const size = ({ data }) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)

const results = []
for (const [name, layersOf] of Object.entries(cases)) {
  const model = sequential({
    inputShape: [2],
    seed: 1,
    layers: [...Array.from({ length: hidden }, layersOf).flat(), dense({ units: 1, activation: 'sigmoid' })],
  })
  model.compile({
    optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
  })
  const { gradients } = model.gradients(x, y)
  const sizes = Array.from({ length: hidden }, (_, i) => size(gradients[`hidden${i + 1}/kernel`]))
  const { logs } = await model.fit(x, y, { epochs, batchSize: 50, verbose: 0 })
  const { accuracy } = await model.evaluate(x, y)
  results.push({ name, sizes, ratio: sizes[0] / sizes[hidden - 1], loss: [...logs.loss], accuracy })
  model.dispose()
}

console.log(`Size of the gradient before training, and what ${epochs} epochs reach`)
console.log(`${'hidden layers'.padEnd(40)} layer 1  layer ${hidden}     ratio  loss    accuracy`)
for (const { name, sizes, ratio, loss, accuracy } of results) {
  const figures = [sizes[0].toExponential(1), sizes[hidden - 1].toExponential(1), ratio.toExponential(1)]
  console.log(
    `${name.padEnd(40)} ${figures.map((text) => text.padEnd(9)).join(' ')} ${loss.at(-1).toFixed(4)}  ${accuracy.toFixed(3)}`,
  )
}

writeFileSync(process.argv[2] ?? new URL('../../docs/guide/vanishing-gradients.svg', import.meta.url), plot(results))
