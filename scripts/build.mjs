// The build's named steps, each done only when what it is made from has changed:
//   node scripts/build.mjs [--check] [step …]
// `--check` (for `codegen`) compares instead of writing.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commonDeclarations, commonGlue, initialPages } from './glue.mjs'
import { writeDecoder, writeInlined } from './inline.mjs'
import { exists, must, mustNode, read, root, StepError } from './lib/run.mjs'
import { nativeEnv, target, wasmToolchain } from './lib/rust.mjs'
import { stamped } from './lib/stamp.mjs'
import { runChain } from './lib/steps.mjs'
import { setUpSteps } from './setup.mjs'
import {
  benchVariants,
  cargoWasmEnv,
  inlined,
  optimize,
  profileVariants,
  unpackerVariant,
  variants,
} from './variants.mjs'

const crateFiles = ['Cargo.toml', 'Cargo.lock', 'crate/Cargo.toml', 'crate/src']
const compiler = () => must('rustc', ['-vV'], { env: wasmToolchain().env }).stdout

const vocabulary = 'ts/generated/vocabulary.ts'
const generateVocabulary = () =>
  must('cargo', ['run', '--quiet', '--no-default-features', '--example', 'vocabulary'], { env: nativeEnv() }).stdout

const codegen = stamped({
  name: 'codegen',
  inputs: [...crateFiles, 'crate/examples'],
  outputs: [vocabulary],
  run() {
    const text = generateVocabulary()
    if (exists(vocabulary) && read(vocabulary) === text) return
    mkdirSync(join(root, vocabulary, '..'), { recursive: true })
    writeFileSync(join(root, vocabulary), text)
  },
})

/** Fails when the committed vocabulary is not what the crate says. */
export const codegenCheck = {
  name: 'codegen',
  run() {
    if (exists(vocabulary) && read(vocabulary) === generateVocabulary()) return
    throw new StepError(`${vocabulary} is not what the crate generates. Run \`npm run codegen\` and commit the file.`)
  },
}

/** Compiles the crate into build/wasm/<variant>. */
function wasmStep(variant) {
  const folder = `build/wasm/${variant.name}`
  const wasm = `${folder}/ravine_bg.wasm`
  return stamped({
    name: `wasm-${variant.name}`,
    inputs: [...crateFiles, 'scripts/variants.mjs'],
    values: () => [compiler()],
    outputs: [wasm, `${folder}/ravine.js`],
    run() {
      const features = variant.cargoFeatures ? ['--features', variant.cargoFeatures.join()] : []
      // wasm-pack compares rustup's targets by itself, hence `--mode force`: the toolchain step knows better.
      const flags = ['--release', '--target', 'web', '--mode', 'force', '--no-pack', '--no-opt', '--out-name', 'ravine']
      const cargoArgs = [...wasmToolchain().cargoArgs, ...features]
      must('wasm-pack', ['build', 'crate', ...flags, '--out-dir', join('..', folder), '--', ...cargoArgs], {
        env: cargoWasmEnv(variant),
      })
      optimize(variant, join(root, wasm))
    },
  })
}

/** How much arithmetic each kernel does, counted. */
const operations = stamped({
  name: 'operations',
  inputs: [...crateFiles, 'crate/examples'],
  outputs: ['build/operations.json'],
  run() {
    const args = ['run', '--quiet', '--no-default-features', '--features', 'count', '--example', 'operations']
    writeFileSync(join(root, 'build/operations.json'), must('cargo', args, { env: nativeEnv() }).stdout)
  },
})

/** Only the benchmarks of kernels ask for them. */
export const benchSteps = [operations, ...benchVariants.map(wasmStep)]

/** Only `npm run bench -- profile` asks for them, besides the package. */
export const profileSteps = profileVariants.map(wasmStep)

const unpackFiles = ['Cargo.toml', 'Cargo.lock', 'unpack']

/** The module that unpacks the others: see scripts/inline.mjs. */
const unpacker = stamped({
  name: 'unpacker',
  inputs: [...unpackFiles, 'scripts/variants.mjs', 'scripts/inline.mjs', 'scripts/inline'],
  values: () => [compiler()],
  outputs: ['build/wasm/unpacker.wasm', 'build/wasm/unpacker.js', 'build/wasm/decode.js'],
  run() {
    const env = cargoWasmEnv(unpackerVariant)
    const options = ['--quiet', '--release', '--package', 'ravine-unpack', '--lib', '--target', target]
    must('cargo', ['build', ...options, ...wasmToolchain().coreArgs], { env })
    const wasm = join(root, 'build/wasm/unpacker.wasm')
    mkdirSync(join(root, 'build/wasm'), { recursive: true })
    copyFileSync(join(env.CARGO_TARGET_DIR, target, 'release/ravine_unpack.wasm'), wasm)
    optimize(unpackerVariant, wasm)
    writeDecoder(join(root, 'build/wasm'))
  },
})

const moduleSteps = variants.flatMap((variant) => {
  const folder = `build/wasm/${variant.name}`
  const wasm = `${folder}/ravine_bg.wasm`
  return [
    wasmStep(variant),
    stamped({
      name: `inline-${variant.name}`,
      needs: [`wasm-${variant.name}`, 'unpacker'],
      inputs: [wasm, ...unpackFiles, 'build/wasm/unpacker.wasm', 'scripts/inline.mjs', 'scripts/inline'],
      outputs: [`${folder}/bytes.js`, `${folder}/bytes.d.ts`, `${folder}/packed.js`],
      run: () => writeInlined(join(root, folder), variant.threads ? initialPages(variant) : 0),
    }),
  ]
})

