// Learns to read handwritten digits: 784-128-10, relu and softmax, Adam, 10 epochs over 60,000 images.
//
//   node examples/mnist/main.mjs [epochs]
import { adam, dense, sequential } from 'ravine'
import { confusion, curve } from './chart.mjs'
import { test, train } from './digits.mjs'

const epochs = Number(process.argv[2] ?? 10)

const model = sequential({
  inputShape: [784],
  seed: 42,
  layers: [dense({ units: 128, activation: 'relu' }), dense({ units: 10, activation: 'softmax' })],
})
model.compile({
  optimizer: adam({ learningRate: 1e-3 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
})
console.log(model.summary())

const start = performance.now()
const history = await model.fit(train.x, train.y, { epochs, batchSize: 128 })
const seconds = (performance.now() - start) / 1000

const { loss, accuracy } = await model.evaluate(test.x, test.y)
const { data } = model.predict(test.x)
const matrix = Array.from({ length: 10 }, () => new Array(10).fill(0))
test.y.forEach((digit, row) => {
  const scores = data.subarray(row * 10, row * 10 + 10)
  matrix[digit][scores.indexOf(Math.max(...scores))]++
})

console.log(`\nTest digits by what they are (rows) and what they were taken for (columns)\n\n${confusion(matrix)}`)
console.log(`\nTraining loss by epoch\n\n${curve([...history.logs.loss])}`)
console.log(`\nTest accuracy ${accuracy.toFixed(4)}, test loss ${loss.toFixed(4)}`)
console.log(
  `${Math.round((train.y.length * epochs) / seconds).toLocaleString('en')} samples per second (${seconds.toFixed(1)} s)`,
)
