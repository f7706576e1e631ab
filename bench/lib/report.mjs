// The results as text. Every function takes the run's result object and returns lines.
import { bytes, short } from './stats.mjs'
import { judgeTargets } from './targets.mjs'

/** Lines of a table with aligned columns: the first to the left, the others to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  )
}

const notes = { cannot: 'cannot do this', wrong: 'wrong answer', failed: 'failed' }

/** Where an engine runs: 'chromium:', 'firefox:', or '' for a process of its own. */
const placeOf = (id) => id.match(/^(?:chromium|firefox):/)?.[0] ?? ''

/** The engine that the ratios of a place are against: ravine where it ran, else the fastest that did. */
function baseOf(results, place) {
  const timed = Object.keys(results).filter((id) => results[id].ms && placeOf(id) === place)
  if (timed.includes(`${place}ravine`)) return `${place}ravine`
  return timed.sort((a, b) => results[a].ms.median - results[b].ms.median)[0]
}

/**
 * One table per workload: median and minimum of the rounds, the main thread's CPU time, the ratio to ravine in the same browser or outside
 * of one (how many times its time), the error of the loss as a share of what the loss fell by, the timed steps of a round.
 */
export function workloadTables({ workloads, engines }) {
  return workloads.flatMap(({ name, results }) => {
    const base = baseOf(results, '')
    const header = [name, 'ms/step', 'min', 'cpu', base ? `× ${base}` : '× ravine', 'loss error', 'steps']
    const reasons = []
    const rows = engines
      .filter(({ id }) => results[id])
      .map(({ id }) => {
        const { status, reason, ms, cpu, deviation, steps } = results[id]
        if (!ms) {
          reasons.push(`  ${id}: ${notes[status]}: ${reason.split('\n')[0]}`)
          return [id, notes[status], '', '', '', deviation === undefined ? '' : deviation.toExponential(0), '']
        }
        const ratio = ms.median / results[baseOf(results, placeOf(id))].ms.median
        const times = [ms.median, ms.min, cpu, ratio].map((value) => (value === undefined ? '' : short(value)))
        return [id, ...times, deviation.toExponential(0), String(steps)]
      })
    return [...table([header, ...rows]), ...reasons, '']
  })
}

export function footprintTable({ engines, footprints }) {
  if (!footprints) return []
  const size = (value) => (value === undefined ? '–' : bytes(value))
  const rows = engines
    .filter(({ id }) => footprints[id])
    .map(({ id }) => {
      const { download, startup, memory, failed } = footprints[id]
      if (failed) return [id, 'failed', '', '', '']
      return [id, size(download), `${short(startup)} ms`, size(memory?.rss), size(memory?.wasm || undefined)]
    })
  const lines = table([['', 'download, gzipped', 'import to first step', 'memory', 'of it WebAssembly'], ...rows])
  const core = footprints.ravine?.coreWasm
  return [...lines, ...(core ? [`core wasm of ravine: ${bytes(core)} gzipped`] : []), '']
}

export function targetTable(run) {
  const rows = judgeTargets(run)
  if (rows.length === 0) return []
  const cells = rows.map(({ ours, workload, target, rival, wanted, reached, ok }) => [
    ours,
    workload,
    target === rival ? target : `${target} (${rival})`,
    `${wanted}×`,
    `${short(reached)}×`,
    ok ? 'reached' : 'missed',
  ])
  return [...table([['target', 'on', 'against', 'wanted', 'here', ''], ...cells]), '']
}

/** What an engine says of itself: `ravine 0.1.0 (relaxed, 2 threads, Chrome 156)`. */
function described({ id, version, variant, threads, browser }) {
  const counted = threads && `${threads} thread${threads === 1 ? '' : 's'}`
  const facts = [variant, counted, browser].filter(Boolean)
  return `${id} ${version}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
}

export function hostLines({ host, engines, unavailable }) {
  return [
    `${host.cpu}, ${host.cores} cores, ${host.system}, Node ${host.node} (V8 ${host.v8}), commit ${host.commit ?? 'none'}`,
    engines.map(described).join(', '),
    ...unavailable.map(({ id, reason }) => `not measured: ${id}: ${reason}`),
    '',
  ]
}

/** How many times as fast several threads are as one of the same build, and what that means. */
export function threadTable({ workloads }) {
  if (workloads.length === 0) return ['nothing to compare', '']
  const times = (value) => `${value.toFixed(2)}×`
  const verdict = ({ sameBits, slower }) => (!sameBits ? 'OTHER BITS' : slower ? 'SLOWER' : 'ok')
  const rows = workloads.flatMap(({ name, rows }) =>
    rows.map((row) => {
      if (row.reason) return [name, row.id, '', '', '', '', row.reason]
      const { id, one, several, ratio, interval } = row
      return [name, id, short(one), short(several), times(ratio), interval.map(times).join(' … '), verdict(row)]
    }),
  )
  const all = workloads.flatMap(({ rows }) => rows)
  const bad = all.filter((row) => row.reason || row.slower || !row.sameBits).length
  const end =
    bad === 0
      ? 'no workload is slower with threads beyond noise, and all losses have the same bits'
      : `${bad} to look at`
  return [...table([['', 'engine', 'ms on one', 'ms on several', 'faster', '95%', ''], ...rows]), '', end, '']
}
