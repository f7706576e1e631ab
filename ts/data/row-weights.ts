/** How much each row counts: sample weights, and weights of the classes that rows belong to. */

import { isRecord, many, outOfRange, show } from '../checks.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'
import type { LabelRule } from './labels.ts'
import { type NumberArray, readSource } from './source.ts'

/** A weight for each row. */
export type RowWeights = NumberArray | readonly number[]

/** A weight for each class, by its number. */
export type ClassWeight = Readonly<Record<number, number>>

/** Checked weights by class. @internal */
export function readClassWeight(value: unknown, rule: LabelRule, where: string): ReadonlyMap<number, number> {
  if (!isRecord(value)) {
    throw new ConfigError(`${where} must be a record by class number, for example { 0: 1, 1: 5 }; got ${show(value)}`)
  }
  const classes = rule.units === 1 ? 2 : rule.units
  const weights = new Map<number, number>()
  for (const [name, weight] of Object.entries(value)) {
    const number = /^\d{1,9}$/.test(name) ? Number(name) : Number.NaN
    if (!(number < classes))
      throw new ConfigError(`${where}: there is no class ${show(name)}; classes are 0 to ${classes - 1}`)
    if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0) {
      throw outOfRange(where, `class ${number}`, 'a finite number, at least 0', weight)
    }
    weights.set(number, weight)
  }
  return weights
}

/** The class of each row: its number, the place of its largest label, or whether its only label is above one half. @internal */
export function classOf(labels: Float32Array, row: number, rule: LabelRule): number {
  if (rule.loss === 'sparseCategoricalCrossentropy') return labels[row] ?? 0
  if (rule.width === 1) return (labels[row] ?? 0) > 0.5 ? 1 : 0
  let best = row * rule.width
  for (let i = best + 1; i < (row + 1) * rule.width; i++) if ((labels[i] ?? 0) > (labels[best] ?? 0)) best = i
  return best - row * rule.width
}

/** Multiplies the rows' weights by those of their classes; a class that has none counts as it is (Keras). @internal */
export function applyClassWeight(
  target: Float32Array,
  labels: Float32Array,
  weights: ReadonlyMap<number, number>,
  rule: LabelRule,
): void {
  for (let row = 0; row < target.length; row++) {
    target[row] = (target[row] ?? 0) * (weights.get(classOf(labels, row, rule)) ?? 1)
  }
}

/**
 * Writes the sample weights of rows from `first` on to `target`.
 *
 * @throws ShapeError when there is not one for each row.
 * @throws ConfigError when one is negative or not finite.
 *
 * @internal
 */
export function fillSampleWeight(
  target: Float32Array,
  value: unknown,
  rows: number,
  first: number,
  where: string,
): void {
  const source = readSource(value, 1, where)
  if (source.rows !== rows)
    throw new ShapeError(
      `${where} has ${many(source.rows, 'number')}; expected one for each of the ${many(rows, 'row')}`,
    )
  source.copy(first, target.length, target)
  const bad = target.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))
  if (bad >= 0) throw outOfRange(where, `row ${first + bad}`, 'a finite number, at least 0', target[bad])
}
