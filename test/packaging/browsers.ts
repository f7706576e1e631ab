/** Drives the browsers of this machine, without a window. */

import puppeteer, { type Browser } from 'puppeteer-core'

/** Starts a browser with an empty profile of its own. */
export function launch(name: string, path: string, ...args: string[]): Promise<Browser> {
  // Chromium refuses to isolate its processes when it runs as root, as in a container; the pages are the tests' own.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  // A machine that is busy with other tests starts them slowly.
  const common = { executablePath: path, timeout: 120_000, protocolTimeout: 60_000 }
  return puppeteer.launch(
    name === 'Firefox'
      ? { ...common, browser: 'firefox', args }
      : { ...common, browser: 'chrome', args: [...root, '--disable-dev-shm-usage', ...args] },
  )
}

/** Opens a page and returns what its program left in `result`; what a page may not do reaches the error. */
export async function visit(browser: Browser, url: string): Promise<unknown> {
  const page = await browser.newPage()
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(String(error)))
  try {
    await page.goto(url)
    const result = await page.evaluate(() => (globalThis as { result?: unknown }).result)
    if (result === undefined) throw new Error(`${url} gave no result. It said:\n${said.join('\n')}`)
    return result
  } finally {
    await page.close()
  }
}
