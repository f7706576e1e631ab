/**
 * `ravine/ops`: single operations on plain arrays, for teaching, plotting and checking.
 *
 * They run on the kernels of training. Results are copies. Each takes matrices `{ data, shape }`, arrays of rows, or a
 * line of numbers, which is one row, and a matrix without rows gives one without rows. NaN and infinities are numbers
 * here.
 *
 * @module
 */

import { type ActivationLike, encodeActivation, resolveActivation } from './activations.ts'
import { checkOptions, checkRange, checkSeed, many, outOfRange, seedWords, show } from './checks.ts'
import { callLoss } from './data/functions.ts'
import { checkLabels } from './data/labels.ts'
import { Loan } from './data/loan.ts'
import type { MatrixLike } from './data/source.ts'
import { isFlat, toMatrix } from './data/to-matrix.ts'
import { type InitializerLike, resolveInitializer } from './initializers.ts'
import { type CustomLoss, encodeLoss, type Loss, type LossContext, type LossLike, resolveLoss } from './losses.ts'
import { type Matrix, matrix } from './matrix.ts'
import { ConfigError, ShapeError } from './runtime/errors.ts'
import * as kernels from './runtime/kernels.ts'
import { encodeSchedule, resolveSchedule, type ScheduleLike } from './schedules.ts'
import { type Data, encode } from './vocabulary.ts'

export type { MatrixLike } from './data/source.ts'
export type { Matrix } from './matrix.ts'

/** The options of {@link matmul}. */
export interface MatmulOptions {
  /** Whether to take a's transpose. Default false. */
  readonly transposeA?: boolean | undefined
  /** Whether to take b's transpose. Default false. */
  readonly transposeB?: boolean | undefined
}

/**
 * The product `a·b`: `[m, k]·[k, n] → [m, n]`; with k = 0, where the sums have no terms, zeros.
 *
 * @param a - `[m, k]`, or `[k, m]` with `transposeA`.
 * @param b - `[k, n]`, or `[n, k]` with `transposeB`.
 * @throws ShapeError when the lengths of the sums differ.
 */
export function matmul(a: MatrixLike, b: MatrixLike, options: MatmulOptions = {}): Matrix {
  const given = checkOptions('matmul', options, ['transposeA', 'transposeB'])
  const [transposeA, transposeB] = ['transposeA', 'transposeB'].map((name) =>
    given[name] === undefined ? false : checkRange('matmul', name, given[name], 'flag'),
  ) as [boolean, boolean]
  const left = toMatrix(a, 'matmul: a')
  const right = toMatrix(b, 'matmul: b')
  const [m, k] = transposeA ? flipped(left) : left.shape
  const [inner, n] = transposeB ? flipped(right) : right.shape
  if (k !== inner) {
    const text = ({ shape }: Matrix, transposed: boolean) => `[${shape.join(', ')}]${transposed ? ' transposed' : ''}`
    throw new ShapeError(
      `matmul: a is ${text(left, transposeA)} and b is ${text(right, transposeB)}: a row of a has ${many(k, 'number')}, ` +
        `a column of b ${inner}; they must be equal (a line of numbers is one row)`,
    )
  }
  if (m === 0 || n === 0 || k === 0) return matrix(zeros(m * n, 'matmul'), m, n)
  return matrix(kernels.matmul(left.data, right.data, [m, n, k], [transposeA, transposeB]), m, n)
}

/**
 * An activation of each element, or for `softmax` and `logSoftmax` of each row: `[rows, columns] → [rows, columns]`.
 *
 * @throws ConfigError when the activation is unknown or a setting out of its range.
 */
export function activate(activation: ActivationLike, x: MatrixLike): Matrix {
  const words = encodeActivation(resolveActivation(activation, 'activate'))
  const { data, shape } = toMatrix(x, 'activate: x')
  const [rows, columns] = shape
  if (data.length === 0) return matrix(new Float32Array(0), rows, columns)
  return matrix(kernels.activate(words, columns, data), rows, columns)
}

