/** The builds of the WebAssembly, and which of them suits an engine. */

import { hasRelaxedSimd, hasSharedMemory, isV8, NOT_SHARED, processors } from './features.ts'
import { whyNotWide } from './wide/possible.ts'

/** What can be asked for by name: plain SIMD, the same bits on every engine; or fused multiply-adds. */
export type Plain = 'simd' | 'relaxed'

/** What the arithmetic is made of: one of those, or fused multiply-adds of vectors that the engine fuses in pairs. */
export type Variant = Plain | 'wide'

/** A build: a variant, for one thread or for several; the wide one is for any number. */
export type Build = Variant | `${Plain}-threads`

/** What a user has asked for. */
export interface Wish {
  readonly variant: 'auto' | Plain
  readonly threads: number | 'auto'
  readonly deterministic: boolean
  /** Whether to try the wide build first. */
  readonly wide: boolean
}

/** What it comes to here. */
export interface Choice {
  readonly variant: Variant
  /** How many threads to start, the calling one included. */
  readonly threads: number
  readonly build: Build
  /** Why this variant. */
  readonly why: string
  /** Why not more threads, where that needs saying. */
  readonly threadsWhy: string
}

/** Why the relaxed build is not used. */
export const NO_RELAXED =
  'this engine has no relaxed SIMD (Chrome from 114, recent Firefox, Node from 22, Bun and Deno have)'

/**
 * The fastest build that fits a wish and the engine.
 *
 * @param refused Why not the wide one.
 */
export function choose(wish: Wish, refused: string | undefined = wish.wide ? whyNotWide() : undefined): Choice {
  const { variant: asked, deterministic } = wish
  const { threads, why: threadsWhy } = chooseThreads(wish.threads)
  if (wish.wide && refused === undefined) return { variant: 'wide', threads, build: 'wide', why: WIDE, threadsWhy }
  const variant = asked !== 'auto' ? asked : !deterministic && hasRelaxedSimd() && isV8() ? 'relaxed' : 'simd'
  const build = threads > 1 ? (`${variant}-threads` as const) : variant
  const why = because(wish, variant) + (refused === undefined ? '' : `; not the wide build: ${refused}`)
  return { variant, threads, build, why, threadsWhy }
}

const WIDE = 'init was asked for the wide build, and it agrees with the baseline and is faster'

/** The same build for one thread. */
export const alone = (choice: Choice, threadsWhy: string): Choice => ({
  ...choice,
  threads: 1,
  build: choice.variant,
  threadsWhy,
})

/** More threads than this gain nothing on the networks that ravine is for, unless someone has measured and says so. */
const ENOUGH = 8

const DENO =
  'a program in Deno does not end while a worker waits, so threads must be asked for by number there, and sent home by init({ threads: 1 })'

function chooseThreads(asked: number | 'auto'): { threads: number; why: string } {
  if (asked === 'auto' && 'Deno' in globalThis) return { threads: 1, why: DENO }
  const cores = processors()
  // Where there are many, half of them are usually second threads of the same cores, or slow ones.
  const wanted = asked === 'auto' ? (cores <= 2 ? cores : Math.min(ENOUGH, Math.ceil(cores / 2))) : asked
  if (wanted <= 1) return { threads: 1, why: asked === 'auto' ? 'there is one processor' : '' }
  return hasSharedMemory() ? { threads: wanted, why: '' } : { threads: 1, why: NOT_SHARED }
}

function because({ variant: asked, deterministic }: Wish, chosen: Variant): string {
  if (asked !== 'auto') return `init was asked for '${asked}'`
  if (chosen === 'relaxed') return 'relaxed SIMD is the fastest build that this engine accepts'
  if (deterministic) return 'init was asked for deterministic results: the baseline'
  return hasRelaxedSimd()
    ? 'the baseline is the fastest build on this engine, which runs fused multiply-adds slower than plain ones'
    : `${NO_RELAXED}, so the baseline is used`
}
