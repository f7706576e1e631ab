/** Runs pages in a headless Chromium: the page is served from here, and sends its result back when it is done. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { PIPE_FLAG, type Task, Trace } from './trace.ts'

/** Where Chromium is: `RAVINE_CHROMIUM`, or under one of its names on the path. */
export const chromium: string | undefined =
  process.env.RAVINE_CHROMIUM ?? onPath(['chromium', 'chromium-browser', 'google-chrome'])

/** Why there are no tests in a browser. */
export const NO_CHROMIUM =
  'no Chromium: install one (Debian: apt-get install chromium), or set RAVINE_CHROMIUM to the path of one'

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/** A file that is served. */
export interface Served {
  readonly type: 'text/html' | 'text/javascript'
  readonly text: string
}

const FLAGS = [
  '--headless=new',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // In containers shared memory is small.
  '--disable-dev-shm-usage',
]

/** What came of a page. */
export interface Outcome {
  /** What it has posted to `/result` as JSON. */
  readonly result: unknown
  /** The tasks of its thread between its marks `<name> begin` and `<name> end`. */
  readonly tasks: (name: string) => Task[]
}

/**
 * Runs a page until it posts its result.
 *
 * @param files - By path; `/` is the page.
 * @param policy - Its content security policy.
 */
export async function runPage(files: Readonly<Record<string, Served>>, policy: string): Promise<Outcome> {
  const profile = mkdtempSync(join(tmpdir(), 'ravine-chromium-'))
  let browser: ChildProcess | undefined
  let errors = ''
  let give: (result: unknown) => void = () => {}
  const result = new Promise<unknown>((resolve) => {
    give = resolve
  })
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        response.end()
        give(JSON.parse(body))
      })
      return
    }
    const file = files[request.url ?? '']
    response.writeHead(file ? 200 : 404, {
      'Content-Type': `${file?.type ?? 'text/plain'}; charset=utf-8`,
      'Content-Security-Policy': policy,
    })
    response.end(file?.text)
  })
  try {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const args = [...FLAGS, ...root, PIPE_FLAG, `--user-data-dir=${profile}`]
    browser = spawn(chromium ?? '', args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    })
    const trace = new Trace(browser)
    browser.stderr?.on('data', (text) => {
      errors = (errors + text).slice(-4000)
    })
    const ended = new Promise<never>((_, reject) => {
      browser?.on('error', reject)
      browser?.on('exit', (code) => reject(new Error(`Chromium ended (${code}) before the page was done:\n${errors}`)))
    })
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`the page sent no result within two minutes:\n${errors}`)), 120_000).unref()
    })
    trace.begin(`http://127.0.0.1:${port}/`)
    const given = await Promise.race([result, ended, late])
    return { result: given, tasks: await Promise.race([trace.end(), ended, late]) }
  } finally {
    if (browser) await end(browser)
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** Ends a browser with the processes that it has started. */
async function end(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null || browser.pid === undefined) return
  const gone = new Promise((resolve) => browser.once('exit', resolve))
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(browser.pid), '/t', '/f'])
  else process.kill(-browser.pid, 'SIGKILL')
  await gone
}
