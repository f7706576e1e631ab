/** A data set in WebAssembly memory: copied in once, then read there batch by batch. */

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

  /** A data set of zeros. */
  constructor(shape: DatasetShape) {
    const bytes = bytesOf(shape)
    if (bytes >= 2 ** 32) throw tooLarge(shape, bytes, 'WebAssembly can address 4 GiB')
    try {
      super('data set', () => {
        const { rows, inputs, labels, weighted } = shape
        const words = [rows, inputs.length, ...inputs, labels.length, ...labels, ...weighted.map(Number)]
        return new glue.RawDataset(Float64Array.from(words))
      })
    } catch (error) {
      if (error instanceof RavineError && isOutOfMemory(error)) throw tooLarge(shape, bytes, error.message)
      throw error
    }
    this.shape = shape
    this.bytes = bytes
  }

  /** What the glue takes. */
  get raw(): RawDataset {
    return this.alive()
  }

  /** A view of a matrix, for use at once. */
  view(part: Part, index: number): Float32Array {
    const pointer = this.use((raw) => {
      if (part === 'input') return raw.input_pointer(index)
      return part === 'label' ? raw.label_pointer(index) : raw.weight_pointer(index)
    })
    return f32(pointer, this.shape.rows * this.widthOf(part, index))
  }

  /** Copies rows of a source to the beginning of a matrix. */
  fill(part: Part, index: number, source: Source, first: number, count: number): void {
    const view = this.view(part, index)
    source.copy(first, count, view)
    // A getter among the data could have made the memory grow: what was written since then is lost.
    if (view.length !== this.shape.rows * source.width) {
      throw new StateError('the data ran code of its own while it was copied, and that code used ravine')
    }
  }

  private widthOf(part: Part, index: number): number {
    const { inputs, labels } = this.shape
    return part === 'weight' ? 1 : ((part === 'input' ? inputs : labels)[index] ?? 0)
  }
}

function tooLarge(shape: DatasetShape, bytes: number, reason: string): ConfigError {
  const widths = [...shape.inputs, ...shape.labels].join(' + ')
  const size = bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`
  return new ConfigError(
    `${shape.rows} rows of ${widths} numbers take ${size}; ${reason}. Train on parts of the data, one fit after the other`,
  )
}

/** The bytes of a data set; exact far beyond what fits. */
export function bytesOf(shape: DatasetShape): number {
  const weights = shape.weighted.filter(Boolean).length
  const width = [...shape.inputs, ...shape.labels].reduce((sum, each) => sum + each, weights)
  return shape.rows * width * 4
}
