// The static checks: what can be said about the code without running it.
import { codegenCheck } from './build.mjs'
import { wasmCheck } from './check-wasm.mjs'
import { must, mustNode } from './lib/run.mjs'
import { nativeEnv, target, wasmToolchain } from './lib/rust.mjs'
import { cargoWasmEnv, inlined, variants } from './variants.mjs'

const cargo = (args, env = nativeEnv()) => void must('cargo', args, { env })
const denied = ['--', '-D', 'warnings']

const rustfmt = {
  name: 'rustfmt',
  run: () =>
    void must('cargo', ['fmt', '--all', '--check', '--', '-l'], {
      env: nativeEnv(),
      hint: '`npm run format` mends these files:',
    }),
}

const clippy = {
  name: 'clippy',
  run() {
    for (const features of [[], ['--features', 'wide']])
      cargo(['clippy', '--quiet', '--all-targets', '--no-default-features', ...features, ...denied])
  },
}

/** What only exists in the WebAssembly build: the bindings and the vector instructions. */
const clippyWasm = {
  name: 'clippy wasm',
  run: () =>
    cargo(
      ['clippy', '--quiet', '--release', '--target', target, ...wasmToolchain().cargoArgs, ...denied],
      cargoWasmEnv(variants[0]),
    ),
}

const rustdoc = {
  name: 'rustdoc',
  run: () => cargo(['doc', '--quiet', '--no-deps'], { ...nativeEnv(), RUSTDOCFLAGS: '-D warnings' }),
}

const biome = {
  name: 'biome',
  run: () =>
    void mustNode('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '--colors=off'], {
      hint: '`npm run format` mends what can be mended by itself:',
    }),
}

const tsc = {
  name: 'tsc',
  needs: inlined,
  run: () => void mustNode('typescript/bin/tsc', ['--project', 'tsconfig.json'], { hint: 'tsc found errors:' }),
}

export const checks = [codegenCheck, rustfmt, clippy, clippyWasm, rustdoc, biome, tsc, wasmCheck]
