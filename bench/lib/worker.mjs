// One engine in one process: its globals, its heap and its threads are its own. Reads one JSON request a line from standard
// input and answers each with one JSON line on standard output; engines/pytorch.py speaks the same protocol.
//
//   { do: 'open' }                  → { version } or { unavailable: reason }
//   { do: 'prepare', name }         → { unit } or { cannot: reason }   unit: step counts must be multiples of it
//   { do: 'reset' }                 → {}              back to the starting weights, optimizer state and first batch
//   { do: 'step', count }           → { ms, cpu }     timed here, so that the pipe is not in the figure; cpu: this thread's
//   { do: 'loss' }                  → { loss }        mean over the whole data set
//   { do: 'startup', name }         → { ms } or { cannot: reason }    in a fresh process: import, build, one step
//   { do: 'memory' }                → { rss, wasm } bytes;            wasm only with --track-wasm
//   { do: 'dispose' }               → {}
//
// Any failure is answered with { error }.
import { createInterface } from 'node:readline'
import { cases } from '../cases/index.mjs'
import { makeData, makeWeights } from './data.mjs'
import { trackWasmMemory } from './wasm-memory.mjs'

// Libraries greet on the console; standard output belongs to the protocol.
console.log = console.info = console.error

const [id, ...flags] = process.argv.slice(2)
const wasmBytes = flags.includes('--track-wasm') ? trackWasmMemory() : () => undefined

let run

function caseNamed(name) {
  const testCase = cases.find((row) => row.name === name)
  if (!testCase) throw new Error(`no workload is called "${name}"`)
  return testCase
}

/** The adapter opens its library on `open` only; `opened` keeps that to once. */
const { default: engine } = await import(new URL(`../engines/${id}.mjs`, import.meta.url))
let opened
const open = () => (opened ??= Promise.resolve().then(engine.open))

const handlers = {
  async open() {
    try {
      return { version: await open() }
    } catch (error) {
      return { unavailable: error.message.split('\n')[0] }
    }
  },
  async prepare({ name }) {
    const testCase = caseNamed(name)
    const reason = engine.cannot?.(testCase)
    if (reason) return { cannot: reason }
    await open()
    run = await engine.prepare(testCase, makeData(testCase), makeWeights(testCase))
    return { unit: run.unit ?? 1 }
  },
  async reset() {
    await run.reset()
    return {}
  },
  async step({ count }) {
    const before = process.threadCpuUsage?.()
    const start = performance.now()
    await run.step(count)
    const ms = performance.now() - start
    const used = before && process.threadCpuUsage(before)
    return { ms, cpu: used && (used.user + used.system) / 1e3 }
  },
  loss: async () => ({ loss: await run.loss() }),
  async startup({ name }) {
    const testCase = caseNamed(name)
    const reason = engine.cannot?.(testCase)
    if (reason) return { cannot: reason }
    const data = makeData(testCase)
    const weights = makeWeights(testCase)
    const start = performance.now()
    await open()
    run = await engine.prepare(testCase, data, weights)
    await run.reset()
    await run.step(1)
    return { ms: performance.now() - start }
  },
  memory: () => ({ rss: process.memoryUsage.rss(), wasm: wasmBytes() }),
  async dispose() {
    await run?.dispose()
    run = undefined
    return {}
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    const request = JSON.parse(line)
    answer = await handlers[request.do](request)
  } catch (error) {
    answer = { error: error.stack ?? String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit(0)
