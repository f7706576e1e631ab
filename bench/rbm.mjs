// node bench/run.mjs rbm: Boltzmann machines against scikit-learn's BernoulliRBM, on the same rows, by the same algorithm (persistent chains, k = 1).
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { busyWarning, hostFacts } from './lib/host.mjs'
import { table } from './lib/report.mjs'
import { findPython } from './lib/setup.mjs'
import { median, short } from './lib/stats.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const quick = process.argv.includes('--quick')
const jsonAt = process.argv.indexOf('--json')
const rounds = quick ? 3 : 9

/** The 8 × 8 digits, pixels from 0 to 1. */
function digits() {
  const lines = readFileSync(here('../test/datasets/digits.csv'), 'utf8').trimEnd().split('\n').slice(1)
  return Float32Array.from(
    lines.flatMap((line) => line.split(',').slice(0, 64)),
    (pixel) => pixel / 16,
  )
}

/** 5,000 of MNIST's digits. */
async function mnist() {
  const { train } = await import('../examples/mnist/digits.mjs')
  return train.x.slice(0, 5000 * 784)
}

/** `wanted`: how many times as many samples a second as scikit-learn; `score`: the pseudo-log-likelihood that both reach after `epochs`. */
const cases = [
  { name: '64-256', rows: digits, visible: 64, hidden: 256, batch: 10, rate: 0.05, epochs: 10, score: -32, wanted: 10 },
  {
    name: '784-512',
    rows: mnist,
    visible: 784,
    hidden: 512,
    batch: 100,
    rate: 0.05,
    epochs: 5,
    score: -260,
    wanted: 1,
  },
]

/** A process that answers a line with a line. */
function start(program, args, env = {}) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  const waiting = []
  const fail = (error) => {
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  child.on('error', fail)
  child.on('exit', () => fail(new Error(`${program} ended`)))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { resolve, reject } = waiting.shift()
    const answer = JSON.parse(line)
    if (answer.error) reject(new Error(answer.error))
    else resolve(answer)
  })
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${JSON.stringify(request)}\n`)
      }),
    close: () => child.stdin.end(),
  }
}

const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
const python = [findPython(), [here('engines/scikit_learn.py')]]
const engines = [
  { id: 'ravine', process: start(process.execPath, [here('engines/ravine-rbm.mjs')]) },
  { id: 'scikit-learn, 1 thread', process: start(...python, one) },
  { id: 'scikit-learn', process: start(...python) },
]

/** Samples a second of each engine, in rounds that go round all of them, after its result was checked. */
async function measure({ rows, score, epochs, ...setting }, file) {
  const data = await rows()
  const count = data.length / setting.visible
  writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  for (const engine of engines) {
    await engine.process.ask({ do: 'prepare', file, ...setting })
    await engine.process.ask({ do: 'fit', epochs })
    engine.score = (await engine.process.ask({ do: 'score' })).score
    if (!(engine.score > score))
      throw new Error(`${engine.id}: pseudo-log-likelihood ${engine.score}, expected above ${score}`)
    engine.rates = []
  }
  const timed = Math.max(1, Math.round(epochs / 2))
  for (let round = 0; round < rounds; round++) {
    for (const { process, rates } of engines) {
      const { ms } = await process.ask({ do: 'fit', epochs: timed })
      rates.push((1000 * timed * count) / ms)
    }
  }
  const [ours] = engines
  return engines.map(({ id, score, rates }) => ({
    id,
    score,
    rate: median(rates),
    ratio: median(ours.rates.map((rate, round) => rate / rates[round])),
  }))
}

const folder = mkdtempSync(join(tmpdir(), 'ravine-bench-'))
try {
  const host = hostFacts(process.execPath)
  const versions = []
  for (const { id, process } of engines) versions.push(`${id} ${(await process.ask({ do: 'open' })).version}`)
  console.log(`${host.cpu}, Node ${host.node} (V8 ${host.v8}), commit ${host.commit ?? 'none'}; ${versions.join('; ')}`)
  const warning = busyWarning(host)
  if (warning) console.log(warning)
  const results = []
  for (const each of cases) {
    const rows = await measure(each, join(folder, 'rows'))
    results.push({ name: each.name, batch: each.batch, rows })
    const verdict = (ratio) => `${short(ratio)}× ${ratio >= each.wanted ? 'reached' : 'missed'}`
    const lines = rows.map(({ id, rate, ratio, score }, i) => [
      id,
      String(Math.round(rate)),
      i === 0 ? '' : verdict(ratio),
      score.toFixed(1),
    ])
    console.log(`\n${each.name}, batch ${each.batch}: ravine is to be ${each.wanted}× as fast`)
    console.log(table([['engine', 'samples/s', 'ravine is', 'pseudo-log-likelihood'], ...lines]).join('\n'))
  }
  if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify({ host, versions, results }, null, 2)}\n`)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
} finally {
  for (const engine of engines) engine.process.close()
  rmSync(folder, { recursive: true })
}