/**
 * The gradient at an activation's input: `upstream · f′(x)`, for `softmax` and `logSoftmax` `upstream` times the row's
 * Jacobian.
 *
 * @param x - The activation's input, `[rows, columns]`.
 * @param upstream - The gradient at its output, `[rows, columns]`.
 * @throws ShapeError when the shapes differ.
 */
export function activateGradient(activation: ActivationLike, x: MatrixLike, upstream: MatrixLike): Matrix {
  const words = encodeActivation(resolveActivation(activation, 'activateGradient'))
  const input = toMatrix(x, 'activateGradient: x')
  const above = toMatrix(upstream, 'activateGradient: upstream')
  refuseOtherShape('activateGradient', 'upstream', above, 'x', input)
  const [rows, columns] = input.shape
  if (input.data.length === 0) return matrix(new Float32Array(0), rows, columns)
  return matrix(kernels.activateGradient(words, columns, input.data, above.data), rows, columns)
}

/**
 * A loss of a batch, the mean over its rows.
 *
 * @param yTrue - Labels `[rows, columns]`; for a sparse loss one class number for each row. A line of numbers may also
 * stand for one column.
 * @param yPred - Predictions `[rows, columns]`.
 * @throws ShapeError when the shapes do not fit, and when there are no rows, for then there is no mean.
 * @throws ConfigError when the loss is unknown, a label cannot be meant for it (no class, or not from 0 to 1 for a
 * cross-entropy), or a loss of your own fails.
 */
export function lossValue(loss: LossLike, yTrue: MatrixLike, yPred: MatrixLike): number {
  const { chosen, labels, predictions } = lossInputs('lossValue', loss, yTrue, yPred)
  if (predictions.data.length === 0) {
    const missing = predictions.shape[0] === 0 ? 'rows' : 'columns'
    throw new ShapeError(`lossValue: yPred has no ${missing}, and a mean over nothing is no number`)
  }
  if (chosen.kind === 'custom') return evaluateCustom('lossValue', chosen, labels, predictions).value
  return kernels.lossValue(encodeLoss(chosen), predictions.shape[1], labels, predictions.data)
}

/**
 * The derivative of {@link lossValue} by each prediction: `[rows, columns]`. It has the factor 1 / rows in it; that of a
 * loss of your own is as written.
 *
 * @throws ShapeError when the shapes do not fit.
 * @throws ConfigError as {@link lossValue}.
 */
export function lossGradient(loss: LossLike, yTrue: MatrixLike, yPred: MatrixLike): Matrix {
  const { chosen, labels, predictions } = lossInputs('lossGradient', loss, yTrue, yPred)
  const [rows, columns] = predictions.shape
  if (predictions.data.length === 0) return matrix(new Float32Array(0), rows, columns)
  const gradient =
    chosen.kind === 'custom'
      ? evaluateCustom('lossGradient', chosen, labels, predictions).gradient
      : kernels.lossGradient(encodeLoss(chosen), columns, labels, predictions.data)
  return matrix(gradient, rows, columns)
}

/** Value and gradient of a loss of the user's own. */
function evaluateCustom(where: string, loss: CustomLoss, yTrue: Float32Array, { data, shape }: Matrix) {
  const [rows, columns] = shape
  let copy = new Float32Array(0)
  const context: LossContext = {
    shape: [rows, columns],
    labelShape: [rows, loss.labelWidth ?? columns],
    training: true,
  }
  const value = callLoss(new Loan(), loss.evaluate, { yTrue, yPred: data, context }, (gradient) => {
    copy = gradient.slice()
  })
  if (typeof value !== 'number') throw value.toError(`${where}: customLoss ${show(loss.name)}`)
  return { value, gradient: copy }
}

/**
 * A kernel as an initializer draws it: `[fanIn, fanOut]`. The same arguments give the same bits on every machine.
 *
 * @param shape - `[fanIn, fanOut]`.
 * @param seed - A whole number from 0 to 2⁵³ − 1; the initializer's own, if it has one, comes first, as in a model.
 * Default 0.
 * @throws ConfigError when the initializer is unknown, a setting out of its range, or the size does not fit in memory.
 */
