/** Predictions, slab by slab: memory for the whole data is not needed. */

import { checkOptions } from '../checks.ts'
import { readInputs } from '../data/assemble.ts'
import { type Matrix, matrix } from '../matrix.ts'
import { ConfigError } from '../runtime/errors.ts'
import type { Core } from './core.ts'
import { record } from './record.ts'
import { readBatchSize } from './run-options.ts'

/** The options of `model.predict`. */
export interface PredictOptions {
  /** At most how many rows are computed at a time; no result depends on it. Default, and `'full'`: as many as suit the processor's cache. */
  readonly batchSize?: number | 'full' | undefined
}

/** About how many bytes a slab of rows may take. */
const SLAB = 2 * 2 ** 20

/** The outputs for the given inputs: a matrix, or a record of them by name. @internal */
export function predict(core: Core, x: unknown, options: unknown): Matrix | Record<string, Matrix> {
  core.check()
  const { graph } = core
  const given = checkOptions('predict', options, ['batchSize'])
  const { count, sources } = readInputs(x, graph.inputs, 'predict: x')
  const widths = graph.outputs.widths
  const width = [...graph.inputs.widths, ...widths].reduce((a, b) => a + b, 0)
  const limit = Math.max(1, Math.min(4096, Math.floor(SLAB / (4 * width))))
  const size = readBatchSize('predict', given.batchSize, limit, limit)
  const results = widths.map((columns) => allocate(count, columns))
  if (count > 0) {
    // A power of two, so that calls with about as many rows use the same data set.
    const rows = Math.min(size, 2 ** Math.ceil(Math.log2(count)))
    const shape = { rows, inputs: graph.inputs.widths, labels: widths, weighted: widths.map(() => false) }
    const dataset = core.scratch.take('predict', shape)
    try {
      for (let first = 0; first < count; first += rows) {
        const part = Math.min(rows, count - first)
        sources.forEach((source, i) => {
          dataset.fill('input', i, source, first, part)
        })
        core.ask('predict', (raw) => raw.predict(dataset.raw, 0, part), part)
        results.forEach((result, i) => {
          const columns = widths[i] ?? 0
          result.set(dataset.view('label', i).subarray(0, part * columns), first * columns)
        })
      }
    } finally {
      core.scratch.give('predict', dataset)
    }
  }
  const matrices = results.map((data, i) => matrix(data, count, widths[i] ?? 0))
  const { names, named } = graph.outputs
  return named ? record(names.map((name, i) => [name, matrices[i] as Matrix])) : (matrices[0] as Matrix)
}

function allocate(rows: number, columns: number): Float32Array {
  try {
    return new Float32Array(rows * columns)
  } catch (error) {
    throw new ConfigError(`predict: ${rows} × ${columns} results do not fit in memory; predict fewer rows at a time`, {
      cause: error,
    })
  }
}
