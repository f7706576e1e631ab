/** A data set in WebAssembly memory: copied in once, then read there batch by batch. */

import { seedWords } from '../checks.ts'
import { ConfigError, isOutOfMemory, RavineError, StateError } from '../runtime/errors.ts'
import { Handle } from '../runtime/handle.ts'
import { f32 } from '../runtime/memory.ts'
import { glue } from '../runtime/raw.ts'
import type { Source } from './source.ts'

/** The glue's class. */
export type RawDataset = InstanceType<typeof glue.RawDataset>

/** What a data set holds. */
export interface DatasetShape {
  /** How many rows. */
  readonly rows: number
  /** Width of each input. */
  readonly inputs: readonly number[]
  /** Width of each output's labels. */
  readonly labels: readonly number[]
  /** For each output whether its rows have weights. */
  readonly weighted: readonly boolean[]
}

/** What a matrix of a data set is. */
export type Part = 'input' | 'label' | 'weight'

/** Rows in WebAssembly memory. */
export class Dataset extends Handle<RawDataset> {
  readonly shape: DatasetShape
  /** The bytes of all numbers. */
  readonly bytes: number

  /**
   * A data set of zeros.
   *
   * @param advice What a message says when it does not fit in memory.
   */
  constructor(shape: DatasetShape, advice = ADVICE) {
    const bytes = bytesOf(shape)
    if (bytes >= 2 ** 32) throw tooLarge(shape, bytes, 'WebAssembly can address 4 GiB', advice)
    try {
      super('data set', () => {
        const { rows, inputs, labels, weighted } = shape
        const words = [rows, inputs.length, ...inputs, labels.length, ...labels, ...weighted.map(Number)]
        return new glue.RawDataset(Float64Array.from(words))
      })
    } catch (error) {
      if (error instanceof RavineError && isOutOfMemory(error)) throw tooLarge(shape, bytes, error.message, advice)
      throw error
    }
    this.shape = shape
    this.bytes = bytes
  }

  /** What the glue takes. */
  get raw(): RawDataset {
    return this.alive()
  }

  /** A view of rows of a matrix, by default of all, for use at once. */
  view(part: Part, index: number, first = 0, count: number = this.shape.rows - first): Float32Array {
    const pointer = this.use((raw) => {
      if (part === 'input') return raw.input_pointer(index)
      return part === 'label' ? raw.label_pointer(index) : raw.weight_pointer(index)
    })
    const width = this.widthOf(part, index)
    return f32(pointer + 4 * first * width, count * width)
  }

  /** Copies rows `first … first + count` of a source to a matrix, from row `at` on. */
  fill(part: Part, index: number, source: Source, first: number, count: number, at = 0): void {
    const view = this.view(part, index, at, count)
    source.copy(first, count, view)
    // A getter among the data could have made the memory grow: what was written since then is lost.
    if (view.length !== count * source.width) {
      throw new StateError('the data ran code of its own while it was copied, and that code used ravine')
    }
  }

  /** Starts to mix rows that come through this set, by the numbers that shuffle an epoch. */
  beginMixing(seed: number, epoch: number): void {
    const [low, high] = seedWords(seed)
    this.use((raw) => raw.begin_mixing(low, high, epoch))
  }

  /**
   * Exchanges each of `count` rows from `at` on with a random one of those from `first` on; if no more come, with the next of the `held` that are there,
   * in a random order.
   */
  mix(first: number, held: number, at: number, count: number, more: boolean): void {
    this.use((raw) => raw.mix(first, held, at, count, more))
  }

  private widthOf(part: Part, index: number): number {
    const { inputs, labels } = this.shape
    return part === 'weight' ? 1 : ((part === 'input' ? inputs : labels)[index] ?? 0)
  }
}

const ADVICE = 'Use a part of the data at a time, as model.fitDataset does'

function tooLarge(shape: DatasetShape, bytes: number, reason: string, advice: string): ConfigError {
  const widths = [...shape.inputs, ...shape.labels].join(' + ')
  const size = bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`
  return new ConfigError(`${shape.rows} rows of ${widths} numbers take ${size}; ${reason}. ${advice}`)
}

/** The bytes of a data set; exact far beyond what fits. */
export function bytesOf(shape: DatasetShape): number {
  const weights = shape.weighted.filter(Boolean).length
  const width = [...shape.inputs, ...shape.labels].reduce((sum, each) => sum + each, weights)
  return shape.rows * width * 4
}
