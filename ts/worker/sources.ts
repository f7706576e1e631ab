/** Sources of chunks on the page of a model in a worker: the worker asks for one chunk after the other. */

import { Passes } from '../data/chunks.ts'
import type { FitCallbacks } from './callbacks.ts'
import type { ChunkReply, Pull, SentSource, ToWorker } from './messages.ts'
import type { Outbox } from './outbox.ts'
import type { Parcel } from './pack.ts'

/** The sources of one `fitDataset`. */
export class PageSources {
  readonly sent: readonly (SentSource | undefined)[]
  readonly #sources: readonly (Passes | undefined)[]
  #ended = false

  /**
   * @param given - What to train on, and what to validate on if that is a source too.
   * @throws ConfigError when it is none.
   */
  constructor(given: readonly [source: unknown, validation: unknown]) {
    const [source, validation] = given
    this.#sources = [
      new Passes(source, 'fitDataset: source'),
      validation === undefined ? undefined : new Passes(validation, 'fitDataset: validationData'),
    ]
    this.sent = this.#sources.map((each) => each && { once: each.once })
  }

  /** Begins a pass, or sends the next chunk. What a source throws stays on the page, under a number. */
  async answer(
    { ask, source, open }: Pull,
    { outbox, pack, callbacks }: { outbox: Outbox; pack: () => Parcel; callbacks: FitCallbacks },
  ): Promise<void> {
    const passes = this.#sources[source] as Passes
    const parcel = pack()
    let message: ToWorker
    try {
      const next = open === undefined ? await passes.next() : await passes.open(open)
      const chunk = next && { value: parcel.pack(next.value, 'chunk') }
      const temporary = parcel.large.map(({ id }) => id)
      message = { type: 'chunk', ask, temporary, ...(chunk && { chunk }) } satisfies ChunkReply
    } catch (error) {
      message = { type: 'reply', ask, token: callbacks.keep(error), message: textOf(error) }
    }
    // Nobody waits any more for what comes when training has ended.
    if (!this.#ended) await outbox.send(parcel, message, () => {})
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#sources.map((each) => each?.close()))
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
