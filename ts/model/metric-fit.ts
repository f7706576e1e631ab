/** Which metrics suit which labels. */

import { many } from '../checks.ts'
import type { LabelRule } from '../data/labels.ts'
import { labelWidth } from '../data/labels.ts'
import type { CustomLoss, Loss } from '../losses.ts'
import type { Metric } from '../metrics.ts'
import { ConfigError } from '../runtime/errors.ts'
import { names } from '../vocabulary.ts'

const SPARSE = 'sparseCategoricalCrossentropy'

/** Metrics that take class numbers as well as rows. */
const OF_CLASSES = ['accuracy', 'sparseCategoricalAccuracy', 'topKAccuracy', 'precision', 'recall', 'f1', 'auc']
/** Metrics that compare a row's classes, and so need at least two columns. */
const OF_COLUMNS = ['categoricalAccuracy', 'sparseCategoricalAccuracy', 'topKAccuracy']

/** Refuses a metric that cannot compare an output with its labels. */
export function checkMetric(metric: Metric | Loss | CustomLoss, rule: LabelRule, where: string): void {
  const { kind } = metric
  const classNumbers = rule.width !== rule.units
  if (metric.kind === 'custom') {
    const width = metric.labelWidth ?? rule.units
    if (width === rule.width) return
    throw new ConfigError(
      `${where}: customLoss '${metric.name}' expects labels of ${width} numbers a row, but those of ${rule.loss} have ${rule.width}`,
    )
  }
  if (classNumbers && rule.width > 1) {
    throw new ConfigError(
      `${where}: ${kind} cannot compare ${rule.units} units with the ${rule.width} numbers that labels of ${rule.loss} have`,
    )
  }
  if (!(names('metric') as readonly string[]).includes(kind)) {
    const width = labelWidth(kind, rule.units)
    if (width === rule.width && (kind === SPARSE) === classNumbers) return
    if (kind === SPARSE)
      throw new ConfigError(`${where}: ${kind} takes class numbers, but the labels of ${rule.loss} are rows`)
    throw new ConfigError(
      `${where}: ${kind} expects labels of ${many(width, 'number')} a row, but those of ${rule.loss} have ${rule.width}`,
    )
  }
  if (rule.units === 1 && OF_COLUMNS.includes(kind)) {
    throw new ConfigError(`${where}: ${kind} compares classes, but the output has one unit; use 'binaryAccuracy'`)
  }
  if (classNumbers && !OF_CLASSES.includes(kind)) {
    throw new ConfigError(
      `${where}: ${kind} compares numbers, but the labels of ${rule.loss} are class numbers; use 'accuracy'`,
    )
  }
  if (!classNumbers && kind === 'sparseCategoricalAccuracy') {
    throw new ConfigError(
      `${where}: sparseCategoricalAccuracy takes class numbers, but the labels of ${rule.loss} are rows; use 'accuracy'`,
    )
  }
}
