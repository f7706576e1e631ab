// The WebAssembly builds of the crate: a variant is a row.
import { join } from 'node:path'
import { mustNode, root } from './lib/run.mjs'
import { wasmToolchain } from './lib/rust.mjs'

/** Features of the modules that Rust makes for every variant, by wasm-opt's names. All are in Node 20 and in browsers since 2022. */
const commonFeatures = [
  ...['simd', 'bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals'],
  ...['reference-types', 'multivalue'],
]

const singles = [
  { name: 'simd', targetFeatures: '+simd128', wasmOptFeatures: commonFeatures },
  // Multiply and add in one instruction where the processor has it.
  {
    name: 'relaxed',
    targetFeatures: '+simd128,+relaxed-simd',
    wasmOptFeatures: [...commonFeatures, 'relaxed-simd'],
    relaxed: true,
  },
]

/** What a memory needs that threads share: it comes from outside, and each thread has its own stack and thread-local values in it. */
const sharedMemory = [
  ...['--shared-memory', '--import-memory', '--max-memory=4294967296'],
  ...['__wasm_init_tls', '__tls_size', '__tls_align', '__tls_base'].map((name) => `--export=${name}`),
].map((flag) => `-Clink-arg=${flag}`)

/** The same build for several threads. */
const threaded = (variant) => ({
  ...variant,
  name: `${variant.name}-threads`,
  targetFeatures: `${variant.targetFeatures},+atomics,+bulk-memory`,
  wasmOptFeatures: [...variant.wasmOptFeatures, 'threads'],
  rustFlags: sharedMemory,
  threads: true,
})

/** Relaxed, its vectors in pairs for V8's revectorizer, for any number of threads: where that is, memory can be shared. */
const wide = { ...threaded(singles[1]), name: 'wide', cargoFeatures: ['wide'] }

export const variants = [...singles, ...singles.map(threaded), wide]

/** The steps that put the modules where TypeScript imports them from. */
export const inlined = variants.map(({ name }) => `inline-${name}`)

/** With the hooks of `npm run bench -- kernels`; otherwise as the variants, and compiled beside them. */
export const benchVariants = [...singles, wide].map((variant) => ({
  ...variant,
  name: `bench-${variant.name}`,
  cargoFeatures: ['bench', ...(variant.cargoFeatures ?? [])],
  targetFolder: variant.name,
}))

/** As published, but with the functions' names, and none inlined into another by wasm-opt: for `npm run bench -- profile`. */
export const profileVariants = singles.map((variant) => ({
  ...variant,
  name: `profile-${variant.name}`,
  targetFolder: variant.name,
  named: true,
}))

/** What unpacks them: for any engine that has WebAssembly with copies of memory, and as small as can be. */
export const unpackerVariant = {
  name: 'unpacker',
  targetFeatures: '+bulk-memory',
  wasmOptFeatures: ['bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals'],
  // What is called for each symbol stays a function: engines compile well only what is called often.
  passes: [...['literal', 'match_length', 'advance'].map((name) => `--no-inline=*${name}*`), '-Oz'],
}

/**
 * The kernels are vectorized by hand and were measured without unrolling; what the compiler adds by itself makes the rest of
 * the module larger and nothing faster.
 */
const plainLoops = ['-Cno-vectorize-loops', '-Cno-vectorize-slp', '-Cllvm-args=-unroll-runtime=false']

/**
 * Instructions in the order of the source: the micro-kernel uses each element of A as soon as it is loaded. By default the compiler
 * loads all of them first, and a tile of 6 × 8 no longer fits the registers (half the speed).
 */
const sourceOrder = ['-Cllvm-args=-pre-RA-sched=source']

/**
 * How many uses of a pointer the compiler looks at to see that nobody else has it. Beyond (by default 100 are the end of it, and a function with the loops of all
 * activations has more) it loads constants anew in every turn, since what the turn before has stored might have been just there.
 */
const pointerUses = ['-Cllvm-args=-capture-tracking-max-uses-to-explore=1000']

/** Each variant has its own target folder: cargo would compile everything anew whenever the flags change. */
export function cargoWasmEnv(variant) {
  const { env, rustFlags } = wasmToolchain()
  return {
    ...env,
    RUSTFLAGS: [
      `-Ctarget-feature=${variant.targetFeatures}`,
      ...plainLoops,
      ...sourceOrder,
      ...pointerUses,
      ...(variant.rustFlags ?? []),
      ...rustFlags,
    ].join(' '),
    CARGO_TARGET_DIR: join(root, 'target', `wasm-${variant.targetFolder ?? variant.name}`),
  }
}

/** Functions as the compiler left them: what it was told not to inline stays a function, with its name. */
const named = ['--debuginfo', '--one-caller-inline-max-function-size=0']
const unnamed = ['--strip-debug']

/**
 * `p + 16` becomes the offset of a load or store, which LLVM does where it still knows that the sum does not wrap: 6 to 9% of a product in the
 * baseline. wasm-opt may when no address is below 1024, and there lies the far end of the stack.
 */
const offsets = '--low-memory-unused'

/** Twice: the second round finds what the first has left. The wide build's loops are to stay as they are. */
const passes = (variant) => variant.passes ?? [offsets, '-O3', ...(variant.name === 'wide' ? [] : ['-O3'])]

/** Runs wasm-opt over a module in place and drops the sections that only tools read. */
export function optimize(variant, wasm) {
  const features = ['--mvp-features', ...variant.wasmOptFeatures.map((name) => `--enable-${name}`)]
  const names = variant.named ? named : unnamed
  const strip = [...names, '--strip-producers', '--strip-target-features']
  mustNode('binaryen/bin/wasm-opt', [wasm, ...passes(variant), ...features, ...strip, '--output', wasm])
}
