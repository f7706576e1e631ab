/** Reading and writing a model's weights by name. */

import { isRecord, many, outOfRange, unknownName } from '../checks.ts'
import type { MatrixLike } from '../data/source.ts'
import { ownLength, ownWidth, readSource, type Source } from '../data/source.ts'
import { type Matrix, matrix } from '../matrix.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'
import type { Core, Parameter } from './core.ts'
import { record } from './record.ts'

/** Weights by `layer/kernel`, `layer/bias` and so on. */
export type Weights = Record<string, Matrix>

/** Copies of all weights. @internal */
export function getWeights(core: Core): Weights {
  return record(core.parameters.map(({ key, rows, columns }, i) => [key, matrix(core.view(i).slice(), rows, columns)]))
}

/**
 * Overwrites the weights that are named; all are checked before the first is written.
 *
 * @throws ConfigError on a name that the model does not have, or a number that is not finite.
 * @throws ShapeError when a matrix is not of its weight's shape.
 *
 * @internal
 */
export function setWeights(core: Core, weights: unknown): void {
  core.check()
  for (const [index, values] of readWeights(core.parameters, weights)) core.view(index).set(values)
  core.adopt()
}

/** The weights that are named, by their positions, all checked; throws as {@link setWeights}. @internal */
export function readWeights(
  parameters: readonly Pick<Parameter, 'key' | 'rows' | 'columns'>[],
  weights: unknown,
): [index: number, values: Float32Array][] {
  const keys = parameters.map((parameter) => parameter.key)
  if (!isRecord(weights))
    throw outOfRange('setWeights', 'weights', `a record, for example { '${keys[0] ?? 'dense/kernel'}': … }`, weights)
  const given = weights
  const known = new Set(keys)
  const unknown = Object.keys(given).find((key) => !known.has(key))
  if (unknown !== undefined) throw unknownName('setWeights', 'weight', unknown, keys)
  const ready: [index: number, values: Float32Array][] = []
  parameters.forEach(({ key, rows, columns }, i) => {
    if (!Object.hasOwn(given, key)) return
    const where = `setWeights: '${key}'`
    const source = readWeight(given[key], rows, columns, where)
    const values = new Float32Array(rows * columns)
    source.copy(0, rows, values)
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      throw new ConfigError(`${where}: every number must be finite (as float32); number ${bad} is ${values[bad]}`)
    ready.push([i, values])
  })
  return ready
}

/** What a user may pass as a weight. */
export type WeightsLike = Readonly<Record<string, MatrixLike>>

function readWeight(value: unknown, rows: number, columns: number, where: string): Source {
  // A vector such as a bias may come as one row or as a flat array.
  const own = ownWidth(value)
  if (own !== undefined && own !== columns) {
    const transposed = rows > 1 && own === rows && ownLength(value) === rows * columns
    const hint = transposed ? '; it is the transpose: kernels are [in, out] here, [out, in] in PyTorch' : ''
    throw new ShapeError(`${where} must be [${rows}, ${columns}]; its rows have ${many(own, 'number')}${hint}`)
  }
  const source = readSource(value, columns, where)
  if (source.rows !== rows) {
    throw new ShapeError(
      `${where} must be [${rows}, ${columns}], ${many(rows * columns, 'number')}; got ${many(source.rows, 'row')} of ${columns}`,
    )
  }
  return source
}
