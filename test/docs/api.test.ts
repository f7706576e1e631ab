/** docs/api.md against the code: every public name is there, with every option and its default. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LAYER_KINDS } from '../../ts/layers/kinds.ts'
import type { Family } from '../../ts/vocabulary.ts'
import { type Entry, entriesOf } from '../vocabulary/families.ts'

const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')

/** What api.md says in code, outside of fences: `relu`, `elu({ alpha: 1 })`. */
const spans = [...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

/** The longest way in which api.md writes a name, with its options if it has any. */
function written(name: string): string {
  const ways = spans.filter((span) => span.startsWith(name) && /^($|[(.])/.test(span.slice(name.length)))
  return ways.reduce((longest, way) => (way.length > longest.length ? way : longest), '')
}

const ENTRIES = ['index', 'ops', 'surfaces', 'worker']

it.each(ENTRIES)('names everything that %s.ts exports', async (entry) => {
  const names = Object.keys((await import(`../../ts/${entry}.ts`)) as object)
  const missing = names.filter((name) => written(name) === '')
  expect(missing).toEqual([])
})

/** Members that users do not write: a number is a constant schedule, no constraint is none. */
const UNWRITTEN: Readonly<Record<string, readonly string[]>> = { schedule: ['constant'], constraint: ['none'] }

const families: Family[] = ['activation', 'loss', 'optimizer', 'schedule', 'initializer', 'metric', 'constraint']
const members = families.flatMap((family) =>
  entriesOf(family)
    .filter(({ name }) => !UNWRITTEN[family]?.includes(name))
    .map((entry) => ({ family, name: entry.name, entry })),
)

/** Numbers in one spelling: 0.000001 and 1e-6 are the same. */
const spelt = (setting: string): string => setting.replace(/: (-?[\d.e-]+)$/, (_, digits) => `: ${Number(digits)}`)

/** `alpha: 1`, or only the name where there is no default. */
function settings({ params }: Entry): string[] {
  return params.map(({ name, default: standard }) => {
    if (standard === null) return name
    return `${name}: ${typeof standard === 'string' ? `'${standard}'` : standard}`
  })
}

describe('names every setting with its default', () => {
  it.each(members)('$family $name', ({ name, entry }) => {
    const way = written(name)
    expect(way.replace(/\(.*/, '')).toBe(name)
    const given = way
      .slice(name.length)
      .replace(/^\(\{ (.*) \}\)$/, '$1')
      .split(', ')
    expect(given.map(spelt)).toEqual(expect.arrayContaining(settings(entry)))
  })

  it.each(LAYER_KINDS.map((kind) => ({ name: kind.name, kind })))('layer $name', ({ name, kind }) => {
    const way = written(name)
    expect(kind.options.filter((option) => !new RegExp(`\\b${option}\\b`).test(way))).toEqual([])
    const entry = entriesOf('layer').find((row) => row.name === name)
    // What must be given stands without a default, whatever the table says.
    const wrong = settings(entry as Entry).filter((setting) => {
      const option = setting.replace(/:.*/, '')
      return new RegExp(`\\b${option}: `).test(way) && !way.includes(setting)
    })
    expect(wrong).toEqual([])
  })
})
