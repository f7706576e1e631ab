/** Batches of rows that come in chunks of any size: through a ring in WebAssembly memory, which does not grow with their number. */

import { type Context, fillRows, type Rows, readRows, shapeFor } from '../data/assemble.ts'
import type { ChunkReader } from '../data/chunk-reader.ts'
import { readChunk } from '../data/chunks.ts'
import { bytesOf, Dataset } from '../data/dataset.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'
import type { Batches, RunFacts } from './batches.ts'
import type { Core } from './core.ts'
import { throwIfNotFinite } from './not-finite.ts'
import type { Pace } from './pace.ts'

/** The ring has as many batches as fit in so many bytes and rows, at least one: as much as stays in a cache, enough to make calls rare. */
const RING_BYTES = 2 ** 20
const RING_ROWS = 2 ** 13

/** How a stream is run over. */
export interface StreamFacts extends RunFacts {
  /** Where an epoch ends, if not with the pass. */
  readonly batchesPerEpoch?: number | undefined
  /** Rows of the buffer that mixes. */
  readonly shuffleRows?: number
  readonly classWeight?: unknown
  readonly checkData: boolean
  readonly pace: Pace
  readonly signal: AbortSignal | undefined
}

/** A chunk of which rows from `next` on are still to come. */
interface Opened {
  readonly rows: Rows
  readonly context: Context
  next: number
}

/**
 * Batches of a stream.
 *
 * The first `#ring` rows of the data set are the ring, a whole number of batches: rows are written behind those that wait, and never wrap around within a
 * batch. Behind it is the buffer of rows that are mixed, which is filled first: see `crate/src/nn/mixer.rs`.
 */
export class Streamed implements Batches {
  count: number | undefined
  readonly #core: Core
  readonly #reader: ChunkReader
  readonly #facts: StreamFacts
  readonly #buffer: number
  #dataset: Dataset | undefined
  #ring = 0
  /** Where the next batch begins, and how many rows from there on wait. */
  #first = 0
  #ready = 0
  /** How many rows the buffer holds, and, when no more come, how many of them have gone on. */
  #held = 0
  #given = 0
  #chunk: Opened | undefined
  /** Whether the source has no more. */
  #over = true
  /** Whether any pass has begun, and whether this one has had rows. */
  #begun = false
  #fruitful = false
  #epoch: number | undefined

  constructor(core: Core, reader: ChunkReader, facts: StreamFacts) {
    this.#core = core
    this.#reader = reader
    this.#facts = facts
    this.#buffer = facts.shuffleRows ?? 0
    this.count = facts.batchesPerEpoch
  }

