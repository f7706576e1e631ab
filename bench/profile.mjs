// node bench/run.mjs profile: where a training step's time goes, by V8's sampling profiler over builds that have kept their functions' names.
//
//   node profile.mjs [--quick] [--json file] [workload …]            both builds, each in a process of its own: an instance cannot be exchanged
//   node profile.mjs --variant simd [--quick] [workload …]           one of them; the last line is its result as JSON
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { selectCases } from './cases/index.mjs'
import ravineEngine from './engines/ravine.mjs'
import { makeData, makeWeights } from './lib/data.mjs'
import { busyWarning, hostFacts } from './lib/host.mjs'
import { sharesOf } from './lib/profile.mjs'
import { table } from './lib/report.mjs'
import { short } from './lib/stats.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, json: { type: 'string' }, variant: { type: 'string' } },
})
const usual = ['64-64-64-10 b32', '784-32-10 b32', '784-128-10 b128']
const cases = selectCases(positionals.length > 0 ? positionals : usual)
const duration = options.quick ? 500 : 3000
/** Microseconds between samples. */
const INTERVAL = 100

/** Has the package start the build with names in place of its own, whose code is the same. */
function useNamedBuild(variant) {
  const named = readFileSync(new URL(`../build/wasm/profile-${variant}/ravine_bg.wasm`, import.meta.url))
  const swap = (bytes) => (bytes.byteLength > 1e5 ? named : bytes)
  const { Module, compile } = WebAssembly
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, [bytes], newTarget) => Reflect.construct(target, [swap(bytes)], newTarget),
  })
  WebAssembly.compile = (bytes) => compile(swap(bytes))
}

/** Steps, a multiple of the unit, that last about as long as a profile should. */
async function fitting(run) {
  for (let count = run.unit; ; count *= 2) {
    const start = performance.now()
    await run.step(count)
    const ms = performance.now() - start
    if (ms > 200) return run.unit * Math.max(1, Math.round(((duration / ms) * count) / run.unit / 10))
  }
}

/** Profiles one workload, in ten stretches from the same start: later, gradients vanish and the arithmetic is another. */
async function profileCase(engine, testCase) {
  const run = engine.prepare(testCase, makeData(testCase), makeWeights(testCase))
  run.reset()
  const count = await fitting(run)
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL })
  let ms = 0
  await session.post('Profiler.start')
  for (let stretch = 0; stretch < 10; stretch++) {
    run.reset()
    const start = performance.now()
    await run.step(count)
    ms += performance.now() - start
  }
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  run.dispose()
  return { name: testCase.name, ms: ms / (10 * count), samples: profile.samples.length, ...sharesOf(profile) }
}

async function profileVariant(variant) {
  useNamedBuild(variant)
  const engine = ravineEngine(variant === 'simd' ? {} : { variant, threads: 1 })
  await engine.open()
  const workloads = []
  for (const testCase of cases) workloads.push(await profileCase(engine, testCase))
  return workloads
}

function inOwnProcess(variant) {
  const args = [fileURLToPath(import.meta.url), '--variant', variant, ...(options.quick ? ['--quick'] : [])]
  const output = execFileSync(process.execPath, [...args, ...positionals], { encoding: 'utf8', maxBuffer: 1 << 26 })
  return JSON.parse(output)
}

/** One column a workload. */
function shareTable(workloads) {
  const names = [...new Set(workloads.flatMap(({ shares }) => shares.map(({ name }) => name)))]
  const percent = ({ shares }, name) => `${(100 * (shares.find((row) => row.name === name)?.share ?? 0)).toFixed(1)}%`
  const rows = names.map((name) => [name, ...workloads.map((workload) => percent(workload, name))])
  return table([
    ['', ...workloads.map(({ name }) => name)],
    ['ms/step, profiler running', ...workloads.map(({ ms }) => short(ms))],
    ...rows,
  ])
}

if (options.variant) process.stdout.write(JSON.stringify(await profileVariant(options.variant)))
else {
  const host = hostFacts(process.execPath)
  const warning = busyWarning(host)
  console.log(`${host.cpu}, Node ${host.node} (V8 ${host.v8}), commit ${host.commit ?? 'none'}`)
  if (warning) console.log(warning)
  const builds = {}
  for (const variant of ['simd', 'relaxed']) {
    builds[variant] = inOwnProcess(variant)
    console.log(`\n${variant}\n\n${shareTable(builds[variant]).join('\n')}`)
  }
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ host, builds }, null, 2)}\n`)
}
