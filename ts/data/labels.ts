/** Labels: how wide they are for a loss, and which values make sense. */

import { show } from '../checks.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'
import { isMatrix, ownLength, ownWidth, place, readSource, type Source, shapeOf } from './source.ts'

/** What is known of an output's labels. */
export interface LabelRule {
  /** The kind of the loss; for one of the user's own, what messages call it. */
  readonly loss: string
  /** Whether it is the user's own. */
  readonly custom: boolean
  /** Whether labels are class numbers. */
  readonly classes: boolean
  /** Numbers in a row of labels. */
  readonly width: number
  /** Width of the output. */
  readonly units: number
}

const SPARSE = 'sparseCategoricalCrossentropy'

/** Numbers in a row of labels for a loss on an output of so many units. */
export const labelWidth = (loss: string, units: number): number => (loss === SPARSE ? 1 : units)

/**
 * Labels as rows for a loss.
 *
 * @param rows How many rows the features have, for a hint when class numbers and one-hot rows are mixed up.
 * @throws ShapeError when they are not of the width that the loss expects.
 */
export function readLabels(value: unknown, rule: LabelRule, rows: number, where: string): Source {
  if (isMatrix(value)) shapeOf(value, where)
  const own = ownWidth(value)
  const length = ownLength(value)
  if (rule.loss === SPARSE) {
    const oneHot = own === undefined ? rows > 0 && rule.units > 1 && length === rows * rule.units : own > 1
    if (oneHot) {
      throw new ShapeError(
        `${where} has ${own ?? rule.units} numbers a row, but ${SPARSE} expects one class number a row (0 to ${rule.units - 1}); ` +
          "for one-hot rows use the loss 'categoricalCrossentropy'",
      )
    }
  } else if (rule.width > 1 && (own === 1 || (own === undefined && rows > 0 && length === rows))) {
    const hint = rule.loss.startsWith('categorical')
      ? `; for class numbers use the loss '${SPARSE}'`
      : rule.custom
        ? '; labelWidth says how many'
        : `: labels have the width of the output, ${rule.units}`
    throw new ShapeError(`${where} has one number a row, but ${rule.loss} expects ${rule.width} numbers a row${hint}`)
  }
  return readSource(value, rule.width, where)
}

/**
 * Refuses labels that cannot be meant for the loss. NaN is left to training, save where a class number is expected.
 *
 * @param first The user's number of the first row.
 * @throws ConfigError naming row and value.
 */
export function checkLabels(values: Float32Array, rule: LabelRule, where: string, first = 0): void {
  if (rule.classes) {
    const bad = values.findIndex((value) => !(value >= 0 && value < rule.units && Number.isInteger(value)))
    if (bad < 0) return
    throw new ConfigError(
      `${where}: row ${first + bad} must be a class number, whole and from 0 to ${rule.units - 1} ` +
        `(the output has ${rule.units} units); got ${show(values[bad])}`,
    )
  }
  if (rule.loss === 'binaryCrossentropy' || rule.loss === 'categoricalCrossentropy') {
    const bad = values.findIndex((value) => value < 0 || value > 1)
    if (bad < 0) return
    throw new ConfigError(
      `${place(where, first * rule.width + bad, rule.width)} must be from 0 to 1 for ${rule.loss}; got ${show(values[bad])}` +
        (rule.loss === 'binaryCrossentropy' && values[bad] === -1 ? "; for labels −1 and 1 use the loss 'hinge'" : ''),
    )
  }
}
