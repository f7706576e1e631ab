/** What `compile` sets: checked, and as the row of numbers that Rust reads. */

import { checkOptions, checkRange, outOfRange, show } from '../checks.ts'
import { type LabelRule, labelWidth } from '../data/labels.ts'
import { refuseRecord, refuseUnknown } from '../data/ports.ts'
import { whichLearn } from '../layers/layer.ts'
import { type CustomLoss, encodeLoss, type Loss, type LossLike, resolveLoss } from '../losses.ts'
import { encodeMetric, type Metric, type MetricLike, resolveMetric } from '../metrics.ts'
import { encodeOptimizer, type Optimizer, type OptimizerLike, resolveOptimizer } from '../optimizers.ts'
import { ConfigError } from '../runtime/errors.ts'
import type { Graph } from './graph.ts'
import { checkMetric } from './metric-fit.ts'

/** One value for every output, or a record by output name. */
export type ByOutput<T> = T | Readonly<Record<string, T>>

/** The options of `model.compile`. */
export interface CompileOptions {
  /** How weights are updated. */
  readonly optimizer: OptimizerLike
  /** What is made small: one for all outputs, or a record by output name. */
  readonly loss: ByOutput<LossLike>
  /** What is reported besides: for all outputs, or a record by output name. Default nothing. */
  readonly metrics?: ByOutput<MetricLike | readonly MetricLike[]> | undefined
  /** The share of each output's loss in the total, by output name. Default 1 each. */
  readonly lossWeights?: ByOutput<number> | undefined
  /** The largest norm of the gradient over all parameters; a longer one is scaled down to it. Default no limit. */
  readonly clipNorm?: number | undefined
  /** The largest magnitude of any element of the gradient. Default no limit. */
  readonly clipValue?: number | undefined
}

/** What is computed of an output. @internal */
export interface Head {
  readonly loss: Loss | CustomLoss
  readonly lossWeight: number
  readonly metrics: readonly (Metric | Loss | CustomLoss)[]
  readonly rule: LabelRule
}

/** What `compile` sets. @internal */
export interface Settings {
  readonly optimizer: Optimizer
  readonly clipNorm: number | undefined
  readonly clipValue: number | undefined
  readonly heads: readonly Head[]
  /** For each layer, whether it learns; as it was when the model was compiled. */
  readonly trainable: readonly boolean[]
  /** For each layer, its share of the learning rate. */
  readonly scales: readonly number[]
  /** Names of Rust's logs in their order; undefined for those that are not shown. */
  readonly logNames: readonly (string | undefined)[]
}

const OPTIONS = ['optimizer', 'loss', 'metrics', 'lossWeights', 'clipNorm', 'clipValue']

/** Checks the options against a graph. @internal */
export function readSettings(graph: Graph, options: unknown): Settings {
  const given = checkOptions('compile', options, OPTIONS)
  if (given.optimizer === undefined) throw outOfRange('compile', 'optimizer', "given, for example 'adam'", undefined)
  if (given.loss === undefined || given.loss === null) {
    throw outOfRange('compile', 'loss', "given, for example 'meanSquaredError'", given.loss)
  }
  const optimizer = resolveOptimizer(given.optimizer, 'compile: optimizer')
  const losses = byOutput(graph, given.loss, 'compile: loss', true)
  const metrics = byOutput(graph, given.metrics ?? [], 'compile: metrics', false)
  const weights = byOutput(graph, given.lossWeights ?? 1, 'compile: lossWeights', false)
  const heads = graph.outputs.names.map((name, i) => {
    const label = graph.outputs.named ? `.${name}` : ''
    const loss = resolveLoss(losses[i], `compile: loss${label}`)
    const rule = ruleOf(loss, graph.outputs.widths[i] ?? 0)
    checkClasses(rule, `compile: loss${label}`)
    const list = metrics[i] ?? []
    const measures = (Array.isArray(list) ? Array.from(list as unknown[]) : [list]).map((metric, k) => {
      const where = `compile: metrics${label}${Array.isArray(list) ? `[${k}]` : ''}`
      const data = resolveMetric(metric, where)
      checkMetric(data, rule, where)
      return data
    })
    // One number a row is whatever the user's loss makes of it; a metric of classes makes it a class number.
    const classes = rule.classes || (rule.width < rule.units && measures.some(({ kind }) => kind !== 'custom'))
    return {
      loss,
      lossWeight: checkRange('compile', `lossWeights${label}`, weights[i] ?? 1, 'finite'),
      metrics: measures,
      rule: { ...rule, classes },
    }
  })
  checkCustomNames(heads)
  const limit = (name: string) =>
    given[name] === undefined || given[name] === null ? undefined : checkRange('compile', name, given[name], 'positive')
  return {
    optimizer,
    clipNorm: limit('clipNorm'),
    clipValue: limit('clipValue'),
    heads,
    trainable: whichLearn(graph.layers),
    scales: graph.layers.map((layer) => layer.learningRateScale),
    logNames: nameLogs(graph, heads),
  }
}

