/**
 * The packed package in pages: built by every bundler, and by none, in every browser of this machine, under a strict policy for scripts.
 * Pages are served as files; `?init` asks for the fastest build, `?threads` for two threads, which pages have when they are isolated.
 */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import { browsers } from '../../scripts/lib/engines.mjs'
import { DIGESTS, writeTrainings } from './bits.ts'
import { launch, visit } from './browsers.ts'
import { NO_SIMD, titled } from './engines.ts'
import { STRICT, StaticServer } from './server.ts'
import { User } from './user.ts'

/** A page of each way to get the package into it. */
const PAGES = {
  Vite: 'vite/dist/index.html',
  webpack: 'webpack/index.html',
  Rollup: 'rollup/index.html',
  esbuild: 'esbuild/index.html',
  Parcel: 'parcel/dist/index.html',
  'a script element': 'script/index.html',
  'an import map and a CDN': 'importmap/index.html',
}
/** Parcel's page under the strict policy. */
const PARCEL_STRICT = 'parcel/dist/strict.html'
const BUNDLED = ['vite', 'webpack', 'rollup', 'esbuild', 'parcel']

let user: User
let site: StaticServer
let cdn: StaticServer
let isolated: StaticServer
let origin: string
let isolatedOrigin: string

/** The policies of pages that need more than {@link STRICT}, or less, by path. */
const policies: Record<string, string> = {
  '/script/forbidden.html': "script-src 'self'",
  '/script/forbidden-workers.html': `${STRICT}; worker-src 'none'`,
}

/** The policy of a page with inline import maps: each is allowed by its hash. */
function allowMaps(page: string, ...sources: string[]): void {
  const html = readFileSync(join(user.folder, page), 'utf8')
  const maps = [...html.matchAll(/<script type="?importmap"?>([\s\S]*?)<\/script>/g)]
  const hashes = maps.map(([, map = '']) => `'sha256-${createHash('sha256').update(map).digest('base64')}'`)
  expect(hashes).not.toEqual([])
  policies[`/${page}`] = [STRICT, ...sources, ...hashes].join(' ')
}

beforeAll(async () => {
  user = new User()
  user.installPackagers()
  for (const name of BUNDLED) {
    user.project(name, 'src')
    user.build(name)
  }
  user.project('script')
  for (const name of ['forbidden', 'forbidden-workers'])
    user.write(`script/${name}.html`, readFileSync(join(user.folder, 'script/index.html'), 'utf8'))
  await writeTrainings(join(user.folder, 'script/trainings.js'), '../node_modules/ravine/dist/index.js')
  user.project('service-worker', 'src')
  user.build('service-worker')

  // The CDN has the package where jsDelivr and unpkg have it, for every origin.
  const { version } = JSON.parse(user.read('package.json')) as { version: string }
  cdn = new StaticServer(join(user.folder, 'cdn'), () => ({ 'access-control-allow-origin': '*' }))
  const cdnOrigin = await cdn.listen()
  user.copyPackage(`cdn/npm/ravine@${version}`)
  user.project('importmap')
  const html = readFileSync(join(user.folder, 'importmap/index.html'), 'utf8')
    .replace('https://cdn.example', cdnOrigin)
    .replace('VERSION', version)
  user.write('importmap/index.html', html)
  allowMaps(PAGES['an import map and a CDN'], cdnOrigin)
  // Parcel writes one for the chunks that are loaded later. Without it a page has the baseline.
  user.write(PARCEL_STRICT, readFileSync(join(user.folder, PAGES.Parcel), 'utf8'))
  allowMaps(PAGES.Parcel)

  user.project('module')
  expected = user.run(process.execPath, ['module/init.js']) as Record<string, unknown>
  site = new StaticServer(user.folder, (path) => ({ 'content-security-policy': policies[path] ?? STRICT }))
  origin = await site.listen()
  isolated = new StaticServer(user.folder, (path) => ({
    // Of two policies for workers the first holds.
    'content-security-policy': `${policies[path] ?? STRICT}; worker-src blob:`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  }))
  isolatedOrigin = await isolated.listen()
})
afterAll(() => {
  site?.close()
  isolated?.close()
  cdn?.close()
  user?.remove()
})

/** What every page must learn on the baseline, bit by bit: what this Node learns. */
let expected: Record<string, unknown>

/** The scripts that were served since the last call. */
const served = (): string[] => [...site.take(), ...cdn.take()]

