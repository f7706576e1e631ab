// node bench/run.mjs frozen: what a training step costs with a part of the network frozen, in times of its forward pass alone.
import { writeFileSync } from 'node:fs'
import { dense, sequential } from '../dist/index.js'
import { busyWarning, hostFacts } from './lib/host.mjs'
import { table } from './lib/report.mjs'
import { median, short } from './lib/stats.mjs'

const quick = process.argv.includes('--quick')
const jsonAt = process.argv.indexOf('--json')
const rounds = quick ? 3 : 9
const batchSize = 128
const rows = 8 * batchSize

const networks = [
  { inputs: 784, hidden: [128], classes: 10 },
  { inputs: 784, hidden: [512, 512], classes: 10 },
  { inputs: 64, hidden: [256, 256, 256, 256], classes: 10 },
]

/** What learns: all layers, the upper half and the head, the head alone. */
const variants = [
  { name: 'all layers learn', frozen: () => 0 },
  { name: 'upper half learns', frozen: (hidden) => Math.floor(hidden / 2) },
  { name: 'only the head learns', frozen: (hidden) => hidden },
]

const x = (width) => Float32Array.from({ length: rows * width }, (_, i) => ((i * 7919) % 1000) / 500 - 1)
const y = (classes) => Int32Array.from({ length: rows }, (_, i) => i % classes)

/** Milliseconds a batch that `work`, an epoch, takes. */
async function milliseconds(work) {
  const start = performance.now()
  await work()
  return (performance.now() - start) / (rows / batchSize)
}

async function measure({ inputs, hidden, classes }) {
  const [features, labels] = [x(inputs), y(classes)]
  const players = variants.map(({ name, frozen }) => {
    const layers = hidden.map((units, i) => dense({ units, activation: 'relu', trainable: i >= frozen(hidden.length) }))
    const model = sequential({
      inputShape: [inputs],
      seed: 1,
      layers: [...layers, dense({ units: classes, activation: 'softmax' })],
    })
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
    const frozenKeys = Object.keys(model.getWeights()).slice(0, 2 * frozen(hidden.length))
    const before = model.getWeights()
    const epoch = () => model.fit(features, labels, { batchSize, shuffle: false, verbose: 0, yieldEvery: Infinity })
    const forward = () => model.evaluate(features, labels, { batchSize, yieldEvery: Infinity })
    /** A frozen layer that moved would make its time worthless. */
    const check = () => {
      const after = model.getWeights()
      const same = (key) => after[key].data.every((value, i) => Object.is(value, before[key].data[i]))
      if (!frozenKeys.every(same)) throw new Error(`${name}: a frozen layer has changed`)
      model.dispose()
    }
    return { name, epoch, forward, check, shares: [], times: [] }
  })
  for (const { epoch, forward } of players) for (const work of [epoch, forward]) await work()
  for (let round = 0; round < rounds; round++) {
    for (const player of players) {
      const [step, forward] = [await milliseconds(player.epoch), await milliseconds(player.forward)]
      player.times.push(step)
      player.shares.push(step / forward)
    }
  }
  for (const { check } of players) check()
  const results = players.map(({ name, times, shares }) => ({ name, ms: median(times), forwards: median(shares) }))
  return { network: [inputs, ...hidden, classes].join('-'), results }
}

try {
  const host = hostFacts(process.execPath)
  const warning = busyWarning(host)
  console.log(`${host.cpu}, Node ${host.node} (V8 ${host.v8}), commit ${host.commit ?? 'none'}`)
  if (warning) console.log(warning)
  const measured = []
  for (const network of networks) measured.push(await measure(network))
  const lines = measured.flatMap(({ network, results }) =>
    results.map(({ name, ms, forwards }) => [network, name, short(ms), `${forwards.toFixed(2)}×`]),
  )
  console.log(`\nbatches of ${batchSize}, Adam\n`)
  console.log(table([['network', 'what learns', 'ms/step', 'of forward only'], ...lines]).join('\n'))
  if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify({ host, measured }, null, 2)}\n`)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}
