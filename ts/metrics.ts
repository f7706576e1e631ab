/**
 * Metrics: what is reported beside the loss, exact over an epoch.
 *
 * A metric may also be a loss or its name: `metrics: ['accuracy', 'logCosh']`. Every row counts alike: sample and class
 * weights weigh losses, not metrics (Keras). `precision`, `recall`, `f1` and `auc` of rows that have exactly one class
 * each (labels that are classes, categorical losses) take the largest prediction for the class and the plain mean over
 * the classes that occur among labels or predictions (scikit-learn's macro average). Otherwise all elements count
 * together, positive where the label is above 0.5, predicted positive above `threshold` (Keras): the output as it is, so
 * that a logit or a margin wants a threshold of 0.
 */

import { unknownName } from './checks.ts'
import { type CustomLoss, encodeLoss, type Loss, type LossName, resolveLoss } from './losses.ts'
import { create, type Data, encode, type Name, names, type Options, resolve, split } from './vocabulary.ts'

/** The name of a metric. */
export type MetricName = Name<'metric'>

/** A metric with its settings: frozen plain data, made by a factory such as {@link topKAccuracy}. */
export type Metric<N extends MetricName = MetricName> = Data<'metric', N>

/** A metric, a loss or a loss of your own, or the name of a metric or loss for its defaults. */
export type MetricLike = Metric | MetricName | Loss | CustomLoss | LossName

/** The options of a metric. */
export type MetricOptions<N extends MetricName> = Options<'metric', N>

/**
 * The share of right decisions: {@link binaryAccuracy} of one column, {@link sparseCategoricalAccuracy} where labels
 * are classes, else {@link categoricalAccuracy}, as Keras chooses.
 *
 * Unlike in Keras a single logit or margin (`binaryCrossentropy` with `fromLogits`, the hinges) is compared with 0,
 * where its decision changes.
 */
export function accuracy(options: MetricOptions<'accuracy'> = {}): Metric<'accuracy'> {
  return create('metric', 'accuracy', options)
}

/**
 * The share of elements whose label is 1 above the threshold and 0 elsewhere.
 *
 * @param options.threshold - What a prediction must exceed to count as 1. Default `0.5`.
 */
export function binaryAccuracy(options: MetricOptions<'binaryAccuracy'> = {}): Metric<'binaryAccuracy'> {
  return create('metric', 'binaryAccuracy', options)
}

/** The share of rows whose largest prediction stands where the largest label does; the first of equals is meant. */
export function categoricalAccuracy(options: MetricOptions<'categoricalAccuracy'> = {}): Metric<'categoricalAccuracy'> {
  return create('metric', 'categoricalAccuracy', options)
}

/** The share of rows whose largest prediction is that of the class that the label names. */
export function sparseCategoricalAccuracy(
  options: MetricOptions<'sparseCategoricalAccuracy'> = {},
): Metric<'sparseCategoricalAccuracy'> {
  return create('metric', 'sparseCategoricalAccuracy', options)
}

/**
 * The share of rows in which fewer than `k` predictions exceed the right class's.
 *
 * @param options.k - How many predictions a row has, a whole number. Default `5`.
 */
export function topKAccuracy(options: MetricOptions<'topKAccuracy'> = {}): Metric<'topKAccuracy'> {
  return create('metric', 'topKAccuracy', options)
}

/**
 * True positives among predicted positives; 0 when nothing is predicted positive.
 *
 * @param options.threshold - What a prediction must exceed to count as positive. Default `0.5`.
 */
export function precision(options: MetricOptions<'precision'> = {}): Metric<'precision'> {
  return create('metric', 'precision', options)
}

/**
 * True positives among positives; 0 when nothing is positive.
 *
 * @param options.threshold - What a prediction must exceed to count as positive. Default `0.5`.
 */
export function recall(options: MetricOptions<'recall'> = {}): Metric<'recall'> {
  return create('metric', 'recall', options)
}

/**
 * The harmonic mean of precision and recall.
 *
 * @param options.threshold - What a prediction must exceed to count as positive. Default `0.5`.
 */
export function f1(options: MetricOptions<'f1'> = {}): Metric<'f1'> {
  return create('metric', 'f1', options)
}

/**
 * The area under the ROC curve: the probability that a positive row scores above a negative one, ties counting half.
 * Exact, as scikit-learn's `roc_auc_score` (Keras's is an approximation by thresholds). NaN when no column has both
 * kinds of rows.
 */
export function auc(options: MetricOptions<'auc'> = {}): Metric<'auc'> {
  return create('metric', 'auc', options)
}

/** `√(mean (t − p)²)` over all rows and columns at once. */
export function rootMeanSquaredError(
  options: MetricOptions<'rootMeanSquaredError'> = {},
): Metric<'rootMeanSquaredError'> {
  return create('metric', 'rootMeanSquaredError', options)
}

/**
 * `1 − Σ(t − p)² / Σ(t − t̄)²`, the mean over columns. For a constant label it is 1 if every prediction is right, else
 * 0 (scikit-learn).
 */
export function r2(options: MetricOptions<'r2'> = {}): Metric<'r2'> {
  return create('metric', 'r2', options)
}

/**
 * Checked data of a metric, of a loss, or of the name of either. Where both have the name (`meanSquaredError`) it is
 * the metric.
 *
 * @internal
 */
export function resolveMetric(value: unknown, where: string): Metric | Loss | CustomLoss {
  const { kind } = split(value)
  if (isMetricName(kind)) return resolve('metric', value, where)
  if (kind === 'custom') return resolveLoss(value, where)
  if ((names('loss') as readonly unknown[]).includes(kind)) return resolve('loss', value, where)
  throw unknownName(where, 'metric', kind, [...new Set([...names('metric'), ...names('loss')])])
}

/**
 * `[0, metric's words …]`, for a loss `[1, loss's words …]`, for one of the user's own `[2]`.
 *
 * @internal
 */
export function encodeMetric(data: Metric | Loss | CustomLoss): number[] {
  if (data.kind === 'custom') return [2]
  return isMetricName(data.kind) ? [0, ...encode('metric', data as Metric)] : [1, ...encodeLoss(data as Loss)]
}

function isMetricName(kind: unknown): kind is MetricName {
  return (names('metric') as readonly unknown[]).includes(kind)
}
