/** Sources of chunks that have stayed on the page. */

import type { SentSource } from '../messages.ts'

/** Asks the page to begin a pass in an epoch, or for the next chunk: undefined at its end. */
export type PullFrom = (open?: number) => Promise<{ readonly value: unknown } | undefined>

/** A source as `fitDataset` takes it. The page closes what is open when training has ended. */
export function remoteSource({ once }: SentSource, pull: PullFrom): unknown {
  const next = async () => {
    const chunk = await pull()
    return chunk ? { done: false, value: chunk.value } : { done: true, value: undefined }
  }
  const iterable = { next, [Symbol.asyncIterator]: () => iterable }
  const open = async (epoch: number) => {
    await pull(epoch)
    return iterable
  }
  if (!once) return open
  // An object that is its own iterator says that it can be gone over only once.
  let opened: Promise<unknown> | undefined
  const first = async () => {
    opened ??= pull(0)
    await opened
    return next()
  }
  const single = { next: first, [Symbol.asyncIterator]: () => single }
  return single
}
