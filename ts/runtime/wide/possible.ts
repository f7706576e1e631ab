/** Whether the wide build can be tried here. */

import { hasRelaxedSimd } from '../features.ts'

/** The first V8 in which fusing was seen to pay and to be right: Node 24 has 13.6. */
const FIRST_V8 = 13

/** Why the wide build cannot even be tried, if so. */
export function whyNotWide(): string | undefined {
  const { process } = globalThis as Partial<typeof globalThis>
  if (!process?.versions?.v8 || process.versions.bun || 'Deno' in globalThis)
    return 'it needs Node, whose V8 can be told to fuse vectors'
  const { versions } = process
  if (Number.parseInt(versions.v8, 10) < FIRST_V8 || !hasRelaxedSimd())
    return `it needs Node 24 or newer; this is ${versions.node}`
  if (process.arch !== 'x64') return `V8 fuses vectors on x64 processors; this is ${process.arch}`
  return undefined
}
