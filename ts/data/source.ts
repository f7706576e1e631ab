/** Reads what a user passes as features or labels, without a copy in between: row by row straight to where it is wanted. */

import { isRecord, many, outOfRange, show } from '../checks.ts'
import type { Matrix } from '../matrix.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'
import { refuseGone } from './gone.ts'

/** A typed array whose elements are plain numbers. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array

/** Rows of features: flat (row after row), nested, or a matrix. */
export type Features = NumberArray | readonly number[] | readonly (readonly number[] | NumberArray)[] | Matrix

/** A matrix, an array of rows, or numbers in a line. */
export type MatrixLike = Features

/** Labels: as features; class numbers are one number a row. */
export type Labels = Features

/** Data that is known to have the right shape. @internal */
export interface Source {
  /** How many rows. */
  readonly rows: number
  /** Numbers in a row. */
  readonly width: number
  /** Writes rows `first … first + count` to `target`. */
  readonly copy: (first: number, count: number, target: Float32Array) => void
}

type Line = NumberArray | readonly unknown[]

/**
 * Data as rows of `width` numbers.
 *
 * @param where The call and the argument, for messages: `fit: x`.
 * @throws ShapeError when rows are not of that width.
 * @throws ConfigError when it is no data at all.
 *
 * @internal
 */
export function readSource(value: unknown, width: number, where: string): Source {
  if (isTyped(value)) return flat(value, width, where)
  if (Array.isArray(value)) return isLine(value[0]) ? nested(value, width, where) : flat(value, width, where)
  if (isMatrix(value)) return fromMatrix(value, width, where)
  throw new ConfigError(
    `${where} must be numbers: a Float32Array, an array of rows, or a matrix { data, shape }; got ${show(value)}${hintFor(value)}`,
  )
}

/** A record where the model has one value without a name. */
function hintFor(value: unknown): string {
  const [name] = isRecord(value) ? Object.keys(value) : []
  if (name === undefined || !isLine((value as Record<string, unknown>)[name])) return ''
  return `; there are no names here, pass what ${show(name)} has`
}

/** How wide rows are, as far as the data itself tells: undefined when it is flat. @internal */
export function ownWidth(value: unknown): number | undefined {
  if (Array.isArray(value) && isLine(value[0])) return value[0].length
  // What is no shape is refused when it is read.
  if (isMatrix(value) && Array.isArray(value.shape) && isSize(value.shape[1])) return value.shape[1]
  return undefined
}

/** How many numbers there are in all, as far as that can be told. @internal */
export function ownLength(value: unknown): number {
  if (isMatrix(value) && isLine(value.data)) return value.data.length
  return isLine(value) ? value.length * (ownWidth(value) ?? 1) : 0
}

/** Whether `value` looks like a matrix. @internal */
export function isMatrix(value: unknown): value is { data: unknown; shape: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value && 'shape' in value
}

function flat(line: Line, width: number, where: string): Source {
  refuseGone(line, where)
  const rows = line.length / width
  if (!Number.isInteger(rows)) {
    throw new ShapeError(
      `${where} is a flat array of ${many(line.length, 'number')}, which is no whole number of rows of ${width}` +
        `; expected a multiple of ${width}`,
    )
  }
  return {
    rows,
    width,
    copy: (first, count, target) => {
      const [from, numbers] = [first * width, count * width]
      if (line.length < from + numbers) throw changed(line, where, `has ${many(line.length, 'number')} now`)
      copyLine(line, from, numbers, target, 0, (index) => place(where, index, width))
    },
  }
}

function nested(rows: readonly unknown[], width: number, where: string): Source {
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]
    if (!isLine(row)) throw outOfRange(where, `row ${index}`, `an array of ${many(width, 'number')}`, row)
    if (row.length === width) continue
    refuseGone(row, `${where}: row ${index}`)
    throw new ShapeError(
      isLine(rows[0]) && rows[0].length === width
        ? `${where} is ragged: row ${index} has ${many(row.length, 'number')}, rows before it have ${width}; all rows must be of one length`
        : `${where}: row ${index} has ${many(row.length, 'number')}; expected ${width}`,
    )
  }
  return {
    rows: rows.length,
    width,
    copy: (first, count, target) => {
      for (let row = first; row < first + count; row++) {
        const line = rows[row] as Line | null | undefined
        if (line?.length !== width) throw changed(line, where, `row ${row} is not what it was`)
        copyLine(line, 0, width, target, (row - first) * width, (index) => place(where, row * width + index, width))
      }
    },
  }
}

/** The checked shape of a matrix. @internal */
export function shapeOf({ shape }: { shape: unknown }, where: string): [rows: number, columns: number] {
  const [rows, columns, ...others] = Array.isArray(shape) ? (shape as readonly unknown[]) : []
  if (!isSize(rows) || !isSize(columns) || others.length > 0) {
    const text = Array.isArray(shape) ? `[${shape.map(show).join(', ')}]` : show(shape)
    throw new ShapeError(`${where}: shape must be [rows, columns], whole numbers from 0; got ${text}`)
  }
  return [rows, columns]
}

function fromMatrix(matrix: { data: unknown; shape: unknown }, width: number, where: string): Source {
  const { data } = matrix
  const [rows, columns] = shapeOf(matrix, where)
  if (!isLine(data)) throw outOfRange(where, 'data', 'a Float32Array', data)
  refuseGone(data, where)
  if (data.length !== rows * columns) {
    throw new ShapeError(
      `${where}: shape [${rows}, ${columns}] is ${many(rows * columns, 'number')}; data has ${data.length}`,
    )
  }
  if (columns !== width && rows > 0) throw new ShapeError(`${where} has ${many(columns, 'column')}; expected ${width}`)
  return { ...flat(data, width, where), rows }
}

/** The error for data that is not what it was when it was checked. */
function changed(line: unknown, where: string, how: string): ShapeError {
  refuseGone(line, where)
  return new ShapeError(`${where} changed while it was read, and ${how}; leave it alone, or pass a copy`)
}

/** Copies numbers, and refuses what is none. */
function copyLine(
  line: Line,
  from: number,
  count: number,
  target: Float32Array,
  to: number,
  placeOf: (index: number) => string,
): void {
  if (isTyped(line)) {
    // A getter among the data has made the memory grow: `Dataset.fill` says so.
    if (target.length === 0) return
    target.set(from === 0 && count === line.length ? line : line.subarray(from, from + count), to)
    return
  }
  for (let i = 0; i < count; i++) {
    const value = line[from + i]
    if (typeof value !== 'number') {
      const where = placeOf(from + i)
      if (from + i >= line.length) throw changed(line, where, 'is gone')
      throw notANumber(where, value)
    }
    target[to + i] = value
  }
}

function notANumber(where: string, value: unknown): ConfigError {
  const hint =
    typeof value === 'boolean'
      ? '; write 1 for true and 0 for false'
      : typeof value === 'string'
        ? '; turn text into numbers first (classes into 0, 1, 2 …)'
        : ''
  return new ConfigError(`${where} must be a number; got ${show(value)}${hint}`)
}

/** A place in the data, in words. @internal */
export function place(where: string, index: number, width: number): string {
  return width === 1 ? `${where}: row ${index}` : `${where}: row ${Math.floor(index / width)}, column ${index % width}`
}

/** Whether it can be a line of numbers: an array, or a typed one. @internal */
export function isLine(value: unknown): value is Line {
  return Array.isArray(value) || isTyped(value)
}

function isTyped(value: unknown): value is NumberArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array || value instanceof BigUint64Array)
  )
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
