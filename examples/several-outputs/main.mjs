// Two questions about one picture, in which domain it was taken and what it shows: one network with a composite output, one with two
// heads, or two networks?
//
//   node examples/several-outputs/main.mjs [plot.svg]     (the plot goes to docs/guide unless another file is named)
import { writeFileSync } from 'node:fs'
import { adam } from 'ravine'
import { pictures } from './data.mjs'
import { composite, twoHeads, twoNetworks } from './networks.mjs'
import { plot } from './plot.mjs'

const epochs = 15
const seeds = [1, 2, 3]
const train = pictures('train', 60, 1)
const test = pictures('t10k', 30, 3)

const cases = {
  'one output of 34 units': { make: composite, units: 64 },
  'two heads': { make: twoHeads, units: 64 },
  'two heads, domain × 3': { make: twoHeads, units: 64, lossWeights: { domain: 3 } },
  'two heads, wider body': { make: twoHeads, units: 128 },
  'two networks': { make: twoNetworks, units: 64 },
  'two narrow networks': { make: twoNetworks, units: 32 },
}

/** The labels of a model's outputs, by their names. */
const labelsFor = (model, data) => Object.fromEntries(Object.keys(model.outputs).map((name) => [name, data[name]]))

/** The class of each row: the column of its largest number. */
function classes({ data, shape: [rows, columns] }) {
  return Array.from({ length: rows }, (_, row) => {
    const scores = data.subarray(row * columns, (row + 1) * columns)
    return scores.indexOf(Math.max(...scores))
  })
}

/** The models of a way, ready to train. */
function compiled({ make, units, lossWeights }, seed) {
  const nets = make(units, seed)
  for (const net of nets) {
    net.compile({
      optimizer: adam({ learningRate: 1e-3 }),
      loss: 'sparseCategoricalCrossentropy',
      lossWeights,
      metrics: ['accuracy'],
    })
  }
  return nets
}

/** Trains and tests with one seed: accuracies, and how they grew. */
async function run(way, seed) {
  const [predicted, curves] = [{}, {}]
  let parameters = 0
  for (const net of compiled(way, seed)) {
    parameters += net.countParameters()
    const validationData = [test.x, labelsFor(net, test)]
    const { logs } = await net.fit(train.x, labelsFor(net, train), {
      epochs,
      batchSize: 64,
      validationData,
      verbose: 0,
    })
    for (const [name, scores] of Object.entries(net.predict(test.x))) {
      predicted[name] = classes(scores)
      curves[name] = [...logs[`val_${name}_accuracy`]]
    }
    net.dispose()
  }
  const right = (name, row) => predicted[name][row] === test[name][row]
  const both = test.item.filter((_, row) => right('domain', row) && right('item', row)).length
  return { parameters, curves, domain: curves.domain.at(-1), item: curves.item.at(-1), both: both / test.item.length }
}

/** Milliseconds of an epoch of training, the median of five; the ways take turns, so that all have the machine's good and bad moments. */
async function times() {
  const nets = Object.values(cases).map((way) => compiled(way, 1))
  const all = nets.map(() => [])
  for (let round = 0; round < 5; round++) {
    for (const [i, models] of nets.entries()) {
      const start = performance.now()
      for (const net of models) await net.fit(train.x, labelsFor(net, train), { batchSize: 64, verbose: 0 })
      all[i].push(performance.now() - start)
    }
  }
  for (const net of nets.flat()) net.dispose()
  return all.map((list) => list.sort((a, b) => a - b)[2])
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const results = []
for (const [name, way] of Object.entries(cases)) {
  const runs = []
  for (const seed of seeds) runs.push(await run(way, seed))
  const curve = (output) =>
    runs[0].curves[output].map((_, epoch) => mean(runs.map(({ curves }) => curves[output][epoch])))
  results.push({ name, runs, domain: curve('domain'), item: curve('item') })
}

/** Mean, lowest and highest. */
const spread = (values) =>
  [mean(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(3)).join(' ')
console.log(
  `${train.item.length} pictures to learn from, ${test.item.length} to test; accuracy: mean, lowest and highest of three seeds`,
)
console.log('network                 parameters  domain             item               both')
for (const { name, runs } of results) {
  const figures = ['domain', 'item', 'both'].map((figure) => spread(runs.map((one) => one[figure])))
  console.log(`${name.padEnd(23)} ${String(runs[0].parameters).padStart(10)}  ${figures.join('  ')}`)
}

const took = await times()
console.log('\nTime of an epoch on this machine')
for (const [i, { name }] of results.entries()) {
  console.log(`${name.padEnd(23)} ${took[i].toFixed(0).padStart(5)} ms  ${(took[i] / took[1]).toFixed(2)} × two heads`)
}

writeFileSync(process.argv[2] ?? new URL('../../docs/guide/several-outputs.svg', import.meta.url), plot(results, test))