describe.each(titled(browsers()))('$title', ({ name, path }) => {
  const found = path !== undefined
  /** Firefox runs fused multiply-adds slower than plain ones. */
  const fast = name === 'Chromium'
  let browser: Browser
  const open = (page: string) => visit(browser, `${origin}/${page}`)

  beforeAll(async () => {
    if (path) browser = await launch(name, path)
  })
  afterAll(() => browser?.close())

  describe.each(Object.entries(PAGES))('with %s', (_, page) => {
    it.runIf(found)('learns on the first line, the same bits as Node', async () => {
      expect(await open(page)).toEqual(expected)
    })

    it.runIf(found)(
      `${fast ? 'loads the relaxed build, and only for init' : 'stays with the baseline, the fastest here'}`,
      async () => {
        served()
        await open(page)
        const without = served()
        const result = (await open(`${page}?init`)) as Record<string, unknown>
        const chunks = served().filter((script) => !without.includes(script))
        expect(result).toMatchObject({
          variant: fast ? 'relaxed' : 'simd',
          threads: 1,
          reason: expect.stringMatching(
            /^(relaxed SIMD|the baseline) is the fastest build .*; one thread: (memory cannot be shared .* cross-origin isolated|there is one processor)/,
          ),
        })
        expect(result.slope).toBeCloseTo(3, 1)
        expect(result.intercept).toBeCloseTo(-1, 1)
        // What chooses the build, and the build.
        expect(chunks).toHaveLength(fast ? 2 : 1)
      },
    )

    it.runIf(found)('has threads where it is isolated, and the same bits', async () => {
      const result = await visit(browser, `${isolatedOrigin}/${page}?threads`)
      expect(result).toEqual({ ...expected, threads: 2, reason: "init was asked for 'simd'" })
    })
  })

  describe('in a service worker', () => {
    const worker = (script: string, query = '') => open(`service-worker/index.html?worker=${script}${query}`)

    it.runIf(found).each(['module.js', 'dist/bundled.js'])(
      `learns on the first line, the same bits as Node, in %s`,
      async (script) => {
        expect(await worker(script)).toEqual(expected)
      },
    )

    it.runIf(found)(`falls back to the baseline where nothing can be imported later, and says why`, async () => {
      expect(await worker('module.js', '&init')).toEqual({
        ...expected,
        reason: expect.stringMatching(
          /^what init needs to choose a build could not be loaded \(.+\), so the baseline is used, on one thread$/,
        ),
      })
    })

    it.runIf(found)('has the fastest build when it is bundled into one file', async () => {
      expect(await worker('dist/bundled.js', '&init')).toMatchObject({ variant: fast ? 'relaxed' : 'simd' })
    })
  })

  it.runIf(found)('with Parcel falls back to the baseline where its import map is forbidden', async () => {
    expect(await open(`${PARCEL_STRICT}?init`)).toEqual({
      ...expected,
      reason: expect.stringMatching(
        /^what init needs to choose a build could not be loaded \(.+\), so the baseline is used, on one thread$/,
      ),
    })
  })

  it.runIf(found)('without workers from blobs, an isolated page has one thread, and is told what to do', async () => {
    const result = await visit(browser, `${isolatedOrigin}/script/forbidden-workers.html?threads`)
    expect(result).toEqual({
      ...expected,
      reason: expect.stringMatching(/one thread: threads could not be started here \(.*\); allow blob: in worker-src/),
    })
  })

  it.runIf(found)('gives the committed bits', async () => {
    expect(await open('script/bits.html')).toEqual(DIGESTS)
  })

  // V8 has SIMD on every ARM processor, and Firefox on every processor that it runs on; neither has a switch.
  if (name === 'Chromium' && process.arch === 'x64')
    it.runIf(found)('says what is wrong where there is no SIMD', async () => {
      const old = await launch(name, path ?? '', '--js-flags=--no-enable-sse4-1')
      try {
        for (const query of ['', '?init']) {
          const result = await visit(old, `${origin}/${PAGES.Vite}${query}`)
          expect(result).toEqual({ error: 'ConfigError', code: 'config', message: NO_SIMD })
        }
      } finally {
        await old.close()
      }
    })

  it.runIf(found)(`says what a page without 'wasm-unsafe-eval' must allow`, async () => {
    expect(await open('script/forbidden.html')).toEqual({
      error: 'ConfigError',
      code: 'config',
      message: expect.stringMatching(/wasm-unsafe-eval/),
    })
  })
})
