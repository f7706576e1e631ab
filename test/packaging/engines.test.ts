/** The packed package in every engine outside a browser that set-up could get: the same program, the same numbers, the same bits. */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import { engines, type Found } from '../../scripts/lib/engines.mjs'
import { DIGESTS, writeTrainings } from './bits.ts'
import { NO_SIMD, titled } from './engines.ts'
import { User } from './user.ts'

let user: User

beforeAll(async () => {
  user = new User()
  user.project('commonjs')
  user.project('module')
  await writeTrainings(join(user.folder, 'module/trainings.js'), 'ravine')
})
afterAll(() => user?.remove())

/** How an engine is told that it has no SIMD: V8 as on a processor without SSE 4.1, JavaScriptCore by a setting. */
const withoutSimd = (name: string): { args: string[]; env?: NodeJS.ProcessEnv } => {
  if (name === 'Bun') return { args: [], env: { BUN_JSC_useWasmSIMD: '0' } }
  return name === 'Deno' ? { args: ['--v8-flags=--no-enable-sse4-1'] } : { args: ['--no-enable-sse4-1'] }
}
/** Deno keeps what it compiled, and looks for a newer version of itself, unless told otherwise. */
const quiet = (): NodeJS.ProcessEnv => ({ DENO_DIR: join(user.folder, 'deno'), DENO_NO_UPDATE_CHECK: '1' })

/** V8 has SIMD on every ARM processor; there is no switch. */
const canLoseSimd = (name: string): boolean => name === 'Bun' || process.arch === 'x64'

const cpu = '/proc/cpuinfo'
/** Whether V8 can fuse vectors on this processor. */
const fuses = process.arch === 'x64' && (!existsSync(cpu) || /\bavx2\b/.test(readFileSync(cpu, 'utf8')))

const here: Found = { name: `this Node (${process.versions.node})`, path: process.execPath }

describe.each(titled([here, ...engines()]))('$title', ({ name, path = '' }) => {
  const found = path !== ''
  const old = name === 'Node 20' || (name.startsWith('this') && Number.parseInt(process.versions.node, 10) < 22)
  const relaxed = !old && name !== 'Bun'
  /** Of a Node, else 0. */
  const major = Number(name.match(/Node \(?(\d+)/)?.[1] ?? 0)
  /** Runs a program of the user's, and returns the JSON that it prints. */
  const run = (program: string[], flags: string[] = [], env: NodeJS.ProcessEnv = {}): unknown =>
    user.run(path, [...(name === 'Deno' ? ['run'] : []), ...flags, ...program], { ...quiet(), ...env })

  it.runIf(found)('is the version that it should be', () => {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' })
    if (name.startsWith('Node')) expect(version).toMatch(new RegExp(`^v${name.slice(5)}\\.`))
    else expect(version).toMatch(/\d+\.\d+\.\d+/)
  })

  it.runIf(found)('trains as an ES module', () => {
    const result = run(['module/train.js']) as Record<string, unknown>
    expect(result).toMatchObject({ epochs: 60, product: [11], start: 74, variant: 'simd', refused: 'shape' })
    expect(result.slope).toBeCloseTo(3, 1)
    expect(result.intercept).toBeCloseTo(-1, 1)
  })

  it.runIf(found)('can be required from CommonJS', () => {
    const result = run(['commonjs/main.js']) as Record<string, unknown>
    expect(result.prediction).toBeCloseTo(5, 1)
    expect(result.rectified).toEqual([0, 2])
  })

  it.runIf(found)('trains in a worker', () => {
    const result = run(['module/worker.js']) as Record<string, unknown>
    expect(result).toMatchObject({ epochs: 60, refused: 'shape', ended: true })
    expect(result.there).toEqual(result.here)
  })

  it.runIf(found)(`takes the ${relaxed ? 'relaxed' : 'baseline'} build when asked for the best`, () => {
    const result = run(['module/init.js', '?init']) as Record<string, unknown>
    expect(result).toMatchObject({
      variant: relaxed ? 'relaxed' : 'simd',
      reason: expect.stringMatching(
        relaxed
          ? /^relaxed SIMD is the fastest build that this engine accepts/
          : old
            ? /^this engine has no relaxed SIMD \(.*\), so the baseline is used/
            : /^the baseline is the fastest build on this engine/,
      ),
    })
    expect(result.slope).toBeCloseTo(3, 1)
    expect(result.intercept).toBeCloseTo(-1, 1)
  })

  it.runIf(found)('shares the work between threads, with the same bits, and ends', () => {
    const alone = run(['module/init.js']) as Record<string, unknown>
    expect(alone.threads).toBe(1)
    expect(run(['module/init.js', '?threads'])).toEqual({ ...alone, threads: 2, reason: "init was asked for 'simd'" })
  })

  it.runIf(found)('tries the wide build, or says why not', () => {
    const result = run(['module/init.js', '?wide']) as Record<string, unknown>
    if (result.variant === 'wide') expect(major).toBeGreaterThanOrEqual(24)
    else
      expect(result.reason).toMatch(
        /; not the wide build: (it needs Node|V8 does not make it faster|V8 fuses vectors on x64)/,
      )
    if (major >= 24 && fuses) expect(result.variant).toBe('wide')
    expect(result.slope).toBeCloseTo(3, 1)
    expect(result.intercept).toBeCloseTo(-1, 1)
  })

  it.runIf(found)('gives the committed bits', () => {
    expect(run(['module/bits.js'])).toEqual(DIGESTS)
  })

  it.runIf(found && canLoseSimd(name))('says what is wrong where there is no SIMD', () => {
    const { args, env } = withoutSimd(name)
    for (const how of [[], ['?init']]) {
      expect(run(['module/init.js', ...how], args, env)).toEqual({
        error: 'ConfigError',
        code: 'config',
        message: NO_SIMD,
      })
    }
  })
})
