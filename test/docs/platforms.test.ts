/** docs/platforms.md against what is tested: every engine and bundler, in the version that is installed. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const rows = read('docs/platforms.md')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

const pinned = (path: string, kind: string): Record<string, string> =>
  (JSON.parse(read(path)) as Record<string, Record<string, string>>)[kind] ?? {}
const engines = pinned('scripts/engines/package.json', 'optionalDependencies')
const packagers = pinned('test/packaging/package.json', 'devDependencies')

/** The row of what a package is called in the table. */
const TITLES: Record<string, string> = { bun: 'Bun', deno: 'Deno', vite: 'Vite', rollup: 'Rollup', parcel: 'Parcel' }
const title = (name: string, version: string): string =>
  name.startsWith('node-') ? `Node ${Number.parseInt(version, 10)}` : (TITLES[name] ?? name)

describe('docs/platforms.md', () => {
  const bundlers = ['vite', 'webpack', 'rollup', 'esbuild', 'parcel'].map((name) => [name, packagers[name]] as const)
  it.each([...Object.entries(engines), ...bundlers])(
    'names the version of %s that is tested: %s',
    (name, spec = '') => {
      const version = spec.replace(/^npm:.*@/, '')
      const row = rows.find(([, first]) => first === title(name, version))
      expect(row?.[2]).toBe(version)
    },
  )
})
