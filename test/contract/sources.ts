/** The sources as text, for tests that read them. */

import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The text of a file, by its path from the root of the repository. */
export function read(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8')
}

/** The files below a folder that end so, by their paths from there. */
export function filesBelow(folder: string, end: string): string[] {
  const entries = readdirSync(`${root}${folder}`, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) =>
      posix.join(entry.parentPath.replaceAll('\\', '/'), entry.name).slice(root.length + folder.length + 1),
    )
    .sort()
}

/** A text without its comments. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

/** What a path in an import of a file below `ts/` means: a path below `ts/`, or a module's name. */
export function resolvePath(file: string, path: string): string {
  return path.startsWith('.') ? posix.join(posix.dirname(file), path) : path
}

/** An import, or an export from another file. */
export interface Import {
  /** The file it is from: a path below `ts/`, or a module's name. */
  readonly from: string
  /** Whether it is of types alone, which vanish. */
  readonly typeOnly: boolean
}

/** The imports of a file below `ts/`. */
export function importsOf(file: string): Import[] {
  const statements = withoutComments(read(`ts/${file}`)).matchAll(
    /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm,
  )
  return [...statements].map(([, type, names = '', from = '']) => ({
    from: resolvePath(file, from),
    typeOnly: type !== undefined || isTypesOnly(names),
  }))
}

/** Whether every name in `{ type A, type B }` is a type. */
function isTypesOnly(names: string): boolean {
  const inside = names.match(/^\{([^}]*)\}$/)?.[1]
  return inside?.split(',').every((name) => /^\s*(type\s|$)/.test(name)) ?? false
}
