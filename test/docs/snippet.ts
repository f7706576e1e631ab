/** Snippets of JavaScript and TypeScript in the documentation, as programs. */

import type { Fence } from './markdown.ts'

/** A snippet that is to be run. */
export interface Snippet {
  readonly extension: 'mjs' | 'mts'
  /** The program: the snippet, moved down so that each line has the number that it has in the Markdown file. */
  readonly source: string
  /** What it says that it prints, line by line; undefined when it says nothing. */
  readonly output: readonly string[] | undefined
}

const EXTENSIONS: Readonly<Record<string, Snippet['extension']>> = {
  js: 'mjs',
  javascript: 'mjs',
  mjs: 'mjs',
  ts: 'mts',
  typescript: 'mts',
  mts: 'mts',
}

/**
 * The program in a fence; undefined when it holds another language, or says why it is not to be run: ```` ```js no-run: why ````.
 *
 * A comment `// → text` at a line's end is what that line prints; if there is one, there must be one for every line of output.
 *
 * @throws Error when `no-run` stands without a reason, with anything else after the language, and when the snippet could not fail.
 */
export function snippetIn(fence: Fence): Snippet | undefined {
  const extension = EXTENSIONS[fence.language]
  if (extension === undefined) return undefined
  if (fence.info !== '') {
    const reason = /^no-run\b[\s:–—-]*(.*)$/.exec(fence.info)?.[1]
    if (reason === undefined) throw new Error(`'${fence.info}' means nothing here; known is: no-run: reason`)
    if (reason.length < 10) throw new Error('no-run needs a reason: ```js no-run: the data is not in the repository')
    return undefined
  }
  if (!/console\.|assert/.test(fence.code)) throw new Error('a snippet must print or assert something')
  const output = [...fence.code.matchAll(/\/\/ → (.*)$/gm)].map(([, text = '']) => text.trim())
  const source = '\n'.repeat(fence.line - 1) + fence.code
  return { extension, source, output: output.length > 0 ? output : undefined }
}
