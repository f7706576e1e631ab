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

/**
 * The class that a row of labels stands for: its number; the place of its largest label; of a single label whether it is above one half (so 0 and −1 are
 * class 0). Nothing where labels are no classes: outside of −1 to 1, or with several that are largest. @internal
 */
export function classOf(labels: Float32Array, rule: LabelRule): number | undefined {
  if (rule.loss === 'sparseCategoricalCrossentropy') return labels[0]
  if (labels.some((label) => label < -1 || label > 1)) return undefined
  if (rule.width === 1) return (labels[0] ?? 0) > 0.5 ? 1 : 0
  const largest = labels.reduce((a, b) => Math.max(a, b))
  const best = labels.indexOf(largest)
  // A label that is not a number is left to training.
  return Number.isNaN(largest) || labels.indexOf(largest, best + 1) < 0 ? best : undefined
}

/**
 * Multiplies the rows' weights by those of their classes; a class that has none counts as it is (Keras).
 *
 * @param first The user's number of the first row.
 * @throws ConfigError when a row of labels stands for no class.
 *
 * @internal
 */
export function applyClassWeight(
  target: Float32Array,
  labels: Float32Array,
  weights: ReadonlyMap<number, number>,
  rule: LabelRule,
  where: string,
  first: number,
): void {
  const { width } = rule
  for (let row = 0; row < target.length; row++) {
    const own = labels.subarray(row * width, (row + 1) * width)
    const number = classOf(own, rule)
    if (number === undefined) {
      throw new ConfigError(
        `${where} weighs rows by class, but the labels of row ${first + row} ([${own.slice(0, 8).join(', ')}${width > 8 ? ', …' : ''}]) stand for none: expected ` +
          `${width === 1 ? '0 or 1 (or −1 and 1)' : 'one-hot rows, with one label largest'}; use sampleWeight instead`,
      )
    }
    target[row] = (target[row] ?? 0) * (weights.get(number) ?? 1)
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
