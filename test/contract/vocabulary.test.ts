/**
 * The documentation of the factories says what the generated table says. (That the table is what Rust says,
 * `npm run check` compares.)
 */

import { describe, expect, it } from 'vitest'
import { names } from '../../ts/vocabulary.ts'
import { FAMILIES, MEMBERS } from '../vocabulary/families.ts'
import { read } from './sources.ts'

/** The comment above an exported function. */
function commentOf(file: string, name: string): string {
  const before = read(`ts/${file}`).split(new RegExp(`^export function ${name}\\b`, 'm'))[0] ?? ''
  const start = before.lastIndexOf('/**')
  // The comment must end where the function begins.
  const comment = start >= 0 && /\*\/\s*$/.test(before) ? before.slice(start + 3, before.lastIndexOf('*/')) : ''
  return comment.replace(/^\s*\*\s?/gm, '')
}

/** What a comment says of an option: the text after `@param options.name`. */
function documentedOptions(comment: string): Map<string, string> {
  const parts = comment.split(/^@(?=param|throws|returns)/m).slice(1)
  const options = parts.flatMap((part) => {
    const [, name, text] = part.match(/^param options\.(\w+) - ([\s\S]*)$/) ?? []
    return name === undefined || text === undefined ? [] : [[name, text.replace(/\s+/g, ' ')] as const]
  })
  return new Map(options)
}

/** A default as documentation writes it. */
function written(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

describe.each(MEMBERS.map((member) => [`${member.family.family} ${member.name}`, member] as const))(
  '%s',
  (_, member) => {
    const comment = commentOf(member.family.file, member.name)
    const documented = documentedOptions(comment)

    it('says what it is', () => {
      expect(comment.replace(/\s/g, '').length).toBeGreaterThan(20)
    })

    it('documents every setting with its default', () => {
      for (const param of member.entry.params) {
        const text = documented.get(param.name) ?? ''
        const ending = param.default === null ? 'Must be given.' : text.match(/Default `([^`]*)`\.\s*$/)?.[1]
        if (param.default === null) expect(text, param.name).toContain(ending)
        else if (typeof param.default === 'number') expect(Number(ending), param.name).toBe(param.default)
        else expect(ending, param.name).toBe(written(param.default))
      }
    })

    it('documents no setting that it has not', () => {
      const known = Object.keys(member.build())
      expect([...documented.keys()].filter((name) => !known.includes(name))).toEqual([])
    })
  },
)

it.each(FAMILIES.map((row) => [row.family, row] as const))('every %s of the table has a factory', (_, row) => {
  const missing = names(row.family).filter((name) => !(name in row.module) && !(name in row.without))
  expect(missing).toEqual([])
})

it('what has no factory is in the table, so that the list cannot go stale', () => {
  for (const row of FAMILIES) {
    for (const name of Object.keys(row.without)) expect(names(row.family)).toContain(name)
  }
})
