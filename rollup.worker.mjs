// Bundles a script that workers run (`--configScript=worker` or `thread`) into one file without imports, and without the WebAssembly: whoever starts
// the worker sends that.
import { fileURLToPath } from 'node:url'
import esbuild from 'rollup-plugin-esbuild'

const sent = fileURLToPath(new URL('ts/runtime/binary-sent.ts', import.meta.url))

export default ({ configScript: name }) => ({
  input: `ts/${name}-script.ts`,
  output: { file: `build/worker/${name}.js`, format: 'iife', inlineDynamicImports: true },
  external: /^node:/,
  plugins: [sentModules(), esbuild({ target: 'es2022', minify: true })],
  onLog: (level, log, handler) => handler(level === 'warn' ? 'error' : level, log),
})

/** Where code asks for the modules of the bundle it gets those that the page has sent. */
function sentModules() {
  return { name: 'sent-modules', resolveId: (name) => (/^\.\/binar(y|ies)\.ts$/.test(name) ? sent : null) }
}
