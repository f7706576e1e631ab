/** What a run goes over. */

import type { Dataset } from '../data/dataset.ts'
import type { Core } from './core.ts'
import type { Advance } from './logs.ts'
import { throwIfNotFinite } from './not-finite.ts'

/** The batches of an epoch of training, or of an evaluation. */
export interface Batches {
  /** How many there are; while that is not known, how many there were last. */
  readonly count: number | undefined
  /** Gets ready for an epoch; says whether there is one. Without it there always is. */
  readonly open?: (epoch: number | undefined) => Promise<boolean>
  /** Begins it. An evaluation by itself has no epoch. */
  readonly begin: (epoch: number | undefined) => void
  /** How many batches can be run now, after so many; 0 at the end. */
  readonly ready: (done: number) => number | Promise<number>
  /** Runs up to so many that are ready. If one fails, it throws the error to show. */
  readonly advance: Advance
  /** Ends an epoch that has had so many. */
  readonly end?: (done: number) => void
}

/** How a run goes over data, and what messages say. */
export interface RunFacts {
  readonly training: boolean
  readonly batchSize: number
  /** The call, for messages. */
  readonly call: string
}

/** Batches of a data set in WebAssembly memory. */
export class Loaded implements Batches {
  readonly count: number
  readonly #core: Core
  readonly #dataset: Dataset
  readonly #facts: RunFacts & { readonly shuffle?: boolean; readonly first?: number }
  #epoch: number | undefined

  /** @param facts - `first` is the user's number of the first row. */
  constructor(core: Core, dataset: Dataset, facts: RunFacts & { readonly shuffle?: boolean; readonly first?: number }) {
    this.#core = core
    this.#dataset = dataset
    this.#facts = facts
    this.count = Math.ceil(dataset.shape.rows / facts.batchSize)
  }

  begin(epoch: number | undefined): void {
    const { training, batchSize, shuffle = false } = this.#facts
    this.#epoch = epoch
    const begin = { data: this.#dataset.raw, epoch: this.#core.epoch }
    this.#core.useBatches(batchSize, (raw) => raw.begin(begin.data, training, batchSize, 0, shuffle, begin.epoch))
  }

  ready(done: number): number {
    return this.count - done
  }

  readonly advance = (batches: number): number => {
    const { training, call, first } = this.#facts
    const ran = this.#core.use((raw) => raw.advance(this.#dataset.raw, training, batches))
    if (ran < batches) throwIfNotFinite(this.#core, this.#dataset, call, { epoch: this.#epoch, training, first })
    return ran
  }
}
