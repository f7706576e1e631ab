/** Chunks for tests. */

import type { Features } from '../../../ts/index.ts'

/** A chunk of rows of width 2 with class numbers. */
export type Rows = readonly [x: Features, y: Int32Array]

/** `x` and `y` cut into chunks of these numbers of rows, over and over. */
export function* cut(x: Float32Array, y: Int32Array, sizes: readonly number[]): Generator<Rows> {
  const width = x.length / y.length
  for (let at = 0, i = 0; at < y.length; i++) {
    const end = Math.min(y.length, at + (sizes[i % sizes.length] ?? 1))
    yield [x.slice(at * width, end * width), y.slice(at, end)]
    at = end
  }
}

/** The same, each chunk after a turn of the event loop. */
export async function* later<C>(chunks: Iterable<C>, wait = turn): AsyncGenerator<C> {
  for (const chunk of chunks) {
    await wait()
    yield chunk
  }
}

/** A turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** An iterable that keeps a record of what is asked of it. */
export function watched<C>(chunks: Iterable<C>): AsyncIterable<C> & { log: string[] } {
  const log: string[] = []
  return {
    log,
    [Symbol.asyncIterator]: () => {
      log.push('open')
      const iterator = chunks[Symbol.iterator]()
      return {
        next: async () => {
          log.push('next')
          return iterator.next()
        },
        return: async () => {
          log.push('return')
          return { done: true, value: undefined }
        },
      }
    },
  }
}
