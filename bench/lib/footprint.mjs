// What an engine costs besides time per step: bytes to download, time from import to the first step, memory.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { startEngine } from './child.mjs'
import { median } from './stats.mjs'

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const gzipped = (content) => gzipSync(content, { level: 9 }).length

/** The small workload for start-up, the usual one for memory; an engine that cannot do them gets the first it can. */
const STARTUP = ['24-16-4 b16', '24-16-4 b16 momentum', '2-8-1 b1 sgd']
const MEMORY = ['784-128-10 b128', '24-16-4 b16 momentum', '2-8-1 b1 sgd']

/**
 * The gzipped bytes a page loads to do the engine's work: `program` bundled and minified, without what it would only load
 * later and on request, plus the WebAssembly files it fetches.
 */
async function downloadSize({ program, wasm = [] }) {
  if (!program) return undefined
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: here('.') },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outdir: 'out',
    metafile: true,
    write: false,
    logLevel: 'silent',
    legalComments: 'none',
  })
  const contents = new Map(
    outputFiles.map((file) => [file.path.replace(/\\/g, '/').split('/out/').pop(), file.contents]),
  )
  const wanted = new Set(['out/stdin.js'])
  for (const name of wanted)
    for (const link of metafile.outputs[name].imports) if (link.kind === 'import-statement') wanted.add(link.path)
  const script = [...wanted].reduce((sum, name) => sum + gzipped(contents.get(name.slice('out/'.length))), 0)
  return wasm.reduce((sum, file) => sum + gzipped(readFileSync(here(`node_modules/${file}`))), script)
}

/** Starts a fresh process and gives it the request with the first workload of `names` that its engine can do. */
async function inFreshProcess(engine, programs, flags, names, request, then) {
  const child = startEngine(engine, programs, flags)
  try {
    for (const name of names) {
      const answer = await child.ask({ ...request, name })
      if (!answer.cannot) return await then(child, answer, name)
    }
    return undefined
  } finally {
    await child.close()
  }
}

/** Milliseconds from before the import to after the first step: the median of fresh processes. */
async function startupTime(engine, programs, repeats) {
  const times = []
  for (let i = 0; i < repeats; i++)
    times.push(await inFreshProcess(engine, programs, [], STARTUP, { do: 'startup' }, (_, { ms }) => ms))
  return median(times)
}

/** Resident and WebAssembly bytes after a pass over the usual workload, in a process that did nothing else. */
async function memoryUse(engine, programs) {
  const flags = ['--track-wasm']
  return inFreshProcess(engine, programs, flags, MEMORY, { do: 'prepare' }, async (child, { unit }, name) => {
    await child.ask({ do: 'reset' })
    await child.ask({ do: 'step', count: Math.ceil(20 / unit) * unit })
    return { workload: name, ...(await child.ask({ do: 'memory' })) }
  })
}

/** Where WebAssembly itself is a separate file: the size the limit speaks of. */
function coreWasm() {
  const file = here('../build/wasm/simd/ravine_bg.wasm')
  return existsSync(file) ? gzipped(readFileSync(file)) : undefined
}

/**
 * @param engines those that opened
 * @returns by engine id: `{ download, coreWasm, startup, memory: { workload, rss, wasm } }`, or `{ failed }`
 */
export async function measureFootprints(engines, programs, repeats, log) {
  const results = {}
  for (const engine of engines) {
    log(`footprint: ${engine.id}`)
    try {
      results[engine.id] = {
        download: await downloadSize(engine),
        coreWasm: engine.id === 'ravine' ? coreWasm() : undefined,
        startup: await startupTime(engine, programs, repeats),
        memory: await memoryUse(engine, programs),
      }
    } catch (error) {
      results[engine.id] = { failed: error.message }
    }
  }
  return results
}
