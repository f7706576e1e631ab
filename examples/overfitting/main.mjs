// A net that learns its few training rows by heart, and what L1, L2, dropout and early stopping do about it.
//
//   node examples/overfitting/main.mjs [plot.svg]     (the plot goes to docs/guide unless another file is named)
import { writeFileSync } from 'node:fs'
import { adam, dense, dropout, earlyStopping, l1, l2, sequential } from 'ravine'
import { normalNumbers, randomNumbers } from '../plot/random.mjs'
import { plot } from './plot.mjs'

const features = 20
const epochs = 100

/** Twenty features, of which three matter; one label in ten is wrong. */
function sample(rows, seed) {
  const [normal, random] = [normalNumbers(seed), randomNumbers(seed + 1)]
  const x = Array.from({ length: rows }, () => Array.from({ length: features }, normal))
  const y = x.map(([a, b, c]) => (a + b - c > 0 === random() > 0.1 ? 1 : 0))
  return [x, y]
}
const [x, y] = sample(200, 1)
const validationData = sample(2000, 3)

const cases = {
  'no remedy': {},
  L1: { kernelRegularizer: l1(0.01) },
  L2: { kernelRegularizer: l2(0.03) },
  dropout: { rate: 0.7 },
  'early stopping': { callbacks: [earlyStopping({ monitor: 'val_loss', patience: 10, restoreBestWeights: true })] },
}

const results = []
for (const [name, { kernelRegularizer, rate = 0, callbacks = [] }] of Object.entries(cases)) {
  const hidden = () => [
    dense({ units: 64, activation: 'relu', kernelRegularizer }),
    ...(rate ? [dropout({ rate })] : []),
  ]
  const model = sequential({
    inputShape: [features],
    seed: 1,
    layers: [...hidden(), ...hidden(), dense({ units: 1, activation: 'sigmoid', kernelRegularizer })],
  })
  // The loss has the penalties in it; the metric of the same name does not, and compares.
  model.compile({
    optimizer: adam({ learningRate: 0.003 }),
    loss: 'binaryCrossentropy',
    metrics: ['binaryCrossentropy', 'accuracy'],
  })
  const history = await model.fit(x, y, { epochs, batchSize: 32, validationData, callbacks, verbose: 0 })
  const [train, validation] = [await model.evaluate(x, y), await model.evaluate(...validationData)]
  const kernels = Object.entries(model.getWeights()).flatMap(([key, { data }]) =>
    key.endsWith('kernel') ? [...data] : [],
  )
  results.push({
    name,
    epochs: history.epochs.length,
    train: train.binaryCrossentropy,
    validation: validation.binaryCrossentropy,
    accuracy: validation.accuracy,
    // Adam leaves penalized weights within a step of 0.
    zeros: kernels.filter((weight) => Math.abs(weight) < 0.003).length / kernels.length,
    trainLoss: [...history.logs.binaryCrossentropy],
    validationLoss: [...history.logs.val_binaryCrossentropy],
  })
  model.dispose()
}

console.log(
  `${y.length} rows to learn from, ${validationData[1].length} to validate; the best possible accuracy is 0.9`,
)
console.log('remedy          epochs  training loss  validation loss  validation accuracy  weights near 0')
for (const { name, epochs: made, train, validation, accuracy, zeros } of results) {
  const cells = [String(made).padStart(6), train.toFixed(3).padStart(13), validation.toFixed(3).padStart(15)]
  console.log(
    `${name.padEnd(15)} ${cells.join('  ')}  ${accuracy.toFixed(3).padStart(19)}  ${`${Math.round(100 * zeros)}%`.padStart(14)}`,
  )
}

writeFileSync(process.argv[2] ?? new URL('../../docs/guide/overfitting.svg', import.meta.url), plot(results))
