// The runner's side of an engine in a page: a browser of its own, so that its threads and its heap are its own too.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import { browsers } from '../../scripts/lib/engines.mjs'
import { root } from '../../scripts/lib/run.mjs'
import { serve } from './site.mjs'

/** What drives browsers is a package of the tests. */
async function puppeteer() {
  const packages = createRequire(join(root, 'test/packaging/package.json'))
  const module = await import(pathToFileURL(packages.resolve('puppeteer-core')))
  return module.default
}

const CHROMIUM = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

async function launch(name, path) {
  const { launch: start } = await puppeteer()
  // A step may take longer than any time limit of the driver's.
  const common = { executablePath: path, timeout: 120_000, protocolTimeout: 0 }
  if (name === 'Firefox') return start({ ...common, browser: 'firefox' })
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return start({ ...common, browser: 'chrome', args: [...asRoot, ...CHROMIUM] })
}

/**
 * Opens the engine's page at the first request.
 *
 * @returns `ask(request)`: the answer, or an error with the engine's own words; `close()`: ends the browser
 */
export function startPage({ id, browser: name, adapter, options = {}, bundled, isolated }) {
  let site
  let browser
  let opened

  async function open() {
    const found = browsers().find((candidate) => candidate.name === name)
    if (!found?.path) throw new Error(`no ${name}: ${found?.missing ?? 'not a browser that is looked for'}`)
    site = await serve(bundled ? [`/bench/engines/${adapter}.mjs`] : [], isolated)
    browser = await launch(name, found.path)
    const page = await browser.newPage()
    const query = new URLSearchParams({ adapter, options: JSON.stringify(options) })
    await page.goto(`${site.origin}/?${query}`)
    const version = await browser.version()
    return { page, version: version.replace('/', ' ') }
  }

  async function ask(request) {
    opened ??= open()
    const { page, version } = await opened
    const answer = await page.evaluate(async (asked) => {
      const { answer } = await import('/bench/lib/page.mjs')
      return answer(asked)
    }, request)
    if (answer.error) throw new Error(`${id}: ${answer.error}`)
    return request.do === 'open' && !answer.unavailable ? { ...answer, browser: version } : answer
  }

  async function close() {
    await browser?.close()
    site?.close()
  }

  return { ask, close }
}
