// One glue for all builds: what wasm-bindgen makes for a build with shared memory serves the others too, once it takes the memory from outside
// instead of making one itself where none is given, and an instance in place of one before. A page that starts several builds in turn, as `init` may,
// then has the classes once. It is also made shorter: scripts/glue/shorten.mjs.
import { shorten, shortenDeclarations } from './glue/shorten.mjs'
import { read, StepError } from './lib/run.mjs'
import { variants } from './variants.mjs'

/** Where the memory is imported; wasm-bindgen adds a default of the size that the module asks for. */
const defaultMemory = /memory: memory \|\| new WebAssembly\.Memory\(\{initial:(\d+),maximum:\d+,shared:true\}\),/g

const glueOf = (variant) => read(`build/wasm/${variant.name}/ravine.js`)
const threaded = variants.find(({ threads }) => threads)

/** The glue for all builds, from that of a threaded one. */
export function commonGlue() {
  const text = glueOf(threaded)
  if (text.match(defaultMemory)?.length !== 1)
    throw new StepError(
      "wasm-bindgen's glue for shared memory is not what scripts/glue.mjs knows: it imports no memory",
    )
  return shorten(text.replace(defaultMemory, '...(memory && { memory }),'))
}

/** Its declarations. */
export const commonDeclarations = () => shortenDeclarations(read(`build/wasm/${threaded.name}/ravine.d.ts`))

/** Pages of memory that a threaded build needs to begin with. */
export function initialPages(variant) {
  const [, pages] = [...glueOf(variant).matchAll(defaultMemory)][0] ?? []
  return Number(pages)
}

/** What keeps the common glue from serving a build, whose module is given as text: an import it does not give, an export that the build lacks. */
export function misfits(variant, glue, text) {
  const names = (kind) =>
    [...text.matchAll(new RegExp(`^ \\(${kind} (?:"[^"]*" )?"([^"]+)"`, 'gm'))].map(([, name]) => name)
  const imports = names('import').filter((name) => !glue.includes(`${name}:`) && name !== 'memory')
  const exported = new Set(names('export'))
  const used = new Set([...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name))
  const missing = [...used].filter((name) => !exported.has(name) && !(name.startsWith('pool_') && !variant.threads))
  return [
    ...imports.map((name) => `imports ${name}, which the glue does not give`),
    ...missing.map((name) => `lacks ${name}, which the glue uses`),
  ]
}
