import { describe, expect, it } from 'vitest'
import { anchorsOf, fencesOf, linksOf } from './markdown.ts'
import { snippetIn } from './snippet.ts'

const TEXT = `# One \`two\`: [three](a.md)!

See [b](b.md#c "title") and \`[no](code.md)\`, ![d](d.png).

\`\`\`js
const x = 1
// [no](fence.md)
\`\`\`

- item

  ~~~ts no-run: because it must not
    indented()
  ~~~

## One two three

[e]: e.md
# One two three
`

describe('fences', () => {
  it('are found with language, text after it, line and indentation', () => {
    expect(fencesOf(TEXT)).toEqual([
      { language: 'js', info: '', code: 'const x = 1\n// [no](fence.md)', line: 6 },
      { language: 'ts', info: 'no-run: because it must not', code: '  indented()', line: 13 },
    ])
  })

  it('end with as many backticks as they begin with', () => {
    expect(fencesOf('````md\n```js\n```\n````\n')).toEqual([{ language: 'md', info: '', code: '```js\n```', line: 2 }])
    expect(() => fencesOf('text\n```js\nx\n')).toThrow('line 2 is not closed')
  })

  it('have no backticks in their first line', () => {
    expect(() => fencesOf('text\n```js no-run: see `npm start`\nx\n```\n')).toThrow('line 2')
  })
})

it('links are found outside of code', () => {
  const found = linksOf(TEXT).map(({ target, line }) => `${line} ${target}`)
  expect(found).toEqual(['1 a.md', '3 b.md#c', '3 d.png', '18 e.md'])
})

it('anchors are those of GitHub', () => {
  expect(anchorsOf(TEXT)).toEqual(['one-two-three', 'one-two-three-1', 'one-two-three-2'])
  expect(anchorsOf('## `fit`: x, y → History')).toEqual(['fit-x-y--history'])
})

describe('a snippet', () => {
  const fence = { language: 'js', info: '', code: 'console.log(1) // → 1\nconsole.log(2) // → 2', line: 3 }

  it('keeps its line numbers and says what it prints', () => {
    const snippet = snippetIn(fence)
    expect(snippet).toEqual({ extension: 'mjs', source: `\n\n${fence.code}`, output: ['1', '2'] })
    expect(snippetIn({ ...fence, code: 'console.log(1)' })?.output).toBeUndefined()
  })

  it('of another language is none', () => {
    expect(snippetIn({ ...fence, language: 'sh' })).toBeUndefined()
  })

  it('must say why it is not to be run', () => {
    expect(snippetIn({ ...fence, info: 'no-run: it needs a browser' })).toBeUndefined()
    expect(() => snippetIn({ ...fence, info: 'no-run' })).toThrow('needs a reason')
    expect(() => snippetIn({ ...fence, info: 'no-run:  ' })).toThrow('needs a reason')
    expect(() => snippetIn({ ...fence, info: 'norun: it needs a browser' })).toThrow('means nothing')
  })

  it('must be able to fail', () => {
    expect(() => snippetIn({ ...fence, code: 'const x = 1' })).toThrow('print or assert')
  })
})
