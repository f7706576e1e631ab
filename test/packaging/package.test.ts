/**
 * The packed package, in a user's empty folder: what is in it, what checkers of packages say of it, and
 * that TypeScript and bundlers understand it. What runs it is in `engines.test.ts` and `pages.test.ts`.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { Script } from 'node:vm'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linksOf } from '../docs/markdown.ts'
import { USER_PROGRAM } from './programs/typescript.ts'
import { program, root, User } from './user.ts'

let user: User

beforeAll(() => {
  for (const file of ['dist/index.js', 'dist/ops.js'])
    if (!existsSync(join(root, file))) throw new Error(`${file} is missing, and what is built is packed: npm run build`)
  user = new User()
})
afterAll(() => user?.remove())

/** The tarball's files of some kind, and their text. */
const files = (pattern: RegExp) =>
  user.tarball.files.filter(({ path }) => pattern.test(path)).map(({ path }) => ({ path, text: user.read(path) }))

describe('the tarball', () => {
  it('holds what is built, its documentation and the licence, and no sources', () => {
    const paths = user.tarball.files.map((file) => file.path)
    expect(paths).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/ops.js']),
    )
    const known =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[\w./-]+\.(js|js\.map|d\.ts)|docs\/(guide\/)?[\w-]+\.(md|svg))$/
    expect(paths.filter((path) => !known.test(path))).toEqual([])
  })

  it('holds everything that its documentation links to', () => {
    const pages = files(/\.md$/)
    expect(pages.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/api.md', 'docs/guide/README.md']),
    )
    const links = pages.flatMap(({ path, text }) =>
      linksOf(text)
        .filter(({ target }) => !/^(https?:|#)/.test(target))
        .map(({ target }) => ({ path, target: posix.join(posix.dirname(path), target.replace(/#.*/, '')) })),
    )
    expect(links.length).toBeGreaterThan(40)
    const paths = new Set(user.tarball.files.map((file) => file.path))
    expect(links.filter(({ target }) => !paths.has(target))).toEqual([])
  })

  it('has every file that package.json names', () => {
    const { exports, main, types } = JSON.parse(user.read('package.json')) as {
      exports: Record<string, string | Record<string, string>>
      main: string
      types: string
    }
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    )
    const missing = [...targets, main, types].filter((path) => !existsSync(join(user.installed, path)))
    expect(missing).toEqual([])
  })

  it('needs nothing else: no dependency, no script that runs on installation', () => {
    const manifest = JSON.parse(user.read('package.json')) as Record<string, Record<string, string> | undefined>
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
      expect(manifest[kind]).toBeUndefined()
    for (const script of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts?.[script]).toBeUndefined()
  })

  it('is small', () => {
    // What a page downloads has a tighter budget of its own, in scripts/check-wasm.mjs; this is the whole with its maps.
    // The script for workers is in it twice, as a file and as text in `ravine/worker`: 36 kB each.
    // Each of the five builds of the WebAssembly is 100 to 115 kB, of which a page loads one; the wide one only Node.
    expect(user.tarball.size).toBeLessThan(1_000_000)
    // The documentation is 110 kB of it, 390 kB unpacked.
    expect(user.tarball.unpackedSize).toBeLessThan(2_900_000)
  })

  it('refers to no file but its own: no module to fetch, no path of the machine that built it', () => {
    const scripts = files(/\.js$/)
    expect(scripts.length).toBeGreaterThan(1)
    const fetching = /import\.meta|\bfetch\(|new URL\(|\.wasm\b|instantiateStreaming/
    for (const { path, text } of scripts) expect(fetching.exec(text)?.[0], path).toBeUndefined()
    const outside = [root, user.folder, 'build/wasm', 'file://']
    for (const { path, text } of files(/\.(js|d\.ts)$/))
      expect(
        outside.filter((name) => text.includes(name)),
        path,
      ).toEqual([])
  })

  it('has maps that lead to the sources, by name and with their text', () => {
    const maps = files(/\.js\.map$/)
    for (const { path, text } of maps) {
      const { sources, sourcesContent } = JSON.parse(text) as { sources: string[]; sourcesContent: (string | null)[] }
      expect(
        sources.filter((source) => !/^(\.\.\/)+(ts|build)\//.test(source)),
        path,
      ).toEqual([])
      const read = sourcesContent.filter((content, i) => sources[i]?.includes('/ts/') && content)
      expect(read.length, path).toBe(sources.filter((source) => source.includes('/ts/')).length)
    }
  })
})

describe('the installed package', () => {
  it('keeps its inner files to itself', () => {
    user.write(
      'inner.mjs',
      "console.log(JSON.stringify(await import('ravine/dist/index.js').catch((error) => error.code)))",
    )
    user.write(
      'package.mjs',
      "import('ravine/package.json', { with: { type: 'json' } }).then(({ default: { name } }) => console.log(JSON.stringify(name)))",
    )
    expect(user.run(process.execPath, ['inner.mjs'])).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED')
    expect(user.run(process.execPath, ['package.mjs'])).toBe('ravine')
  })
})

describe('what checkers say', () => {
  /** What a checker of `package.json` prints; fails with it when it finds anything. */
  const check = (checker: string, ...args: string[]) =>
    user.check(checker, [...args, join(user.folder, user.tarball.filename)])

  it('publint has nothing to say', () => {
    expect(check('publint/src/cli.js', 'run', '--strict')).toContain('All good!')
  })

  it('attw finds the types of every entry', () => {
    // `node10` is the resolution of TypeScript before it knew `exports`, which TypeScript 7 has dropped. That `require` meets an ES
    // module is an error in Node before 20.19 and 22.12; `engines.test.ts` requires it.
    const rules = ['--ignore-rules', 'cjs-resolves-to-esm', '--profile', 'node16']
    const report = check('@arethetypeswrong/cli/dist/index.js', '--no-emoji', ...rules)
    const { exports } = JSON.parse(user.read('package.json')) as { exports: Record<string, unknown> }
    for (const entry of Object.keys(exports)) expect(report).toContain(`"${entry.replace('.', 'ravine')}"`)
  })
})

describe('the types', () => {
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: 'es2022',
  }
  const inNode = { lib: ['es2022'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')] }
  const projects = {
    'nodenext, in Node': { module: 'nodenext', ...inNode },
    'nodenext, in a browser': { module: 'nodenext', lib: ['es2022', 'dom'], types: [] },
    'bundler, in Node': { module: 'esnext', moduleResolution: 'bundler', ...inNode },
    'bundler, in a browser': { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: [] },
  }

  it.each(Object.entries(projects))('pass in a strict project: %s', (name, options) => {
    const folder = name.replaceAll(/\W+/g, '-')
    user.write(`${folder}/package.json`, '{ "type": "module" }')
    user.write(`${folder}/user.ts`, USER_PROGRAM)
    user.write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions: { ...strict, ...options } }))
    expect(user.compile(folder)).toBe('')
  })
})

describe('a bundle for the browser', () => {
  /** What esbuild makes of a program of the user's, in one file. */
  const bundle = (source: string, minify = false) => {
    const { outputFiles, warnings } = buildSync({
      stdin: { contents: source, resolveDir: user.folder },
      absWorkingDir: user.folder,
      bundle: true,
      format: 'iife',
      platform: 'browser',
      write: false,
      minify,
    })
    expect(warnings).toEqual([])
    return outputFiles[0]?.text ?? ''
  }

  it('trains where there are no modules, no fetch and no process', async () => {
    const text = bundle(program('page.mjs'))
    const forbidden = /import\.meta|\bfetch\(|new URL\(|\brequire\(|\.wasm\b/
    expect([forbidden.exec(text)?.[0], text.includes(user.folder)]).toEqual([undefined, false])
    // A realm of its own has the language and nothing else; this is what the package may use of a page.
    const { MessageChannel, TextDecoder, TextEncoder, atob, performance } = globalThis
    const page = { MessageChannel, TextDecoder, TextEncoder, atob, performance, result: undefined as unknown }
    new Script(text).runInNewContext(page)
    expect(await page.result).toBeCloseTo(0, 2)
  })

  it('holds the WebAssembly once where models train in workers', () => {
    const text = bundle(
      readFileSync(join(root, 'test/packaging/projects/module/worker.js'), 'utf8').replaceAll('await ', 'void '),
      true,
    )
    const long = (source: string) => source.match(/[A-Za-z0-9+/]{2000,}/g)?.map((found) => found.length) ?? []
    // What unpacks; the baseline; and the other builds, which bundlers that split code make files of.
    const builds = readdirSync(join(root, 'build/wasm')).filter((name) =>
      existsSync(join(root, 'build/wasm', name, 'packed.js')),
    )
    expect(long(text).length).toBe(1 + builds.length)
    expect(long(user.read('dist/worker.js'))).toEqual([])
    expect(long(user.read('dist/worker-script.js'))).toEqual([])
  })

  it('leaves models out where only operations are used', () => {
    const all = bundle("export * from 'ravine'; export * from 'ravine/ops'", true)
    const operations = bundle("import { matmul } from 'ravine/ops'\nconsole.log(matmul([[1]], [[2]]))", true)
    expect([all, operations].map((text) => text.includes('restoreBestWeights'))).toEqual([true, false])
    expect(operations.length).toBeLessThan(all.length - 20_000)
  })
})
