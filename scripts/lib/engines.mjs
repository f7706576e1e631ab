// The engines that tests and benchmarks compare, as `scripts/engines/package.json` has npm bring them, and the browsers of this machine.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './run.mjs'

const folder = join(root, 'scripts/engines/node_modules')
const { platform, arch } = process
const [nodeFile, ending] = platform === 'win32' ? ['bin/node.exe', '.exe'] : ['bin/node', '']
const bunArch = arch === 'arm64' ? 'aarch64' : arch
const denoLibrary = platform === 'linux' ? '-glibc' : ''

/** An engine that npm brought, or why there is none: most packages of engines exist for some platforms only. */
function installed(name, path) {
  const full = join(folder, path)
  return existsSync(full)
    ? { name, path: full }
    : { name, missing: `npm brought no ${path.split('/', 2).join('/')} to this ${platform}-${arch}` }
}

/** `{ name, path }` of each engine outside a browser, or `{ name, missing }`, where `missing` says why there is none. */
export const engines = () => [
  installed('Node 20', `node-20-${platform}-${arch}/${nodeFile}`),
  installed('Node 22', `node-22-${platform}-${arch}/${nodeFile}`),
  installed('Node 24', `node-24-${platform}-${arch}/${nodeFile}`),
  installed('Node 26', `node-${platform}-${arch}/${nodeFile}`),
  installed('Bun', `@oven/bun-${platform}-${bunArch}/bin/bun${ending}`),
  installed('Deno', `@deno/${platform}-${arch}${denoLibrary}/deno${ending}`),
]

/** The newest Node, or undefined. */
export const newestNode = () => engines().find(({ name }) => name === 'Node 26')?.path

/** What browsers are called on the search path; a variable of the environment comes first. */
const browserNames = {
  Chromium: { variable: 'RAVINE_CHROMIUM', commands: ['chromium', 'chromium-browser', 'google-chrome-stable'] },
  Firefox: { variable: 'RAVINE_FIREFOX', commands: ['firefox-esr', 'firefox'] },
}

function browser(name) {
  const { variable, commands } = browserNames[name]
  const asked = process.env[variable]
  if (asked) return existsSync(asked) ? { name, path: asked } : { name, missing: `${variable} names no file: ${asked}` }
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = commands.flatMap((command) => folders.map((path) => join(path, command)))
  const path = candidates.find((file) => existsSync(file))
  return path
    ? { name, path }
    : { name, missing: `none of ${commands.join(', ')} is on the search path, and ${variable} is not set` }
}

/** `{ name, path }` of each browser, or `{ name, missing }`. */
export const browsers = () => Object.keys(browserNames).map(browser)
