/** What tests need to know of a Markdown file: its code fences, its links, and the anchors that links can point to. */

/** A fenced block of code. */
export interface Fence {
  /** The first word after the backticks: `js`. */
  readonly language: string
  /** What follows it. */
  readonly info: string
  /** The code, without the indentation of its fence. */
  readonly code: string
  /** The line of the file on which the code begins, from 1. */
  readonly line: number
}

/** A link or image. */
export interface Link {
  readonly target: string
  /** Its line, from 1. */
  readonly line: number
}

const FENCE = /^( *)(`{3,}|~{3,}) *([^`]*)$/

/**
 * The fenced blocks of a text.
 *
 * @throws Error when one is not closed, or its first line has backticks after the language: Markdown takes that for no fence.
 */
export function fencesOf(text: string): Fence[] {
  return split(text).fences
}

/** The links and images of a text outside of code: `[text](target)`, and definitions `[name]: target`. */
export function linksOf(text: string): Link[] {
  return split(text).prose.flatMap((line, index) => {
    const plain = line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length))
    const inline = [...plain.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)]
    const definitions = [...plain.matchAll(/^ {0,3}\[[^\]]+\]:\s+(\S+)/g)]
    const html = [...plain.matchAll(/<(?:a|img)\b[^>]*\b(?:href|src)="([^"]+)"/g)]
    return [...inline, ...definitions, ...html].map(([, target = '']) => ({ target, line: index + 1 }))
  })
}

/** The anchors of a text's headings, as GitHub makes them. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>()
  return split(text).prose.flatMap((line) => {
    const heading = /^#{1,6} +(.*?)(?: +#+)?$/.exec(line)?.[1]
    if (heading === undefined) return []
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replace(/ /g, '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return [before === 0 ? slug : `${slug}-${before}`]
  })
}

/** The fences, and the lines with those of fences left empty. */
function split(text: string): { fences: Fence[]; prose: string[] } {
  const fences: Fence[] = []
  const prose: string[] = []
  let open: { indent: string; marks: string; info: string; line: number; code: string[] } | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, indent = '', marks = '', info = ''] = FENCE.exec(line) ?? []
    if (!open && !marks && /^ *```/.test(line))
      throw new Error(`line ${index + 1}: the line that opens a fence may hold no other backticks`)
    prose.push(open || marks ? '' : line)
    if (!open) {
      if (marks) open = { indent, marks, info: info.trim(), line: index + 2, code: [] }
    } else if (marks.startsWith(open.marks) && info === '') {
      const [language = '', ...rest] = open.info.split(/\s+/)
      fences.push({ language, info: rest.join(' '), code: open.code.join('\n'), line: open.line })
      open = undefined
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart())
    }
  }
  if (open) throw new Error(`the fence that begins in line ${open.line - 1} is not closed`)
  return { fences, prose }
}
