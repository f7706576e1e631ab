// One engine in one process: its globals, its heap and its threads are its own. Reads one JSON request a line from standard input and answers
// each with one JSON line on standard output; the requests are in session.mjs.
//
//   node worker.mjs <adapter> <options as JSON> [--track-wasm]
import { createInterface } from 'node:readline'
import { makeSession } from './session.mjs'
import { trackWasmMemory } from './wasm-memory.mjs'

// Libraries greet on the console; standard output belongs to the protocol.
console.log = console.info = console.error

const [adapter, options, ...flags] = process.argv.slice(2)
const wasmBytes = flags.includes('--track-wasm') ? trackWasmMemory() : () => undefined

function cpu() {
  const used = process.threadCpuUsage?.()
  return used && used.user + used.system
}

/** The adapter opens its library on `open` only, not when it is imported. */
const { default: makeEngine } = await import(new URL(`../engines/${adapter}.mjs`, import.meta.url))
const answer = makeSession(makeEngine(JSON.parse(options)), {
  cpu,
  memory: () => ({ rss: process.memoryUsage.rss(), wasm: wasmBytes() }),
})

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`)
process.exit(0)
