/** Reads a matrix whose width nothing but itself says. */

import { type Matrix, matrix } from '../matrix.ts'
import { refuseGone } from './gone.ts'
import { isLine, isMatrix, ownLength, ownWidth, readSource, shapeOf } from './source.ts'

/**
 * A matrix from what a user passed. Numbers in a line are one row; an empty array is a matrix without rows. Only a matrix may have rows without numbers.
 *
 * @param where The call and the argument, for messages: `matmul: a`.
 * @throws ShapeError when rows differ in length or have none, or the data does not fill the shape.
 * @throws ConfigError when something in it is no number.
 */
export function toMatrix(value: unknown, where: string): Matrix {
  if (isMatrix(value) && isLine(value.data) && value.data.length === 0) {
    const [rows, columns] = shapeOf(value, where)
    refuseGone(value.data, where)
    if (columns === 0) return matrix(new Float32Array(0), rows, 0)
  }
  const width = ownWidth(value) ?? ownLength(value)
  const { rows, copy } = readSource(value, width || 1, where)
  if (isMatrix(value) && value.data instanceof Float32Array) return matrix(value.data, rows, width)
  const data = new Float32Array(rows * width)
  copy(0, rows, data)
  return matrix(data, rows, width)
}

/** Whether a value is numbers in a line, which may stand for a row or for a column. */
export function isFlat(value: unknown): boolean {
  return ownWidth(value) === undefined && !isMatrix(value)
}
