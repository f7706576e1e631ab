// node bench/run.mjs kernels: ravine's kernels against what the machine can do through the same WebAssembly engine.
import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { busyWarning, hostFacts } from './lib/host.mjs'
import { measurePasses, measureProducts, wrongProducts } from './lib/kernels.mjs'
import { table } from './lib/report.mjs'
import { short } from './lib/stats.mjs'
import { loadHooks } from './lib/wasm-hooks.mjs'

const quick = process.argv.includes('--quick')
const jsonAt = process.argv.indexOf('--json')
const settings = quick ? { rounds: 3, target: 20 } : { rounds: 9, target: 100 }
const percent = (share) => `${(100 * share).toFixed(0)}%`

try {
  const host = hostFacts(process.execPath)
  const warning = busyWarning(host)
  console.log(`${host.cpu}, Node ${host.node} (V8 ${host.v8}), commit ${host.commit ?? 'none'}`)
  if (warning) console.log(warning)

  const operations = JSON.parse(readFileSync(new URL('../build/operations.json', import.meta.url), 'utf8'))
  const builds = {}
  for (const variant of ['simd', 'relaxed', 'wide']) {
    // For all that is compiled from now on; the bare loop stays as it is, so that shares may be over 100%.
    if (variant === 'wide') setFlagsFromString('--experimental-wasm-revectorize')
    const hooks = await loadHooks(variant)
    if (hooks) builds[variant] = measure(variant, hooks, operations)
    else console.log(`\n${variant}: this engine does not accept the build`)
  }
  if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify({ host, builds }, null, 2)}\n`)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}

/** Measures and shows one build. */
function measure(variant, hooks, operations) {
  const wrong = wrongProducts(hooks)
  if (wrong.length > 0) throw new Error(`${variant}: wrong products, so no times: ${wrong.join(', ')}`)

  const { bare, rows } = measureProducts(hooks, variant, settings)
  console.log(`\n${variant}: bare multiply-add loop ${short(bare)} GFLOP/s\n`)
  const verdict = ({ share, wanted }) => (wanted ? `${percent(wanted)} ${share >= wanted ? 'reached' : 'missed'}` : '')
  const lines = rows.map((row) => [row.name, short(row.gflops), percent(row.share), verdict(row)])
  console.log(table([['product m×k×n', 'GFLOP/s', 'of bare loop', 'wanted'], ...lines]).join('\n'))

  const passes = measurePasses(hooks, operations, settings)
  // A bar is a pass's time; up to the tenth block it is within what is allowed.
  const bar = ({ allowed }) => '█'.repeat(Math.min(30, Math.round(10 * allowed))).padEnd(16)
  const times = (x) => (x ? `${x.toFixed(1)}×` : '')
  const passLines = passes.map((row) => [
    ...[row.name, String(row.length), short(row.gigabytes), times(1 / row.share), times(row.limits)],
    ...[percent(row.allowed), bar(row)],
  ])
  const columns = ['pass', 'elements', 'GB/s', 'in copies', 'in arithmetic limits', 'of what is allowed', '']
  console.log(`\n${table([columns, ...passLines]).join('\n')}`)
  const slow = passes.filter(({ allowed }) => allowed > 1).map(({ name, length }) => `${name} (${length})`)
  console.log(
    `\nallowed: three copies, or 1.5 arithmetic limits where that is more; over it: ${slow.join(', ') || 'none'}`,
  )
  return { bare, products: rows, passes }
}