/** The words of `RawModel.compile`. @internal */
export function settingsWords(settings: Settings): Float64Array {
  const { optimizer, clipNorm = 0, clipValue = 0, trainable, scales, heads } = settings
  return Float64Array.from([
    ...encodeOptimizer(optimizer),
    clipNorm,
    clipValue,
    ...trainable.flatMap((learns, i) => [Number(learns), scales[i] ?? 1]),
    ...heads.flatMap((head) => [
      ...(head.loss.kind === 'custom' ? [1, head.rule.width] : [0, ...encodeLoss(head.loss)]),
      head.lossWeight,
      head.metrics.length,
      ...head.metrics.flatMap(encodeMetric),
    ]),
  ])
}

/** A value for each output: the same for all, or from a record by name. */
function byOutput(graph: Graph, value: unknown, where: string, required: boolean): unknown[] {
  const { names, named } = graph.outputs
  if (named && Array.isArray(value) && where !== 'compile: metrics') {
    const example = names.map((name) => `${name}: …`).join(', ')
    throw new ConfigError(`${where} goes by the outputs' names, { ${example} }, or is one for all; got ${show(value)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return names.map(() => value)
  if (!named) {
    refuseRecord(value, where)
    return [value]
  }
  const keys = Object.keys(value)
  if ('kind' in value && !(names.includes('kind') && keys.every((key) => names.includes(key))))
    return names.map(() => value)
  refuseUnknown(value, graph.outputs, 'output', where)
  return names.map((name) => {
    const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    if (required && own === undefined)
      throw new ConfigError(`${where}: output ${show(name)} has no loss; add ${name}: …`)
    return own
  })
}

/** What is known of the labels for a loss on an output of so many units. */
function ruleOf(loss: Loss | CustomLoss, units: number): LabelRule {
  if (loss.kind === 'custom') {
    const name = `customLoss ${show(loss.name)}`
    return { loss: name, custom: true, classes: false, units, width: loss.labelWidth ?? units }
  }
  const width = labelWidth(loss.kind, units)
  return { loss: loss.kind, custom: false, classes: loss.kind === 'sparseCategoricalCrossentropy', units, width }
}

/** Every loss of the user's own in a model, also those that serve as metrics. @internal */
export const customLosses = (heads: readonly Head[]): CustomLoss[] =>
  heads.flatMap(({ loss, metrics }) => [loss, ...metrics].filter((each) => each.kind === 'custom'))

/** A saved model knows losses of the user's own by their names. */
function checkCustomNames(heads: readonly Head[]): void {
  const known = new Map<string, CustomLoss>()
  for (const loss of customLosses(heads)) {
    const other = known.get(loss.name) ?? loss
    known.set(loss.name, loss)
    if (other.evaluate === loss.evaluate && other.labelWidth === loss.labelWidth) continue
    throw new ConfigError(`compile: two custom losses are called ${show(loss.name)}; give each a name of its own`)
  }
}

/** One class needs no decision; a softmax of one unit is always 1. */
function checkClasses(rule: LabelRule, where: string): void {
  if (rule.units > 1 || !/^(sparseC|c)ategorical/.test(rule.loss)) return
  throw new ConfigError(
    `${where}: ${rule.loss} needs an output of at least 2 units, one a class; it has 1. ` +
      "For two classes in one unit use a sigmoid and 'binaryCrossentropy'",
  )
}

/** `loss`, then metrics by their names; with named outputs `<output>_loss` and `<output>_<metric>`. */
function nameLogs(graph: Graph, heads: readonly Head[]): (string | undefined)[] {
  const { names, named } = graph.outputs
  const taken = new Set(['loss'])
  const logs: (string | undefined)[] = ['loss']
  heads.forEach((head, i) => {
    const prefix = named ? `${names[i]}_` : ''
    if (named) taken.add(`${prefix}loss`)
    logs.push(named ? `${prefix}loss` : undefined)
    for (const metric of head.metrics) {
      const own = prefix + (metric.kind === 'custom' ? metric.name : metric.kind)
      let name = own
      for (let number = 1; taken.has(name); number++) name = `${own}_${number}`
      taken.add(name)
      logs.push(name)
    }
  })
  const double = named ? logs.find((name, i) => name && logs.indexOf(name) !== i) : undefined
  const validated = logs.find((name) => name && logs.includes(`val_${name}`))
  const clash = double ?? validated
  if (clash !== undefined) {
    throw new ConfigError(
      `compile: two logs would be called ${show(clash)} (or val_${clash}); give the outputs other names`,
    )
  }
  return logs
}
