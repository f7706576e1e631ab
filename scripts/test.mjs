// npm test: set-up, build, static checks and all tests. The last line is `N passed, N failed`: the tests of Rust and of
// TypeScript as their runners count them; a step that fails without a count of its own is one failure more.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packageSteps, wasmSteps } from './build.mjs'
import { checks } from './checks.mjs'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import { newestNode } from './lib/engines.mjs'
import { root, run, StepError } from './lib/run.mjs'
import { nativeEnv } from './lib/rust.mjs'
import { runSteps } from './lib/steps.mjs'
import { setUpSteps, testSetUp } from './setup.mjs'
import { inlined } from './variants.mjs'

const total = { passed: 0, failed: 0 }
/** Steps whose failures are in `total` already. */
const counted = new Set()

/** Adds a runner's report up and throws what it printed if anything went wrong. */
function count(name, { passed, failed }, { ok, output }) {
  total.passed += passed
  total.failed += failed
  if (failed > 0) counted.add(name)
  if (failed > 0 || !ok) throw new StepError(output)
  return `${passed} passed`
}

/** @param features those of the crate: the wide build has other tiles */
const rustTests = (name, features) => ({
  name,
  run() {
    const env = {
      ...nativeEnv(),
      NO_COLOR: '1',
      NEXTEST_COLOR: 'never',
      NEXTEST_STATUS_LEVEL: 'fail',
      CARGO_TERM_COLOR: 'never',
    }
    const hasNextest = run('cargo', ['nextest', '--version'], { env }).ok
    const args = hasNextest ? ['nextest', 'run', '--no-fail-fast'] : ['test', '--no-fail-fast', '--tests']
    const result = run('cargo', [...args, '--no-default-features', ...features], { env })
    return count(name, hasNextest ? nextestCounts(result.output) : libtestCounts(result.output), result)
  },
})

const docTests = {
  name: 'rust doc tests',
  run() {
    const result = run('cargo', ['test', '--doc', '--no-fail-fast', '--no-default-features'], { env: nativeEnv() })
    return count('rust doc tests', libtestCounts(result.output), result)
  },
}

/** From nextest's `Summary [ 0.5s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped`. */
function nextestCounts(output) {
  const line = output.match(/^\s*Summary .*tests? run:.*$/m)?.[0] ?? ''
  const number = (pattern) => Number(line.match(pattern)?.[1] ?? 0)
  const passed = number(/(\d+) passed/)
  return { passed, failed: number(/(\d+)(?:\/\d+)? tests? run:/) - passed }
}

/** From libtest's `test result: ok. 12 passed; 0 failed; …`, one line for each test program. */
function libtestCounts(output) {
  const counts = { passed: 0, failed: 0 }
  for (const [, passed, failed] of output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed/gm)) {
    counts.passed += Number(passed)
    counts.failed += Number(failed)
  }
  return counts
}

/** @param projects vitest's, all by default; @param node what runs them */
const typeScriptTests = (name, projects = [], node = process.execPath) => ({
  name,
  needs: [...inlined, 'bundle'],
  run() {
    const report = join(root, 'build/vitest.json')
    rmSync(report, { force: true })
    const args = ['run', ...projects, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), ...args]
    const result = run(node, vitest, { env: { ...process.env, NO_COLOR: '1' } })
    const counts = vitestCounts(report)
    // A test that did not run is a claim that was not checked: the title of its group says why.
    const skipped = Object.entries(counts.skipped).map(
      ([title, number]) => `\n${' '.repeat(14)}${number} skipped: ${title}`,
    )
    return count(name, counts, result) + skipped.join('')
  },
})

/** The project that needs a newer Node than may run this. */
const wideTests = {
  ...typeScriptTests('vitest wide'),
  run() {
    // Only now: set-up has brought it.
    const node = newestNode()
    if (!node) return 'left out: npm brought no Node 26 to this platform'
    return typeScriptTests('vitest wide', ['--project=wide'], node).run()
  },
}
const ownNode = Number.parseInt(process.versions.node, 10)

const benchTests = {
  name: 'bench tests',
  run() {
    const files = readdirSync(join(root, 'bench/test')).map((name) => join(root, 'bench/test', name))
    const result = run(process.execPath, ['--test', '--test-reporter=tap', ...files])
    const number = (word) => Number(result.output.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0)
    return count('bench tests', { passed: number('pass'), failed: number('fail') }, result)
  },
}

/** A file that could not be run at all has no test that failed; it counts as one. */
function vitestCounts(report) {
  let files
  try {
    files = JSON.parse(readFileSync(report, 'utf8')).testResults
  } catch {
    return { passed: 0, failed: 0, skipped: {} }
  }
  const statuses = files.flatMap(({ status, assertionResults }) => {
    const own = assertionResults.map((test) => test.status)
    return status === 'failed' && !own.includes('failed') ? [...own, 'failed'] : own
  })
  const skipped = {}
  for (const { status, ancestorTitles, title } of files.flatMap(({ assertionResults }) => assertionResults)) {
    if (status === 'passed' || status === 'failed') continue
    const group = ancestorTitles[0] ?? title
    skipped[group] = (skipped[group] ?? 0) + 1
  }
  return {
    passed: statuses.filter((status) => status === 'passed').length,
    failed: statuses.filter((status) => status === 'failed').length,
    skipped,
  }
}

const setUpFailed = runSteps([...setUpSteps, ...testSetUp])
const failed =
  setUpFailed.size > 0
    ? setUpFailed
    : runSteps([
        ...[...wasmSteps, ...packageSteps, ...checks],
        ...[rustTests('rust tests', []), rustTests('rust tests wide', ['--features', 'wide']), docTests],
        ...[benchTests, typeScriptTests('vitest'), ...(ownNode < 24 ? [wideTests] : [])],
      ])
total.failed += [...failed].filter((name) => !counted.has(name)).length
if (failed.size > 0) {
  console.log(`\nfailed: ${[...failed].join(', ')}`)
  process.exitCode = 1
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
