// Bundles the example of `npm start` with the package's sources and the baseline alone: of the WebAssembly's builds only `init` needs others, which the
// example does not call.
import { fileURLToPath } from 'node:url'
import esbuild from 'rollup-plugin-esbuild'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

export default {
  input: 'examples/mnist/main.mjs',
  output: { file: 'build/start/mnist.mjs', format: 'es' },
  external: /^node:/,
  plugins: [baseline(), esbuild({ target: 'es2022' })],
  onLog: (level, log, handler) => handler(level === 'warn' ? 'error' : level, log),
}

/** The package from its sources, and what wasm-bindgen made for the baseline in place of the glue for all builds. */
function baseline() {
  return {
    name: 'baseline',
    resolveId(name) {
      if (name === 'ravine') return at('ts/index.ts')
      return name.endsWith('/wasm/glue/ravine.js') ? at('build/wasm/simd/ravine.js') : null
    },
    resolveDynamicImport: (name) => ({ id: name, external: true }),
  }
}