export function initialize(
  initializer: InitializerLike,
  shape: readonly [fanIn: number, fanOut: number],
  seed: number = 0,
): Matrix {
  const where = 'initialize'
  const { seed: own, ...rule } = resolveInitializer(initializer, where)
  if (!Array.isArray(shape) || shape.length !== 2) throw outOfRange(where, 'shape', '[fanIn, fanOut]', shape)
  const [fanIn, fanOut] = shape.map((fan, i) => checkRange(where, `shape[${i}]`, fan, 'index')) as [number, number]
  const chosen = seedWords(own ?? checkSeed(where, seed))
  if (fanIn === 0 || fanOut === 0) return matrix(new Float32Array(0), fanIn, fanOut)
  const words = encode('initializer', rule as Data<'initializer'>)
  return matrix(kernels.initialize(words, [fanIn, fanOut], chosen), fanIn, fanOut)
}

/**
 * A schedule's learning rate, in double precision.
 *
 * @param step - Updates made so far, a whole number from 0; for `everyEpoch`, epochs.
 * @throws ConfigError when the schedule is none, or the step no such number.
 */
export function learningRateAt(schedule: ScheduleLike, step: number): number {
  const words = encodeSchedule(resolveSchedule(schedule, 'learningRateAt'))
  if (!Number.isSafeInteger(step) || step < 0) {
    throw outOfRange('learningRateAt', 'step', 'a whole number from 0 to 9007199254740991', step)
  }
  return kernels.learningRate(words, step, step)
}

/** Checked arguments of a loss: its data, labels as the kernels take them, predictions. */
function lossInputs(where: string, given: unknown, yTrue: unknown, yPred: unknown) {
  const loss = resolveLoss(given, where)
  const predictions = toMatrix(yPred, `${where}: yPred`)
  const labels = toMatrix(yTrue, `${where}: yTrue`)
  const [rows, columns] = predictions.shape
  const width = isSparse(loss) ? 1 : (loss.kind === 'custom' && loss.labelWidth) || columns
  const fits =
    width === columns
      ? sameShape(labels, predictions) || (isFlat(yTrue) && isColumn(predictions, labels.data.length))
      : labels.data.length === rows * width && (labels.shape[1] === width || isFlat(yTrue) || rows === 0)
  if (!fits) {
    const expected =
      width === columns
        ? 'the same'
        : isSparse(loss)
          ? `${rows} class numbers, one for each row of yPred`
          : `[${rows}, ${width}]`
    throw new ShapeError(
      `${where}: yTrue is [${labels.shape.join(', ')}], yPred is [${predictions.shape.join(', ')}]; yTrue must be ${expected}`,
    )
  }
  const rule = { loss: loss.kind, custom: loss.kind === 'custom', classes: isSparse(loss), units: columns, width }
  checkLabels(labels.data, rule, `${where}: yTrue`)
  return { chosen: loss, labels: labels.data, predictions }
}

function isSparse(loss: Loss | CustomLoss): boolean {
  return loss.kind === 'sparseCategoricalCrossentropy'
}

function refuseOtherShape(where: string, name: string, given: Matrix, other: string, expected: Matrix): void {
  if (sameShape(given, expected)) return
  throw new ShapeError(
    `${where}: ${name} is [${given.shape.join(', ')}], ${other} is [${expected.shape.join(', ')}]; they must be the same`,
  )
}

/** Without rows the width does not matter: an empty array has none. */
function sameShape(a: Matrix, b: Matrix): boolean {
  return a.shape[0] === b.shape[0] && (a.shape[1] === b.shape[1] || a.shape[0] === 0)
}

function isColumn({ shape }: Matrix, rows: number): boolean {
  return shape[1] === 1 && shape[0] === rows
}

function zeros(count: number, where: string): Float32Array {
  try {
    return new Float32Array(count)
  } catch (error) {
    throw new ConfigError(`${where}: ${count} results do not fit in memory`, { cause: error })
  }
}

function flipped({ shape }: Matrix): [number, number] {
  return [shape[1], shape[0]]
}
