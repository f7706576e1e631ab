// An autoencoder of handwritten digits, 64 pixels to 8 numbers and back: with kernels of its own on the way back, and with those of the way there, tied.
//
//   node examples/autoencoder/main.mjs [plot.svg]     (the plot goes to docs/guide unless another file is named)
import { readFileSync, writeFileSync } from 'node:fs'
import { adam, dense, sequential, tiedDense } from 'ravine'
import { plot } from './plot.mjs'

const pixels = 64
const code = 8
const epochs = 200

// 1797 images of 8 × 8 pixels, 0 … 16, and in the last column the digit.
const csv = readFileSync(new URL('../../test/datasets/digits.csv', import.meta.url), 'utf8')
const images = csv
  .trim()
  .split('\n')
  .slice(1)
  .map((line) =>
    line
      .split(',')
      .slice(0, pixels)
      .map((value) => Number(value) / 16),
  )
// They are sorted by digit: one in six is for training.
const [train, test] = [true, false].map((wanted) => images.filter((_, i) => (i % 6 === 0) === wanted))
const shown = Array.from({ length: 10 }, (_, digit) => test[Math.floor(((digit + 0.5) * test.length) / 10)])

/** `64 → 32 → 8 → 32 → 64`. */
function build(tied) {
  const [outer, inner] = [
    dense({ units: 32, activation: 'tanh' }),
    dense({ units: code, activation: 'tanh', name: 'code' }),
  ]
  const back = tied
    ? [tiedDense({ tiedTo: inner, activation: 'tanh' }), tiedDense({ tiedTo: outer, activation: 'sigmoid' })]
    : [dense({ units: 32, activation: 'tanh' }), dense({ units: pixels, activation: 'sigmoid' })]
  const model = sequential({ inputShape: [pixels], seed: 1, layers: [outer, inner, ...back] })
  model.compile({ optimizer: adam({ learningRate: 0.003 }), loss: 'binaryCrossentropy', metrics: ['meanSquaredError'] })
  return model
}

const results = []
for (const name of ['separate kernels', 'tied kernels']) {
  const model = build(name === 'tied kernels')
  await model.fit(train, train, { epochs, batchSize: 32, verbose: 0 })
  const [own, other] = [await model.evaluate(train, train), await model.evaluate(test, test)]
  const { data } = model.predict(shown)
  results.push({
    name,
    parameters: model.countParameters(),
    train: own.meanSquaredError,
    test: other.meanSquaredError,
    rebuilt: Array.from({ length: 10 }, (_, i) => [...data.subarray(i * pixels, (i + 1) * pixels)]),
  })
  model.dispose()
}

// The mean image says the same of every digit: what has to be beaten.
const mean = train[0].map((_, j) => train.reduce((sum, image) => sum + image[j], 0) / train.length)
const squares = test.map((image) => image.reduce((sum, value, j) => sum + (value - mean[j]) ** 2, 0) / pixels)
const baseline = squares.reduce((a, b) => a + b, 0) / test.length

console.log(`Mean squared error after ${epochs} epochs on ${train.length} digits, and on ${test.length} others`)
console.log('                   parameters  train    test')
for (const { name, parameters, train: own, test: other } of results) {
  console.log(`${name.padEnd(18)} ${String(parameters).padStart(10)}  ${own.toFixed(4)}   ${other.toFixed(4)}`)
}
console.log(`${'the mean image'.padEnd(18)} ${String(pixels).padStart(10)}           ${baseline.toFixed(4)}`)

const file = process.argv[2] ?? new URL('../../docs/guide/autoencoders.svg', import.meta.url)
const rows = [{ name: 'the digit', rebuilt: shown }, ...results]
writeFileSync(file, plot(rows))
