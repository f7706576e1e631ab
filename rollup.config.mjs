// Bundles ts/ to ES modules, and its declarations to one file an entry. The entries are those that package.json's `exports` name: `./dist/ops.js` comes from `ts/ops.ts`.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { dts } from 'rollup-plugin-dts'
import esbuild from 'rollup-plugin-esbuild'

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const names = Object.values(exports).flatMap(({ default: file }) => (file ? [basename(file, '.js')] : []))

const input = (folder, ending, entries = names) =>
  Object.fromEntries(entries.map((name) => [name, `${folder}/${name}${ending}`]))
/** The module that is loaded without being asked for, and the decoder. */
const inlined = /\/(simd\/(packed|bytes)|unpacker|decode)\.js$/

/** What `init` loads, in one file, though `ravine/worker` needs a part of it from the beginning. */
const choosing = /\/runtime\/(start|builds|features|wide\/possible)\.ts$/

const onLog = (level, log, handler) => handler(level === 'warn' ? 'error' : level, log)

const code = {
  // The scripts for workers are bundles of their own: rollup.worker.mjs.
  input: input(
    'ts',
    '.ts',
    names.filter((name) => !name.endsWith('-script')),
  ),
  output: {
    dir: 'dist',
    format: 'es',
    sourcemap: true,
    // The chunk of a build has the name of the build.
    chunkFileNames: ({ facadeModuleId }) =>
      `chunks/${/\/wasm\/([\w-]+)\/bytes/.exec(facadeModuleId)?.[1] ?? '[name]'}.js`,
    // The inlined module in a file of its own, which everything else imports first: gzip packs the code after it as a whole.
    manualChunks: (id, graph) => (inlined.test(id) ? 'wasm' : choosing.test(id) ? 'start' : sharedChunk(id, graph)),
    hoistTransitiveImports: false,
  },
  external: /^node:/,
  plugins: [withoutMap(), withoutComments(), esbuild({ target: 'es2022', sourceMap: true }), selfContained()],
  onLog,
}

/**
 * The chunk of a module that the main entry shares: with what is loaded later, or with other entries. Rollup would make one for each set of those who need it, which
 * are six, and gzip packs fewer files better.
 */
function sharedChunk(id, { getModuleIds, getModuleInfo }) {
  const others = [...getModuleIds()].filter((other) => reach(other, getModuleInfo).has(id)).map(getModuleInfo)
  if (!others.some((root) => root.isEntry && basename(root.id) === 'index.ts')) return undefined
  if (others.some(({ dynamicImporters }) => dynamicImporters.length > 0)) return 'core'
  return others.filter(({ isEntry }) => isEntry).length > 1 ? 'shared' : undefined
}

/** The modules that one imports, itself included. */
function reach(from, getModuleInfo) {
  const found = new Set([from])
  for (const id of found) for (const imported of getModuleInfo(id)?.importedIds ?? []) found.add(imported)
  return found
}

/** From what tsc wrote (scripts/build.mjs), only what an entry's exports reach: nothing internal, no WebAssembly glue. */
const declarations = {
  input: input('build/types/ts', '.d.ts'),
  output: { dir: 'dist/types', format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'chunks/[name].ts' },
  // Nothing that is exported speaks of the glue; `tsc` would refuse what remained.
  external: /build.(wasm|worker)/,
  // What is internal has been stripped; modules that speak of it are not reached.
  shimMissingExports: true,
  plugins: [dts()],
  // Types that entries share without exporting them stay in a shared file: a user's own declarations name the exported ones.
  onLog(level, log, handler) {
    // (The script for workers exports nothing.)
    const expected =
      /^(SHIMMED_EXPORT|EMPTY_BUNDLE)$/.test(log.code) || log.message.includes('private shared type exports')
    if (!expected) onLog(level, log, handler)
  },
}

export default [code, declarations]

/** Leaves inlined modules and the worker's script out of the source maps, which would otherwise hold all their text a second time. */
function withoutMap() {
  const inlined = /\/(packed|unpacker|decode|bytes)\.js$|\/build\/worker\/\w+\.text\.js$/
  return {
    name: 'without-map',
    transform: (code, id) => (inlined.test(id) ? { code, map: { mappings: '' } } : null),
  }
}

/**
 * Leaves the documentation of members out, which esbuild would keep (that of all else it drops): it is in the declarations. Nothing moves, so source maps stay right, and
 * show it.
 */
function withoutComments() {
  return {
    name: 'without-comments',
    transform: (code, id) =>
      id.endsWith('.ts')
        ? { code: code.replace(/^ *\/\*\*[\s\S]*?\*\/$/gm, (comment) => comment.replace(/[^\n]/g, ' ')), map: null }
        : null,
  }
}

/** Fails where a bundler or an engine would go and look for another file: wasm-bindgen's default loader does that. */
function selfContained() {
  return {
    name: 'self-contained',
    generateBundle(_, bundle) {
      for (const { fileName, code } of Object.values(bundle))
        if (code && /import\.meta\.url|new URL\(/.test(code)) this.error(`${fileName} refers to a file by its URL`)
    },
  }
}
