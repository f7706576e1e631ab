// The benchmark's entry: `node bench/run.mjs --help`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cases, selectCases } from './cases/index.mjs'
import { engines, selectEngines } from './engines/index.mjs'
import { chart } from './lib/chart.mjs'
import { startEngine } from './lib/child.mjs'
import { readAnswers, recordAnswers } from './lib/expected.mjs'
import { measureFootprints } from './lib/footprint.mjs'
import { busyWarning, hostFacts } from './lib/host.mjs'
import { measureCase, pace } from './lib/measure.mjs'
import { help, readOptions } from './lib/options.mjs'
import { footprintTable, hostLines, targetTable, workloadTables } from './lib/report.mjs'
import { findNode, findPython, installPeers } from './lib/setup.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const say = (...lines) => console.log(lines.join('\n'))

/** Progress on one line of a terminal, nothing elsewhere. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

/** Starts the chosen engines; those that cannot open are named with the reason and left out. */
async function openEngines(chosen, programs) {
  const players = []
  const unavailable = []
  for (const engine of chosen) {
    const child = startEngine(engine, programs)
    try {
      const { unavailable: reason, ...facts } = await child.ask({ do: 'open' })
      if (reason) throw new Error(reason)
      players.push({ engine, child, facts })
    } catch (error) {
      unavailable.push({ id: engine.id, reason: error.message.split('\n')[0] })
      await child.close()
    }
  }
  return { players, unavailable }
}

/** Writes the result where it was asked for and under results/. */
function save(run, file) {
  const json = `${JSON.stringify(run, null, 2)}\n`
  mkdirSync(here('results'), { recursive: true })
  const stamp = run.host.date.slice(0, 16).replace(/[-:]/g, '').replace('T', '-')
  for (const path of [here('results/latest.json'), here(`results/${stamp}-${run.host.commit ?? 'none'}.json`), file])
    if (path) writeFileSync(path, json)
  if (run.workloads.some(({ results }) => Object.values(results).some(({ ms }) => ms)))
    writeFileSync(here('results/latest.svg'), chart(run))
}

async function train(options) {
  const chosenCases = selectCases(options.cases)
  const chosenEngines = selectEngines(options.engines)
  installPeers()
  const programs = { node: findNode(options.node), python: findPython() }
  const settings = { ...(options.quick ? pace.quick : pace.full), ...(options.rounds && { rounds: options.rounds }) }
  const host = hostFacts(programs.node)
  const answers = readAnswers()

  const { players, unavailable } = await openEngines(chosenEngines, programs)
  const run = {
    host,
    settings,
    engines: players.map(({ engine, facts }) => ({ id: engine.id, kind: engine.kind, ...facts })),
    unavailable,
    workloads: [],
  }
  say(...hostLines(run))
  const warning = busyWarning(host)
  if (warning) say(warning, '')

  for (const testCase of chosenCases) {
    const results = await measureCase(testCase, answers[testCase.name], players, settings, progress)
    const workload = { name: testCase.name, group: testCase.group, results }
    run.workloads.push(workload)
    progress('')
    say(...workloadTables({ workloads: [workload], engines: run.engines }))
  }
  for (const { child } of players) await child.close()

  if (options.footprint) {
    const repeats = options.quick ? 3 : 7
    const opened = players.map(({ engine }) => engine)
    run.footprints = await measureFootprints(opened, programs, repeats, progress)
    progress('')
    say(...footprintTable(run))
  }
  say(...targetTable(run))
  save(run, options.json)
  say('written: bench/results/latest.json, bench/results/latest.svg')
}

/** Figures of ravine alone are taken in the engines' Node too, so in a process of their own. */
function alone(program, options) {
  const args = [here(program), ...(options.quick ? ['--quick'] : []), ...(options.json ? ['--json', options.json] : [])]
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
const commands = { train, kernels, frozen, rbm, list, expected: () => recordAnswers(say), help: () => say(help) }

try {
  const options = readOptions(process.argv.slice(2))
  const command = commands[options.command]
  if (!command) throw new Error(`no command "${options.command}"; there are: ${Object.keys(commands).join(', ')}`)
  await command(options)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}
