/**
 * Losses: one number for a batch, made small by training. `t` is a label, `p` a prediction.
 *
 * A batch's loss is the mean over its rows. Within a row it is the mean over the features for losses written `mean …`,
 * and the sum for those written `Σ …`, as in Keras. (PyTorch's mean is over all elements: the same for the former; its
 * `KLDivLoss` divides by the features as well unless told `'batchmean'`.) Weights of rows or classes multiply a row's
 * loss, and the sum is divided by the number of rows (Keras; PyTorch's weighted cross-entropy divides by the sum of the
 * weights). The derivative of `|e|` at 0 is 0.
 */

import { checkOptions, checkRange, outOfRange } from './checks.ts'
import { create, type Data, encode, type Name, type Options, resolve, split } from './vocabulary.ts'

/** The name of a loss. */
export type LossName = Name<'loss'>

/** A loss with its settings: frozen plain data, made by a factory such as {@link huber}. */
export type Loss<N extends LossName = LossName> = Data<'loss', N>

/** A loss, a loss of your own, or the name of a loss for its defaults. */
export type LossLike = Loss | CustomLoss | LossName

/** The options of a loss. */
export type LossOptions<N extends LossName> = Options<'loss', N>

/** `mean (p − t)²`: the best constant prediction is the labels' mean. */
export function meanSquaredError(options: LossOptions<'meanSquaredError'> = {}): Loss<'meanSquaredError'> {
  return create('loss', 'meanSquaredError', options)
}

/** `mean |p − t|`: the best constant prediction is the labels' median; the derivative at 0 is 0. */
export function meanAbsoluteError(options: LossOptions<'meanAbsoluteError'> = {}): Loss<'meanAbsoluteError'> {
  return create('loss', 'meanAbsoluteError', options)
}

/**
 * The mean of `e²/2` where `|e| = |p − t| ≤ delta`, and of `delta (|e| − delta/2)` elsewhere: squared near the label,
 * absolute for outliers.
 *
 * Huber, "Robust estimation of a location parameter", 1964.
 *
 * @param options.delta - Where the parabola becomes a line, above 0. Default `1`.
 */
export function huber(options: LossOptions<'huber'> = {}): Loss<'huber'> {
  return create('loss', 'huber', options)
}

/**
 * {@link huber} divided by its delta (PyTorch): the mean of `e² / (2 beta)` where `|e| < beta`, and of `|e| − beta/2`
 * elsewhere.
 *
 * @param options.beta - Where the parabola becomes a line; with 0 the loss is the absolute error. Default `1`.
 */
export function smoothL1(options: LossOptions<'smoothL1'> = {}): Loss<'smoothL1'> {
  return create('loss', 'smoothL1', options)
}

/**
 * `mean log(cosh(p − t))`: about `e²/2` near the label and `|e| − log 2` far from it; the gradient is `tanh(p − t)`.
 */
export function logCosh(options: LossOptions<'logCosh'> = {}): Loss<'logCosh'> {
  return create('loss', 'logCosh', options)
}

/** `100 · mean |t − p| / max(|t|, 1e-7)` (Keras). */
export function meanAbsolutePercentageError(
  options: LossOptions<'meanAbsolutePercentageError'> = {},
): Loss<'meanAbsolutePercentageError'> {
  return create('loss', 'meanAbsolutePercentageError', options)
}

/** `mean (log(1 + max(p, 1e-7)) − log(1 + max(t, 1e-7)))²` (Keras); no gradient where the prediction is below 1e-7. */
export function meanSquaredLogarithmicError(
  options: LossOptions<'meanSquaredLogarithmicError'> = {},
): Loss<'meanSquaredLogarithmicError'> {
  return create('loss', 'meanSquaredLogarithmicError', options)
}

/**
 * `−mean (t log p + (1 − t) log(1 − p))`, for labels from 0 to 1.
 *
 * After a sigmoid output layer, and with `fromLogits`, it is computed on logits: `mean (max(p, 0) − p t + log(1 +
 * exp(−|p|)))`. On probabilities each logarithm is at least −100, and the gradient is `(p − t) / max(p (1 − p), 1e-12)`
 * (PyTorch; Keras clips p at 1e-7 instead).
 *
 * @param options.fromLogits - Whether predictions are logits, not probabilities. Default `false`.
 * @param options.labelSmoothing - Labels become `t (1 − s) + s/2`, from 0 to 1. Default `0`.
 */
export function binaryCrossentropy(options: LossOptions<'binaryCrossentropy'> = {}): Loss<'binaryCrossentropy'> {
  return create('loss', 'binaryCrossentropy', options)
}

/**
 * `−Σ t log q`, for labels that are one-hot rows or probabilities.
 *
 * `q` is the row of predictions divided by its sum and clipped to `[1e-7, 1 − 1e-7]` (Keras). After a softmax output
 * layer, and with `fromLogits`, it is computed on logits, without a clip.
 *
 * @param options.fromLogits - Whether predictions are logits, not probabilities. Default `false`.
 * @param options.labelSmoothing - Labels become `t (1 − s) + s / classes`, from 0 to 1. Default `0`.
 */
export function categoricalCrossentropy(
  options: LossOptions<'categoricalCrossentropy'> = {},
): Loss<'categoricalCrossentropy'> {
  return create('loss', 'categoricalCrossentropy', options)
}

/**
 * {@link categoricalCrossentropy} for labels that are class numbers, 0 … classes − 1: `−log q` of the row's class.
 *
 * @param options.fromLogits - Whether predictions are logits, not probabilities. Default `false`.
 */