  async open(epoch: number | undefined): Promise<boolean> {
    this.#epoch = epoch
    if (!this.#begun || this.#facts.batchesPerEpoch === undefined) {
      this.#begun = true
      this.#first = this.#ready = this.#held = this.#given = 0
      await this.#pass()
      if (this.#dataset) this.#beginMixing(this.#dataset)
    }
    await this.#fill()
    return this.#ready > 0
  }

  begin(): void {
    const { training, batchSize } = this.#facts
    const data = this.#opened.raw
    const { epoch } = this.#core
    this.#core.useBatches(batchSize, (raw) => raw.begin(data, training, batchSize, this.#ring, false, epoch))
    this.#feed()
  }

  ready(done: number): number | Promise<number> {
    const left = (this.#facts.batchesPerEpoch ?? Number.POSITIVE_INFINITY) - done
    if (left <= 0) return 0
    const count = () => Math.min(left, this.#batches)
    if (this.#batches > 0) return count()
    return this.#fill().then(() => {
      if (!this.#core.disposed) this.#feed()
      return count()
    })
  }

  readonly advance = (batches: number): number => {
    const { training, batchSize, call } = this.#facts
    const dataset = this.#opened
    const ran = this.#core.use((raw) => raw.advance(dataset.raw, training, batches))
    const rows = Math.min(ran * batchSize, this.#ready)
    this.#first = (this.#first + rows) % this.#ring
    this.#ready -= rows
    if (ran < batches) this.#blame(call)
    return ran
  }

  end(done: number): void {
    const { call, training } = this.#facts
    this.count = this.#facts.batchesPerEpoch ?? done
    // That the last batch was the last was not known when it ran.
    this.#core.use((raw) => raw.feed(training, 0, 0, false))
    this.#blame(call)
  }

  /** Ends the pass under way. */
  close(): Promise<void> {
    return this.#reader.close()
  }

  /** Frees the memory. */
  dispose(): void {
    this.#dataset?.dispose()
  }

  get #opened(): Dataset {
    return this.#dataset as Dataset
  }

  /** How many batches can be run; the last one may be smaller. */
  get #batches(): number {
    const batches = this.#ready / this.#facts.batchSize
    return this.#drained ? Math.ceil(batches) : Math.floor(batches)
  }

  /** Whether no rows will be added to those that wait. */
  get #drained(): boolean {
    return this.#over && !this.#chunk && this.#given === this.#held
  }

  #feed(): void {
    if (this.#ready === 0) return
    const { training } = this.#facts
    this.#core.use((raw) => raw.feed(training, this.#first, this.#ready, !this.#drained))
  }

  #blame(call: string): void {
    const { training, batchSize } = this.#facts
    const rows = { from: this.#first, count: Math.min(batchSize, this.#ready) }
    throwIfNotFinite(this.#core, this.#opened, call, { epoch: this.#epoch, training, rows })
  }

  /** Writes rows to the ring until there is a batch or no more come. The event loop has its turns. */
  async #fill(): Promise<void> {
    const { pace, signal } = this.#facts
    while (this.#batches === 0 && !this.#drained) {
      if (this.#chunk || this.#over) this.#write()
      else await this.#next()
      if (this.#core.disposed) return
      if (pace.due) {
        await pace.rest()
        signal?.throwIfAborted()
      }
    }
  }

  /** Takes the next chunk; where a pass ends, maybe the next pass. */
  async #next(): Promise<void> {
    const { signal, batchesPerEpoch, call } = this.#facts
    const number = this.#reader.count
    const next = await this.#reader.next(signal)
    if (this.#core.disposed) return
    if (next) {
      this.#chunk = this.#take(next.value, `${call}: chunk ${number}`)
      return
    }
    if (!this.#fruitful) throw this.#nothing()
    if (batchesPerEpoch === undefined || this.#reader.once) this.#over = true
    else await this.#pass()
  }

  async #pass(): Promise<void> {
    this.#over = this.#fruitful = false
    await this.#reader.open(this.#epoch ?? 0, this.#facts.signal)
  }

  #nothing(): ConfigError | ShapeError {
    const { call } = this.#facts
    if (!this.#dataset) return new ShapeError(`${call}: the source has no rows; expected at least one`)
    return new ConfigError(
      `${call}: the source has no rows when it is gone over again (epoch ${this.#epoch}); pass a function that returns it anew`,
    )
  }

  #take(value: unknown, call: string): Opened | undefined {
    const { x, y, sampleWeight } = readChunk(value, call)
    const { checkData, classWeight } = this.#facts
    const { inputs, outputs } = this.#core.graph
    const rules = this.#core.rules(call)
    const context = { inputs, outputs, rules, call, checkData }
    const rows = readRows({ x, y, sampleWeight, classWeight }, inputs, outputs, rules, call, 0)
    if (rows.count === 0) return undefined
    const { weighted } = shapeFor(rows, rows.count, context)
    const dataset = this.#dataset ?? this.#allocate(rows, context)
    dataset.shape.weighted.forEach((before, i) => {
      if (before === weighted[i]) return
      throw new ConfigError(
        `${call} has ${before ? 'no sampleWeight, but those' : 'sampleWeight, but those'} before it had ${before ? 'one' : 'none'}; ` +
          'give it with every chunk or with none',
      )
    })
    this.#fruitful = true
    return { rows, context, next: 0 }
  }

  #allocate(rows: Rows, context: Context): Dataset {
    const { batchSize } = this.#facts
    const row = bytesOf(shapeFor(rows, 1, context))
    this.#ring = batchSize * Math.max(1, Math.floor(Math.min(RING_BYTES / row, RING_ROWS) / batchSize))
    const advice = `Use a smaller ${this.#buffer > this.#ring ? 'shuffleRows' : 'batchSize'}`
    this.#dataset = new Dataset(shapeFor(rows, this.#ring + this.#buffer, context), advice)
    this.#beginMixing(this.#dataset)
    return this.#dataset
  }

  #beginMixing(dataset: Dataset): void {
    if (this.#buffer > 0) dataset.beginMixing(this.#core.seed, this.#core.epoch)
  }

  /** Writes some of the rows that are there: a part of the chunk, or those left in the buffer. */
  #write(): void {
    const at = (this.#first + this.#ready) % this.#ring
    const room = Math.min(this.#ring - this.#ready, this.#ring - at)
    const chunk = this.#chunk
    const dataset = this.#opened
    if (!chunk) {
      const count = Math.min(room, this.#held - this.#given)
      dataset.mix(this.#ring, this.#held, at, count, false)
      this.#given += count
      this.#ready += count
      return
    }
    const left = chunk.rows.count - chunk.next
    const filling = this.#held < this.#buffer
    const count = filling ? Math.min(left, this.#buffer - this.#held, this.#ring) : Math.min(left, room)
    fillRows(dataset, filling ? this.#ring + this.#held : at, chunk.rows, chunk.next, count, chunk.context)
    if (filling) this.#held += count
    else {
      if (this.#buffer > 0) dataset.mix(this.#ring, this.#held, at, count, true)
      this.#ready += count
    }
    chunk.next += count
    if (chunk.next === chunk.rows.count) this.#chunk = undefined
  }
}
