/**
 * `ravine/worker` in Chromium. Skipped where there is none.
 *
 * How long the tasks of the page's thread were is printed, and held only to what no noise of the machine can reach: in the best of three
 * rounds the thread's own clock has no task that browsers call long (50 ms).
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { chromium, NO_CHROMIUM, runPage, type Served } from './chromium.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const LONG_TASK = 50
const STRICT = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

/** A page's files: its program bundled as a user's would be, and the script for workers as a file of the package. */
function page(name: string): Record<string, Served> {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'test/browser/pages', name)],
    alias: { ravine: join(root, 'dist/index.js'), 'ravine/worker': join(root, 'dist/worker.js') },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  const script = (text: string): Served => ({ type: 'text/javascript', text })
  return {
    '/': {
      type: 'text/html',
      text: '<!doctype html><title>ravine</title><script type="module" src="/page.js"></script>',
    },
    '/page.js': script(outputFiles[0]?.text ?? ''),
    '/worker-script.js': script(readFileSync(join(root, 'dist/worker-script.js'), 'utf8')),
  }
}

const rounded = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ')

if (!chromium) console.warn(`test/browser is skipped: ${NO_CHROMIUM}`)

describe.skipIf(!chromium)('in Chromium', () => {
  beforeAll(() => {
    if (!existsSync(join(root, 'dist/worker.js'))) throw new Error('pages run on the built package: npm run build')
  })

  it('a page that trains in a worker does not freeze, and gets the bits of the main thread', async () => {
    const { result, tasks } = await runPage(page('responsive.mjs'), `${STRICT}; worker-src blob:`)
    expect(result).not.toHaveProperty('failed')
    const { epochs, results, expected } = result as { epochs: number; results: unknown[]; expected: unknown }
    expect(epochs).toBe(9)
    for (const each of results) expect(each).toEqual(expected)
    for (const where of ['worker', 'page']) {
      const longest = [0, 1, 2].map((round) => {
        const all = tasks(`${where} ${round}`)
        expect(all.length).toBeGreaterThan(10)
        return { wall: Math.max(...all.map(({ wall }) => wall)), cpu: Math.max(...all.map(({ cpu }) => cpu)) }
      })
      const [wall, cpu] = [longest.map((task) => task.wall), longest.map((task) => task.cpu)]
      console.log(
        `the longest task of the page, training in the ${where}: ${rounded(cpu)} ms, with interruptions ${rounded(wall)} ms`,
      )
      expect(Math.min(...cpu)).toBeLessThan(LONG_TASK)
    }
  })

  it('an aborted training ends soon', async () => {
    const { result } = await runPage(page('abort.mjs'), `${STRICT}; worker-src blob:`)
    const found = result as {
      names: string[]
      waits: number[]
    }
    console.log(`from abort() to the rejection, ms: ${rounded(found.waits ?? [])}`)
    expect(found).not.toHaveProperty('failed')
    expect(found.names).toEqual(Array(5).fill('AbortError'))
    // A thousand epochs take minutes.
    expect(Math.min(...found.waits)).toBeLessThan(1000)
  })

  it('where the policy forbids blobs, says so, and the file does', async () => {
    const { result } = await runPage(page('policy.mjs'), `${STRICT}; worker-src 'self'`)
    expect(result).toEqual({
      blob: expect.stringMatching(/^ConfigError: workerModel: .*ravine\/worker-script/),
      file: 2,
    })
  })

  it('where it allows both, both do', async () => {
    const { result } = await runPage(page('policy.mjs'), `${STRICT}; worker-src 'self' blob:`)
    expect(result).toEqual({ blob: 2, file: 2 })
  })
})