/** Compile the crates and put them where TypeScript imports them from. */
export const wasmSteps = [unpacker, ...moduleSteps]

/** The glue that serves all builds. */
const glueStep = stamped({
  name: 'glue',
  needs: variants.map(({ name }) => `wasm-${name}`),
  inputs: [...variants.map(({ name }) => `build/wasm/${name}/ravine.js`), 'scripts/glue.mjs', 'scripts/glue'],
  outputs: ['build/wasm/glue/ravine.js', 'build/wasm/glue/ravine.d.ts'],
  run() {
    const folder = join(root, 'build/wasm/glue')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'ravine.js'), commonGlue())
    writeFileSync(join(folder, 'ravine.d.ts'), commonDeclarations())
  },
})

const glue = ['build/wasm/glue']

/** A script that workers run, and its text as a module that the package is bundled with. */
function scriptStep(name, needs) {
  const path = `build/worker/${name}`
  return stamped({
    name,
    needs,
    inputs: ['ts', 'rollup.worker.mjs', 'package-lock.json', 'scripts/build.mjs', ...glue],
    outputs: [`${path}.js`, `${path}.text.js`, `${path}.text.d.ts`],
    run() {
      const flags = ['--config', 'rollup.worker.mjs', `--configScript=${name}`, '--silent']
      mustNode('rollup/dist/bin/rollup', flags, { hint: 'rollup failed:' })
      const script = read(`${path}.js`).trim()
      writeFileSync(join(root, `${path}.text.js`), `export const source = ${JSON.stringify(script)}\n`)
      const types = `/** The script that a ${name} runs. */\nexport declare const source: string\n`
      writeFileSync(join(root, `${path}.text.d.ts`), types)
      return `${(script.length / 1000).toFixed(1)} kB of script`
    },
  })
}

/** For a thread of a pool, and for a model in a worker, which may start threads of its own. */
const threadScript = scriptStep('thread', [...inlined, 'glue'])
const workerScript = scriptStep('worker', ['thread'])

const declarations = 'build/types/ts'

const types = stamped({
  name: 'types',
  needs: [...inlined, 'glue', 'worker'],
  inputs: [
    'ts',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    ...glue.map((folder) => `${folder}/ravine.d.ts`),
  ],
  outputs: [declarations],
  run() {
    rmSync(join(root, declarations), { recursive: true, force: true })
    mustNode('typescript/bin/tsc', ['--project', 'tsconfig.build.json'], { hint: 'tsc found errors:' })
  },
})

/** A user's project need not have the library that declares `Symbol.dispose`: a file that uses it asks for it. */
function referToDisposable(path) {
  const text = readFileSync(path, 'utf8')
  if (text.includes('Symbol.dispose')) writeFileSync(path, `/// <reference lib="esnext.disposable" />\n${text}`)
}

const bundle = stamped({
  name: 'bundle',
  needs: [...inlined, 'types'],
  inputs: [
    'ts',
    'rollup.config.mjs',
    'package.json',
    'package-lock.json',
    'scripts/build.mjs',
    ...glue,
    'build/worker',
    ...variants.map(({ name }) => `build/wasm/${name}`),
  ],
  outputs: ['dist/index.js', 'dist/types/index.d.ts'],
  run() {
    const dist = join(root, 'dist')
    rmSync(dist, { recursive: true, force: true })
    mustNode('rollup/dist/bin/rollup', ['--config', '--silent'], { hint: 'rollup failed:' })
    for (const name of ['worker', 'thread'])
      copyFileSync(join(root, `build/worker/${name}.js`), join(dist, `${name}-script.js`))
    for (const name of readdirSync(join(dist, 'types'), { recursive: true }))
      if (name.endsWith('.d.ts')) referToDisposable(join(dist, 'types', name))
    const entries = Object.values(JSON.parse(read('package.json')).exports).flatMap((entry) => entry.types ?? [])
    const likeUsers = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', 'false']
    mustNode('typescript/bin/tsc', [...likeUsers, '--ignoreConfig', '--types', '', ...entries], {
      hint: 'tsc finds errors in the published types:',
    })
  },
})

/** The example of `npm start`, bundled with the baseline: see rollup.start.mjs. */
const start = stamped({
  name: 'start',
  needs: ['inline-simd'],
  inputs: ['ts', 'examples/mnist', 'examples/data', 'rollup.start.mjs', 'package-lock.json', 'build/wasm/simd'],
  outputs: ['build/start/mnist.mjs'],
  run: () =>
    void mustNode('rollup/dist/bin/rollup', ['--config', 'rollup.start.mjs', '--silent'], { hint: 'rollup failed:' }),
})

export const packageSteps = [glueStep, threadScript, workerScript, types, bundle]
export const buildSteps = [codegen, ...wasmSteps, ...packageSteps]

const baseline = ['unpacker', 'wasm-simd', 'inline-simd']
/** What `npm start` needs of them, in a third of the time. */
export const startSteps = [codegen, ...wasmSteps.filter(({ name }) => baseline.includes(name)), start]

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2).filter((argument) => argument !== '--check')
  const steps = process.argv.includes('--check') ? [codegenCheck] : buildSteps
  const unknown = names.find((name) => !steps.some((step) => step.name === name))
  if (unknown) {
    console.error(`There is no build step ${unknown}. The steps are ${steps.map((step) => step.name).join(', ')}.`)
    process.exit(1)
  }
  runChain([...setUpSteps, ...steps.filter((step) => names.length === 0 || names.includes(step.name))])
}
