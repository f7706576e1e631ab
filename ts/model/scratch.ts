/** Data sets that calls on one batch use again: making one each time would cost more than the batch. */

import { bytesOf, Dataset, type DatasetShape } from '../data/dataset.ts'

/** Larger data sets are not kept. */
const KEEP = 16 * 2 ** 20

/** Keeps the last data set of each use. */
export class Scratch {
  readonly #kept = new Map<string, Dataset>()

  /** A data set of this shape for this use, with whatever numbers it had before. The caller gives it back when done. */
  take(use: string, shape: DatasetShape): Dataset {
    const old = this.#kept.get(use)
    this.#kept.delete(use)
    if (old && !old.disposed && same(old.shape, shape)) return old
    old?.dispose()
    return new Dataset(shape)
  }

  /** Keeps a data set for the next time, unless it is large. */
  give(use: string, dataset: Dataset): void {
    const other = this.#kept.get(use)
    if (other !== dataset) other?.dispose()
    if (bytesOf(dataset.shape) > KEEP) {
      dataset.dispose()
      this.#kept.delete(use)
    } else {
      this.#kept.set(use, dataset)
    }
  }

  /** Frees all. */
  dispose(): void {
    for (const dataset of this.#kept.values()) dataset.dispose()
    this.#kept.clear()
  }
}

const same = (a: DatasetShape, b: DatasetShape): boolean => JSON.stringify(a) === JSON.stringify(b)
