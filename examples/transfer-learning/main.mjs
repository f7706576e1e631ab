// A network that has learnt to read 0 to 4 learns to read 5 to 9 from few labelled pictures: against one that starts from scratch.
//
//   node examples/transfer-learning/main.mjs [plot.svg]     (the plot goes to docs/guide unless another file is named)
import { writeFileSync } from 'node:fs'
import { all, few } from './data.mjs'
import { freeze, fresh, moved, release } from './networks.mjs'
import { plot } from './plot.mjs'

const epochs = 20
const seeds = [1, 2, 3]
const counts = [10, 30, 100, 300]
const usual = 100

/** Of each way the network that it starts with, and what happens to it after ten epochs. */
const ways = {
  'from scratch': { start: (_, seed) => fresh(seed) },
  'all learn at once': { start: (bytes, seed) => moved(bytes, 'early', seed) },
  frozen: { start: (bytes, seed) => freeze(moved(bytes, 'early', seed), ['early']) },
  'frozen, fine-tuned': {
    start: (bytes, seed) => freeze(moved(bytes, 'early', seed), ['early']),
    after: (net) => release(net, ['early'], 0.1),
  },
  'frozen, cut late': { start: (bytes, seed) => freeze(moved(bytes, 'late', seed), ['early', 'late']) },
}

const sum = (values) => values.reduce((total, value) => total + value, 0)
const mean = (values) => sum(values) / values.length
const first = { train: all('train', 0), test: all('test', 0) }
const second = { test: all('test', 5) }

/** Learns the first task. */
async function firstTask(seed) {
  const net = fresh(seed)
  await net.fit(first.train.x, first.train.y, { epochs: 2, batchSize: 128, verbose: 0 })
  const { accuracy } = await net.evaluate(first.test.x, first.test.y)
  const result = { bytes: net.toBytes(), body: net.getWeights()['early/kernel'].data, accuracy }
  net.dispose()
  return result
}

/** Learns the second task; the accuracy after each epoch, or only after the last. */
async function secondTask({ start, after }, { bytes, body }, seed, count, { curve }) {
  const data = few(5, count, seed)
  const net = start(bytes, seed + 10)
  const learning = sum(Object.values(net.gradients(data.x, data.y).gradients).map((gradient) => gradient.data.length))
  const validationData = [second.test.x, second.test.y]
  const options = { batchSize: 20, verbose: 0, ...(curve ? { validationData } : {}) }
  const parts = [await net.fit(data.x, data.y, { ...options, epochs: 10 })]
  after?.(net)
  parts.push(await net.fit(data.x, data.y, { ...options, initialEpoch: 10, epochs }))
  const { accuracy } = await net.evaluate(...validationData)
  const now = net.getWeights()['early/kernel'].data
  net.dispose()
  return {
    learning,
    accuracy,
    accuracies: parts.flatMap(({ logs }) => [...(logs.val_accuracy ?? [])]),
    changed: now.filter((weight, i) => weight !== body[i]).length,
    weights: now.length,
  }
}

const bases = []
for (const seed of seeds) bases.push(await firstTask(seed))

const results = []
for (const [name, way] of Object.entries(ways)) {
  const runs = []
  for (const [i, seed] of seeds.entries()) runs.push(await secondTask(way, bases[i], seed, usual, { curve: true }))
  const curve = runs[0].accuracies.map((_, epoch) => mean(runs.map(({ accuracies }) => accuracies[epoch])))
  results.push({ name, runs, curve, byCount: [] })
}
for (const result of results.slice(0, 4)) {
  for (const count of counts) {
    const runs = count === usual ? result.runs : []
    for (const [i, seed] of seeds.entries()) {
      if (count !== usual) runs.push(await secondTask(ways[result.name], bases[i], seed, count, { curve: false }))
    }
    result.byCount.push([count, mean(runs.map(({ accuracy }) => accuracy))])
  }
}

const rows = (set) => set.y.length
console.log(
  `Learnt first: ${rows(first.train)} pictures of 0 to 4, test accuracy ${mean(bases.map(({ accuracy }) => accuracy)).toFixed(3)}`,
)
console.log(
  `Then ${usual} pictures of each of 5 to 9; accuracy on ${rows(second.test)} others, mean of three seeds, lowest and highest at the end`,
)
console.log('way                  learns  epoch 1  epoch 5  epoch 10  epoch 20  lowest  highest')
for (const { name, runs, curve } of results) {
  const ends = runs.map(({ accuracy }) => accuracy)
  const cells = [
    String(runs[0].learning).padStart(7),
    ...[1, 5, 10, epochs].map((epoch) => curve[epoch - 1].toFixed(3).padStart(epoch < 10 ? 7 : 8)),
    Math.min(...ends)
      .toFixed(3)
      .padStart(6),
    Math.max(...ends)
      .toFixed(3)
      .padStart(7),
  ]
  console.log(`${name.padEnd(19)} ${cells.join('  ')}`)
}
console.log(`\n${'pictures of a digit'.padEnd(19)} ${counts.map((count) => String(count).padStart(7)).join('')}`)
for (const { name, byCount } of results.slice(0, 4)) {
  console.log(`${name.padEnd(19)} ${byCount.map(([, accuracy]) => accuracy.toFixed(3).padStart(7)).join('')}`)
}
console.log(
  `\nWeights of the first hidden layer that are not what they were, of ${results[0].runs[0].weights}, in the three runs`,
)
for (const { name, runs } of results.slice(1)) {
  console.log(`${name.padEnd(19)} ${runs.map(({ changed }) => String(changed).padStart(7)).join('')}`)
}

/** Microseconds of a step of 20 rows, the median of seven; the networks take turns, so that all have the machine's good and bad moments. */
async function times(nets) {
  const { x, y } = second.test
  const taken = nets.map(() => [])
  for (let round = 0; round < 8; round++) {
    for (const [i, net] of nets.entries()) {
      const start = performance.now()
      await net.fit(x, y, { batchSize: 20, verbose: 0 })
      if (round > 0) taken[i].push((1000 * (performance.now() - start)) / Math.ceil(y.length / 20))
    }
  }
  return taken.map((list) => list.sort((a, b) => a - b)[3])
}
const compared = ['all learn at once', 'frozen', 'frozen, cut late']
const nets = compared.map((name) => ways[name].start(bases[0].bytes, 1))
const microseconds = await times(nets)
for (const net of nets) net.dispose()
console.log('\nTime of a step of 20 rows on this machine')
for (const [i, name] of compared.entries()) {
  console.log(
    `${name.padEnd(19)} ${microseconds[i].toFixed(0).padStart(6)} µs  ${(microseconds[i] / microseconds[0]).toFixed(2)} of all`,
  )
}

writeFileSync(process.argv[2] ?? new URL('../../docs/guide/transfer-learning.svg', import.meta.url), plot(results))