export function sparseCategoricalCrossentropy(
  options: LossOptions<'sparseCategoricalCrossentropy'> = {},
): Loss<'sparseCategoricalCrossentropy'> {
  return create('loss', 'sparseCategoricalCrossentropy', options)
}

/**
 * `mean max(1 − t p, 0)`, for labels ±1; labels that are all 0 or 1 become ±1 (Keras). The derivative at the kink is 0.
 */
export function hinge(options: LossOptions<'hinge'> = {}): Loss<'hinge'> {
  return create('loss', 'hinge', options)
}

/** `mean max(1 − t p, 0)²`, for labels ±1; labels that are all 0 or 1 become ±1 (Keras). */
export function squaredHinge(options: LossOptions<'squaredHinge'> = {}): Loss<'squaredHinge'> {
  return create('loss', 'squaredHinge', options)
}

/**
 * `max(1 + max((1 − t) p) − Σ t p, 0)`, for one-hot labels (Keras; Crammer and Singer, 2001). Of equally large wrong
 * predictions the first has the gradient.
 */
export function categoricalHinge(options: LossOptions<'categoricalHinge'> = {}): Loss<'categoricalHinge'> {
  return create('loss', 'categoricalHinge', options)
}

/** `Σ t log(t / p)`, both clipped to `[1e-7, 1]`; no gradient outside (Keras; PyTorch's takes log-probabilities). */
export function klDivergence(options: LossOptions<'klDivergence'> = {}): Loss<'klDivergence'> {
  return create('loss', 'klDivergence', options)
}

/** `mean (p − t log(p + 1e-7))`, for counts (Keras). */
export function poisson(options: LossOptions<'poisson'> = {}): Loss<'poisson'> {
  return create('loss', 'poisson', options)
}

/** `−Σ t p / (‖t‖ ‖p‖)`: −1 for equal directions, 1 for opposite ones (Keras). A norm counts as at least 1e-7. */
export function cosineSimilarity(options: LossOptions<'cosineSimilarity'> = {}): Loss<'cosineSimilarity'> {
  return create('loss', 'cosineSimilarity', options)
}

/** What a loss of the user's is told besides the numbers. */
export interface LossContext {
  /** `[rows, columns]` of the predictions and of the gradient. */
  readonly shape: readonly [rows: number, columns: number]
  /** `[rows, columns]` of the labels. */
  readonly labelShape: readonly [rows: number, columns: number]
  /** Whether the model is being trained; only then is the gradient used. */
  readonly training: boolean
}

/**
 * What a loss of your own computes for a batch.
 *
 * The arrays are row-major and lent for the call: afterwards they are empty, so copy what you want to keep. `gradient`
 * has the length of `yPred` and is all 0 when the call starts: write d(value)/d(yPred) there. It is used as written, so a
 * loss that is a mean over rows has to divide by the rows itself (`context.shape[0]`). The value is taken for the
 * batch's mean: over several batches it is weighted by their rows.
 */
export type EvaluateLoss = (
  yTrue: Float32Array,
  yPred: Float32Array,
  gradient: Float32Array,
  context: LossContext,
) => number

/** A loss of your own: frozen data, made by {@link customLoss}. */
export interface CustomLoss {
  readonly kind: 'custom'
  /** Its name in logs. */
  readonly name: string
  /** Value and gradient of a batch. */
  readonly evaluate: EvaluateLoss
  /** Numbers in a row of labels; undefined for as many as the output has. */
  readonly labelWidth?: number | undefined
}

/** The options of {@link customLoss}. */
export type CustomLossOptions = Omit<CustomLoss, 'kind'>

/**
 * A loss in plain JavaScript, for `compile` (as loss and as metric), `lossValue` and `lossGradient`.
 *
 * `evaluate` runs in the middle of a batch and must be a plain function: not async, and without use of the model that
 * calls it (other models and `ravine/ops` may be used). What it throws is the `cause` of the error that the model's
 * method throws; a value or gradient that is not finite is a `NumericalError`. Either way nothing has changed.
 * Sample and class weights are refused, as only the function could apply them: pass them as a column of the labels.
 *
 * @param options.name - Its name in messages, in saved models and, as a metric, in logs.
 * @param options.evaluate - Returns the loss of a batch and writes its gradient; see {@link EvaluateLoss}.
 * @param options.labelWidth - Numbers in a row of labels, for example 1 for class numbers. Default: as many as the
 * output has.
 * @throws ConfigError when the name is empty, `evaluate` no function or `labelWidth` no whole number from 1.
 */
export function customLoss(options: CustomLossOptions): CustomLoss {
  const { name, evaluate, labelWidth } = checkOptions('customLoss', options, ['name', 'evaluate', 'labelWidth'])
  if (typeof name !== 'string' || name === '') throw outOfRange('customLoss', 'name', 'a text that is not empty', name)
  if (typeof evaluate !== 'function') {
    throw outOfRange('customLoss', 'evaluate', 'a function (yTrue, yPred, gradient) → number', evaluate)
  }
  const width =
    labelWidth === undefined ? {} : { labelWidth: checkRange('customLoss', 'labelWidth', labelWidth, 'count') }
  return Object.freeze({ kind: 'custom', name, evaluate: evaluate as EvaluateLoss, ...width })
}

/**
 * Checked data of a loss or its name; a loss of one's own is checked as well.
 *
 * @internal
 */
export function resolveLoss(value: unknown, where: string): Loss | CustomLoss {
  const { kind, options } = split(value)
  return kind === 'custom' ? customLoss(options as unknown as CustomLoss) : resolve('loss', value, where)
}

/**
 * `[code, settings …]`.
 *
 * @internal
 */
export function encodeLoss(loss: Loss): number[] {
  return encode('loss', loss)
}
