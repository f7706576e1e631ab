// The runner's side of an engine's process.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findCase } from '../cases/index.mjs'
import { makeData, makeWeights } from './data.mjs'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))

/** The command that starts an engine's process. `flags` are for lib/worker.mjs and reach JavaScript engines only. */
function command(engine, { node, python }, flags) {
  if (engine.python) return [python, [path('../engines/pytorch.py'), ...engine.python]]
  return [node, [path('./worker.mjs'), engine.adapter, JSON.stringify(engine.options ?? {}), ...flags]]
}

const base64 = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')

/** What a process that cannot import the case tables needs to know about a workload. */
function describe(name) {
  const testCase = findCase(name)
  const { x, labels } = makeData(testCase)
  const weights = makeWeights(testCase).map((layer) => ({
    ...layer,
    kernel: base64(layer.kernel),
    bias: base64(layer.bias),
  }))
  return { case: testCase, x: base64(x), labels: base64(labels), weights }
}

/**
 * Starts the engine's process.
 *
 * @returns `ask(request)`: the answer, or an error with the engine's own words; `close()`: ends the process
 */
export function startEngine(engine, programs, flags = []) {
  const [file, args] = command(engine, programs, flags)
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-4000)
  })
  // A process that is gone is reported through 'close'; the failed write that found out says nothing new.
  child.stdin.on('error', () => {})
  let waiting
  let gone
  const settle = (how, value) => {
    const { resolve, reject } = waiting ?? {}
    waiting = undefined
    if (how === 'answer') resolve?.(value)
    else reject?.(value)
  }
  createInterface({ input: child.stdout }).on('line', (line) => settle('answer', JSON.parse(line)))
  const end = (reason) => {
    gone ??= new Error(`${engine.id}: ${reason}${said ? `\n${said.trim()}` : ''}`)
    settle('failure', gone)
  }
  child.on('error', (error) => end(`could not start (${error.message})`))
  const closed = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      end(`its process ended (${signal ?? `code ${code}`})`)
      resolve()
    })
  })

  async function ask(request) {
    if (gone) throw gone
    if (waiting) throw new Error(`${engine.id}: asked twice at once`)
    const needsData = engine.python && (request.do === 'prepare' || request.do === 'startup')
    const message = needsData ? { ...request, ...describe(request.name) } : request
    const answered = new Promise((resolve, reject) => {
      waiting = { resolve, reject }
    })
    child.stdin.write(`${JSON.stringify(message)}\n`)
    const answer = await answered
    if (answer.error) throw new Error(`${engine.id}: ${answer.error}`)
    return answer
  }

  async function close() {
    child.stdin.end()
    // Node 26 may wait for ever at its end, for a compilation in the background that waits for a garbage collection.
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    if (!gone) await closed
    clearTimeout(timer)
  }

  return { ask, close }
}
