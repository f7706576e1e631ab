/** Where the wide build is used and where not, and how its trial ends if something is wrong: in fresh processes of this and of the newest Node. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const newest = process.env.RAVINE_NEWEST_NODE
const cpu = '/proc/cpuinfo'
/** What V8 needs to fuse. */
const able = process.arch === 'x64' && (!existsSync(cpu) || /\bavx2\b/.test(readFileSync(cpu, 'utf8')))

/** `init` with options, or a trial of a build as its name says. */
const PROGRAM = `
import { init, runtime } from '../../ts/index.ts'
import { loadBinary } from '../../ts/runtime/binaries.ts'
import { wasmBytes } from '../../ts/runtime/binary.ts'
import { startAsync } from '../../ts/runtime/compile.ts'
import { startedBuild } from '../../ts/runtime/load.ts'
import { tryWide } from '../../ts/runtime/wide/trial.ts'

const memory = (pages) => () => new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true })
/** Negates a factor in every fused multiply-add. */
const wrong = (bytes) => bytes.map((byte, i) => byte === 0x85 && bytes[i - 1] === 0xfd && bytes[i + 1] === 0x02 ? 0x86 : byte)

const tasks = {
  init: (options) => init(options),
  async trial(build) {
    const { bytes, pages } = await loadBinary(build === 'wrong' ? 'wide' : build)
    const module = await tryWide({
      bytes: build === 'wrong' ? wrong(bytes) : bytes,
      baseline: wasmBytes(),
      memory: memory(pages),
      busy: () => startedBuild() !== undefined,
    })
    return WebAssembly.Module.exports(module).length > 0
  },
  async late() {
    await startAsync('simd')
    return tasks.trial('wide')
  },
  async fallen() {
    const { reason } = await init({ wide: true, threads: 1 })
    return { reason, again: (await init({ wide: true, threads: 1 })).reason }
  },
}
const [task, argument] = JSON.parse(process.argv[2])
const answer = await tasks[task](argument).catch((error) => ({ error: error.name + ': ' + error.message }))
console.log(JSON.stringify(answer))
`
const folder = mkdtempSync(join(tmpdir(), 'ravine-wide-'))
const program = join(folder, 'wide.mjs')

beforeAll(() => {
  buildSync({
    stdin: { contents: PROGRAM, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: program,
  })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

function run(node: string, task: string, argument: unknown = null, flags: string[] = []): Record<string, unknown> {
  const text = execFileSync(node, [...flags, program, JSON.stringify([task, argument])], { encoding: 'utf8' })
  return JSON.parse(text) as Record<string, unknown>
}

const asked = { wide: true, threads: 1 }

describe('init({ wide: true })', () => {
  it.runIf(Number.parseInt(process.versions.node, 10) < 24)('falls back in an older Node, with the reason', () => {
    const { variant, reason } = run(process.execPath, 'init', asked)
    expect(['simd', 'relaxed']).toContain(variant)
    expect(reason).toContain(`; not the wide build: it needs Node 24 or newer; this is ${process.versions.node}`)
  })

  it.runIf(newest && able)('takes it where it stands its trial', () => {
    expect(run(newest as string, 'init', asked)).toMatchObject({ variant: 'wide', threads: 1 })
    expect(run(newest as string, 'init', { ...asked, variant: 'relaxed', threads: 2 })).toMatchObject({
      variant: 'wide',
      threads: 2,
    })
  })

  it.runIf(newest && able)('falls back where V8 has no vectors of 256 bits, and says so each time', () => {
    const flags = ['--no-enable-avx2']
    const { reason, again } = run(newest as string, 'fallen', null, flags)
    expect(reason).toMatch(/^relaxed SIMD is the fastest .*; not the wide build: V8 does not make it faster/)
    expect(again).toBe(reason)
    const { variant } = run(newest as string, 'init', { ...asked, variant: 'relaxed' }, flags)
    expect(variant).toBe('relaxed')
  })
})

describe.runIf(newest && able)('its trial', () => {
  const trial = (build: string) => run(newest as string, 'trial', build)

  it('passes the build that it is for', () => {
    expect(trial('wide')).toBe(true)
  })

  it('refuses a build that is not faster', () => {
    expect(trial('simd-threads').error).toMatch(/^ConfigError: V8 does not make it faster on this processor \(.*×/)
  })

  it('refuses a build with other results', () => {
    expect(trial('wrong').error).toMatch(/^ConfigError: its products gave .* where the baseline gives/)
  })

  it('does not take the place of a build that runs', () => {
    expect(run(newest as string, 'late').error).toBe('StateError: a model was made before its trial had ended')
  })
})
