// The benchmark's entry: `node bench/run.mjs --help`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { cases, selectCases } from './cases/index.mjs'
import { engines, selectEngines } from './engines/index.mjs'
import { chart } from './lib/chart.mjs'
import { readAnswers, recordAnswers } from './lib/expected.mjs'
import { measureFootprints } from './lib/footprint.mjs'
import { busyWarning, hostFacts } from './lib/host.mjs'
import { measureCase, pace } from './lib/measure.mjs'
import { help, readOptions } from './lib/options.mjs'
import { closePlayers, describePlayers, openPlayers } from './lib/players.mjs'
import { footprintTable, hostLines, table, targetTable, threadTable, workloadTables } from './lib/report.mjs'
import { measureScaling, scalingRows } from './lib/scaling.mjs'
import { scalingChart } from './lib/scaling-chart.mjs'
import { findNode, findPython, installDriver, installPeers } from './lib/setup.mjs'
import { measureThreads, threadPairs } from './lib/threads.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const say = (...lines) => console.log(lines.join('\n'))

/** Progress on one line of a terminal, nothing elsewhere. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

/** Writes a result to each of the files that are named. */
function write(run, ...files) {
  mkdirSync(here('results'), { recursive: true })
  for (const file of files) if (file) writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`)
}

/** Writes the result where it was asked for and under results/. */
function save(run, file) {
  const stamp = run.host.date.slice(0, 16).replace(/[-:]/g, '').replace('T', '-')
  write(run, here('results/latest.json'), here(`results/${stamp}-${run.host.commit ?? 'none'}.json`), file)
  if (run.workloads.some(({ results }) => Object.values(results).some(({ ms }) => ms)))
    writeFileSync(here('results/latest.svg'), chart(run))
}

/** What the engines need, and the choices of the command line. */
function prepare(options, engines, pace) {
  installPeers()
  if (engines.some(({ browser }) => browser)) installDriver()
  const programs = { node: findNode(options.node), python: findPython() }
  const settings = { ...pace, ...(options.rounds && { rounds: options.rounds }) }
  return { programs, settings, host: hostFacts(programs.node) }
}

/** Says where the figures come from, and when they are worth little. */
function introduce(run) {
  say(...hostLines(run))
  const warning = busyWarning(run.host)
  if (warning) say(warning, '')
}

async function train(options) {
  const chosenCases = selectCases(options.cases)
  const chosenEngines = selectEngines(options.engines)
  const { programs, settings, host } = prepare(options, chosenEngines, options.quick ? pace.quick : pace.full)
  const answers = readAnswers()

  const { players, unavailable } = await openPlayers(chosenEngines, programs)
  const run = {
    host,
    settings,
    engines: describePlayers(players),
    unavailable,
    workloads: [],
  }
  introduce(run)

  for (const testCase of chosenCases) {
    const results = await measureCase(testCase, answers[testCase.name], players, settings, progress)
    const workload = { name: testCase.name, group: testCase.group, results }
    run.workloads.push(workload)
    progress('')
    say(...workloadTables({ workloads: [workload], engines: run.engines }))
  }
  await closePlayers(players)

  if (options.footprint) {
    const repeats = options.quick ? 3 : 7
    const opened = players.map(({ engine }) => engine).filter(({ browser }) => !browser)
    run.footprints = await measureFootprints(opened, programs, repeats, progress)
    progress('')
    say(...footprintTable(run))
  }
  say(...targetTable(run))
  save(run, options.json)
  say('written: bench/results/latest.json, bench/results/latest.svg')
}

async function scaling(options) {
  const chosen = options.engines.length > 0 ? options.engines : ['ravine', 'ravine-relaxed']
  const engines = selectEngines(chosen)
  const { programs, settings, host } = prepare(options, engines, options.quick ? pace.quick : pace.sweep)
  const run = { host, settings, ...(await measureScaling(engines, programs, host.cores, settings, progress, say)) }
  progress('')
  introduce(run)
  for (const { title, header, rows } of scalingRows(run)) say(title, ...table([header, ...rows]), '')
  write(run, here('results/scaling.json'), options.json)
  if (run.panels.length > 0) writeFileSync(here('results/scaling.svg'), scalingChart(run))
  say('written: bench/results/scaling.json, bench/results/scaling.svg')
}

async function threads(options) {
  const chosenCases = selectCases(options.cases)
  const pairs = threadPairs(options.engines, availableParallelism())
  // More rounds than elsewhere: a difference of a few percent is what this looks for.
  const { programs, settings, host } = prepare(options, [], options.quick ? pace.quick : { ...pace.full, rounds: 15 })
  const measured = await measureThreads(pairs, chosenCases, readAnswers(), programs, settings, progress)
  const run = { host, settings, ...measured }
  progress('')
  introduce(run)
  say(...threadTable(run))
  write(run, here('results/threads.json'), options.json)
}

/** Figures of ravine alone are taken in the engines' Node too, so in a process of their own. */
function alone(program, options, ...more) {
  const quick = options.quick ? ['--quick'] : []
  const json = options.json ? ['--json', options.json] : []
  const args = [here(program), ...quick, ...json, ...more]
  const { status } = spawnSync(findNode(options.node), args, { stdio: 'inherit' })
  process.exitCode = status ?? 1
}

function list() {
  const shown = (engine) => `  ${engine.id}${engine.default ? '' : ' (only when named)'}`
  say('Workloads', ...cases.map(({ name }) => `  ${name}`), 'Engines', ...engines.map(shown))
}

const kernels = (options) => alone('kernels.mjs', options)
const frozen = (options) => alone('frozen.mjs', options)
const rbm = (options) => alone('rbm.mjs', options)
const profile = (options) => alone('profile.mjs', options, ...options.cases)
const stream = (options) => alone('stream.mjs', options)
const memory = (options) => alone('memory.mjs', options)
const commands = {
  train,
  scaling,
  threads,
  profile,
  kernels,
  frozen,
  rbm,
  stream,
  memory,
  list,
  expected: () => recordAnswers(say),
  help: () => say(help),
}

try {
  const options = readOptions(process.argv.slice(2))
  const command = commands[options.command]
  if (!command) throw new Error(`no command "${options.command}"; there are: ${Object.keys(commands).join(', ')}`)
  await command(options)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}
