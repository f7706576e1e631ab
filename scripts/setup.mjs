// Set-up: everything the build and the tests need, taken where it is there, else installed. A second run does nothing.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import { browsers, engines } from './lib/engines.mjs'
import { must, npm, root, run, StepError, tools } from './lib/run.mjs'
import { debianPackages, minimumRust, nativeEnv, wasmBindgenVersion, wasmToolchain } from './lib/rust.mjs'
import { stamped } from './lib/stamp.mjs'

const wasmPackVersion = '0.15.1'

const hint =
  'npm ci failed. It needs to reach the npm registry, and a lock file that fits package.json (`npm run lock`).'

/** npm packages as the lock file has them. No package's install script is needed, so none runs. */
const dependencies = stamped({
  name: 'dependencies',
  inputs: ['package-lock.json'],
  outputs: ['node_modules'],
  stampFile: 'node_modules/.ravine-lock',
  run: () => void npm(['ci', '--ignore-scripts'], { hint }),
})

/** npm packages of a folder with a lock file of its own. */
function packagesOf(name, folder, note) {
  return stamped({
    name,
    inputs: [`${folder}/package-lock.json`],
    outputs: [],
    stampFile: `${folder}/node_modules/.ravine-lock`,
    run() {
      npm(['ci', '--ignore-scripts'], { cwd: join(root, folder), hint })
      return note?.()
    },
  })
}

/** Other engines than the Node that runs this; packages of their own because npm would make one the `node` of every script. */
export const engineSetUp = packagesOf('engines', 'scripts/engines', () => absent(engines()))

/** Bundlers, and what checks packages and drives browsers; the tests' types need it too. */
export const packagers = packagesOf('packagers', 'test/packaging')

const toolchain = {
  name: 'toolchain',
  fresh: () => nativeEnv() !== undefined && wasmToolchain() !== undefined,
  run() {
    const attempts = [addSource, () => installDebianPackages()]
    const failures = []
    for (const attempt of attempts) {
      const failure = attempt()
      if (failure) failures.push(failure)
      if (nativeEnv() && wasmToolchain()) return
    }
    throw new StepError(
      `No Rust ${minimumRust} or newer with the source of its standard library, from which WebAssembly is built.\n` +
        `Either install rustup (rustup.rs) and run\n  rustup update stable && rustup component add rust-src\n` +
        `or, on Debian or Ubuntu as root, run\n  apt-get update && apt-get install ${debianPackages.join(' ')}\n` +
        failures.map((text) => `\n${text}`).join('\n'),
    )
  },
}

function addSource() {
  const env = nativeEnv()
  if (!env || !run('rustup', ['--version'], { env }).ok) return 'rustup with a recent Rust was not found.'
  const { ok, output } = run('rustup', ['component', 'add', 'rust-src'], { env, timeout: 300_000 })
  return ok ? undefined : `rustup component add rust-src failed:\n${output}`
}

function installDebianPackages(packages = debianPackages) {
  if (!existsSync('/etc/debian_version')) return 'This is not Debian or Ubuntu.'
  if (process.getuid?.() !== 0) return 'This is Debian or Ubuntu, but not as root.'
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = run('apt-get', ['update'], { env })
  const install = run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env })
  return install.ok ? undefined : `apt-get failed:\n${update.ok ? '' : update.output}${install.output}`
}

/**
 * The two commands that turn the crate into a package. They run for milliseconds, so they are compiled without optimization:
 * 170 s of processor time instead of 335 s with `opt-level=1`.
 */
const commands = {
  name: 'tools',
  fresh: () => missingCommands().length === 0,
  run() {
    const env = {
      ...nativeEnv(),
      CARGO_TARGET_DIR: join(tools, 'build'),
      CARGO_PROFILE_RELEASE_OPT_LEVEL: '0',
      CARGO_PROFILE_RELEASE_LTO: 'off',
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
    }
    for (const { command, crate, version } of missingCommands()) {
      const install = ['install', '--locked', '--force', '--root', tools, crate, '--version', version, '--bin', command]
      must('cargo', install, {
        env,
        hint: `cargo ${install.join(' ')} failed. It needs to reach the crate registry and a C linker (gcc).`,
      })
    }
    rmSync(env.CARGO_TARGET_DIR, { recursive: true, force: true })
  },
}

function missingCommands() {
  const wanted = [
    { command: 'wasm-pack', crate: 'wasm-pack', version: wasmPackVersion },
    { command: 'wasm-bindgen', crate: 'wasm-bindgen-cli', version: wasmBindgenVersion },
  ]
  const env = nativeEnv()
  return wanted.filter(({ command, version }) => !run(command, ['--version'], { env }).stdout.includes(` ${version}`))
}

const absent = (found) =>
  found
    .filter(({ missing }) => missing)
    .map(({ name, missing }) => `no ${name}, so its tests are skipped: ${missing}`)
    .join('; ')

/** Browsers as Debian has them; their tests are skipped without. */
const browserSetUp = {
  name: 'browsers',
  fresh: () => absent(browsers()) === '',
  run() {
    const packages = { Chromium: 'chromium', Firefox: 'firefox-esr' }
    const missing = browsers().filter((browser) => browser.missing)
    const failure = installDebianPackages(missing.map(({ name }) => packages[name]))
    return [absent(browsers()), failure?.split('\n')[0]].filter(Boolean).join('; ')
  },
}

/** Fashion-MNIST, for tests of its accuracy and of an example; they are skipped without it: nothing fails where it cannot be had. */
const testData = {
  name: 'test data',
  fresh: () => existsSync('/usr/share/datasets/fashion-mnist'),
  run() {
    const failure = installDebianPackages(['dataset-fashion-mnist'])
    return failure && `no Fashion-MNIST, so its tests are skipped: ${failure.split('\n')[0]}`
  },
}

/** What the build needs. */
export const setUpSteps = [dependencies, toolchain, commands]
/** What the tests need besides. */
export const testSetUp = [engineSetUp, packagers, browserSetUp, testData]
