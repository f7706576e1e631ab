// node bench/run.mjs stream: fitDataset on chunks of rows, in times of fit on the same rows in memory.
import { writeFileSync } from 'node:fs'
import { adam, dense, runtime, sequential } from '../dist/index.js'
import { busyWarning, hostFacts } from './lib/host.mjs'
import { table } from './lib/report.mjs'
import { median, short } from './lib/stats.mjs'

const quick = process.argv.includes('--quick')
const jsonAt = process.argv.indexOf('--json')
const rounds = quick ? 3 : 15

/** Networks and batches of the benchmark's workloads; rows for a time that can be measured. */
const workloads = [
  { sizes: [2, 8, 1], batchSize: 4, rows: 2 ** 17 },
  { sizes: [24, 16, 4], batchSize: 16, rows: 2 ** 17 },
  { sizes: [64, 64, 64, 10], batchSize: 32, rows: 2 ** 15 },
  { sizes: [784, 128, 10], batchSize: 128, rows: 2 ** 14 },
]
const chunkSizes = [256, 8192]

const numbers = (length) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 1000) / 500 - 1)

function makeModel([inputs, ...units]) {
  const classes = units.at(-1)
  const layers = units.map((width, i) => {
    const last = i === units.length - 1
    return dense({ units: width, activation: last ? (classes > 1 ? 'softmax' : 'sigmoid') : 'relu' })
  })
  const model = sequential({ inputShape: [inputs], seed: 1, layers })
  const loss = classes > 1 ? 'sparseCategoricalCrossentropy' : 'binaryCrossentropy'
  model.compile({ optimizer: adam({ learningRate: 1e-4 }), loss })
  return model
}

/** Milliseconds that `work` takes, and the loss it ends with. */
async function timed(work) {
  const start = performance.now()
  const { logs } = await work()
  return { ms: performance.now() - start, loss: logs.loss[0] }
}

async function measure({ sizes, batchSize, rows }) {
  const [width, classes] = [sizes[0], sizes.at(-1)]
  const x = numbers(rows * width)
  const y = Int32Array.from({ length: rows }, (_, i) => i % Math.max(2, classes))
  const common = { batchSize, verbose: 0 }
  const chunksOf = (size) =>
    Array.from({ length: rows / size }, (_, i) => [
      x.subarray(i * size * width, (i + 1) * size * width),
      y.subarray(i * size, (i + 1) * size),
    ])
  /** A source that gives way, as one that reads does, and has the next chunk ready. */
  async function* read(chunks) {
    for (const chunk of chunks) {
      await undefined
      yield chunk
    }
  }
  const whole = makeModel(sizes)
  const players = chunkSizes.map((size) => ({
    size,
    chunks: chunksOf(size),
    model: makeModel(sizes),
    times: [],
    shares: [],
  }))
  const times = []
  for (let round = -1; round < rounds; round++) {
    const before = await timed(() => whole.fit(x, y, { ...common, shuffle: false }))
    const found = []
    for (const { model, chunks } of players) found.push(await timed(() => model.fitDataset(read(chunks), common)))
    for (const [i, { loss, ms }] of found.entries()) {
      if (!Object.is(loss, before.loss)) throw new Error(`${sizes}: a loss of ${loss} instead of ${before.loss}`)
      if (round < 0) continue
      players[i].times.push(ms)
      players[i].shares.push(ms / before.ms)
    }
    // The first round warms up.
    if (round >= 0) times.push(before.ms)
  }
  const result = { network: sizes.join('-'), batchSize, rows, fit: median(times), memory: runtime().memoryBytes }
  result.streams = players.map(({ size, times, shares }) => ({ size, ms: median(times), share: median(shares) }))
  for (const { model } of [...players, { model: whole }]) model.dispose()
  return result
}

try {
  const host = hostFacts(process.execPath)
  const warning = busyWarning(host)
  console.log(`${host.cpu}, Node ${host.node} (V8 ${host.v8}), commit ${host.commit ?? 'none'}`)
  if (warning) console.log(warning)
  const measured = []
  for (const workload of workloads) measured.push(await measure(workload))
  const lines = measured.flatMap(({ network, batchSize, rows, fit, streams }) =>
    streams.map(({ size, ms, share }) => [
      `${network} b${batchSize}`,
      String(rows),
      String(size),
      short(fit),
      short(ms),
      `${share.toFixed(3)}×`,
    ]),
  )
  console.log('\nan epoch, Adam; the losses have the same bits\n')
  console.log(table([['network', 'rows', 'rows a chunk', 'fit, ms', 'fitDataset, ms', 'of fit'], ...lines]).join('\n'))
  if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify({ host, measured }, null, 2)}\n`)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}
