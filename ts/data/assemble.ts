/** From what a user passes as x, y and weights to a data set in WebAssembly memory. */

import { checkOptions, isRecord, many, show } from '../checks.ts'
import { ConfigError, NumericalError, ShapeError } from '../runtime/errors.ts'
import { Dataset, type DatasetShape } from './dataset.ts'
import { firstNotFinite } from './finite.ts'
import { checkLabels, type LabelRule, readLabels } from './labels.ts'
import { type Ports, portName, refuseUnknown } from './ports.ts'
import { applyClassWeight, fillSampleWeight, readClassWeight } from './row-weights.ts'
import { isMatrix, place, readSource, type Source } from './source.ts'

/** What a user passed. */
export interface Given {
  readonly x: unknown
  readonly y: unknown
  readonly sampleWeight?: unknown
  readonly classWeight?: unknown
  readonly checkData?: boolean | undefined
}

/** Data of a known shape, still in the user's memory. */
export interface Rows {
  readonly count: number
  readonly inputs: readonly Source[]
  readonly labels: readonly Source[]
  /** For each output: its sample weights, as passed. */
  readonly sampleWeights: readonly unknown[]
  /** For each output: its weights by class. */
  readonly classWeights: readonly (ReadonlyMap<number, number> | undefined)[]
}

/** The values for each port, from one value or a record by name. */
export function pick(value: unknown, ports: Ports, what: 'input' | 'output', where: string): unknown[] {
  if (!ports.named) return [value]
  const { names } = ports
  const example = `{ ${names.map((name) => `${name}: …`).join(', ')} }`
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    isMatrixOnly(value, names)
  ) {
    throw new ConfigError(`${where} must be a record by name, ${example}; got ${show(value)}`)
  }
  refuseUnknown(value, ports, what, where)
  return names.map((name) => {
    if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name]
    throw new ConfigError(`${where}: ${what} ${show(name)} is missing; expected ${example}`)
  })
}

/** The features of every input, all of the same number of rows. */
export function readInputs(x: unknown, inputs: Ports, where: string): { count: number; sources: Source[] } {
  const sources = pick(x, inputs, 'input', where).map((value, i) =>
    readSource(value, inputs.widths[i] ?? 0, portName(where, inputs, i)),
  )
  const count = sources[0]?.rows ?? 0
  sameRows(sources, count, portName('x', inputs, 0), (i) => portName(where, inputs, i))
  return { count, sources }
}

/**
 * Features, labels and weights of one number of rows, at least `least`.
 *
 * @param call The call, for messages: `fit`.
 */
export function readRows(
  given: Given,
  inputs: Ports,
  outputs: Ports,
  rules: readonly LabelRule[],
  call: string,
  least = 1,
): Rows {
  const { count, sources } = readInputs(given.x, inputs, `${call}: x`)
  if (count < least) throw new ShapeError(`${call}: x has no rows; expected at least one`)
  const nameOf = (i: number) => portName(`${call}: y`, outputs, i)
  const labels = pick(given.y, outputs, 'output', `${call}: y`).map((value, i) => {
    const rule = rules[i] as LabelRule
    return readLabels(value, rule, count, nameOf(i))
  })
  sameRows(labels, count, portName('x', inputs, 0), nameOf)
  const { sampleWeight, classWeight } = given
  const weights = (value: unknown, name: string) => {
    const where = `${call}: ${name}`
    const picked = pickWeights(value, outputs, where)
    rules.forEach((rule, i) => {
      if (!rule.custom || picked[i] === undefined) return
      throw new ConfigError(
        `${portName(where, outputs, i)}: ${rule.loss} takes no weights, only its function could apply them; ` +
          'pass them as a column of the labels (labelWidth)',
      )
    })
    return picked
  }
  return {
    count,
    inputs: sources,
    labels,
    sampleWeights: weights(sampleWeight, 'sampleWeight'),
    classWeights: weights(classWeight, 'classWeight').map((value, i) =>
      value === undefined
        ? undefined
        : readClassWeight(value, rules[i] as LabelRule, portName(`${call}: classWeight`, outputs, i)),
    ),
  }
}

/** What is to be known of the model to copy data for it. */
export interface Context {
  readonly inputs: Ports
  readonly outputs: Ports
  readonly rules: readonly LabelRule[]
  /** The call, for messages. */
  readonly call: string
  /** Whether the data is searched for numbers that are not finite. */
  readonly checkData: boolean
}

/** What a data set for so many of the rows holds. */
export function shapeFor(rows: Rows, count: number, { inputs, rules }: Context): DatasetShape {
  return {
    rows: count,
    inputs: inputs.widths,
    labels: rules.map((rule) => rule.width),
    weighted: rules.map((_, i) => rows.sampleWeights[i] !== undefined || rows.classWeights[i] !== undefined),
  }
}

/** Copies rows `first … first + count` to WebAssembly memory, and checks their labels there. */
export function toDataset(
  rows: Rows,
  first: number,
  count: number,
  context: Context & { readonly reuse?: Reuse },
): Dataset {
  const make = context.reuse ?? ((wanted) => new Dataset(wanted))
  const dataset = make(shapeFor(rows, count, context))
  try {
    fillRows(dataset, 0, rows, first, count, context)
  } catch (error) {
    dataset.dispose()
    throw error
  }
  return dataset
}

/** Numbers that are copied at a time where others may have a turn in between: a megabyte, some tenths of a millisecond. */
const PIECE = 2 ** 18

/** As {@link toDataset}, in pieces; `between` may give others a turn, and throws when the copy is not wanted any more. */
export async function toDatasetInTurns(
  rows: Rows,
  first: number,
  count: number,
  context: Context,
  between: () => Promise<void> | undefined,
): Promise<Dataset> {
  const dataset = new Dataset(shapeFor(rows, count, context))
  const step = Math.max(1, Math.floor(PIECE / (dataset.bytes / 4 / count)))
  try {
    for (let at = 0; at < count; at += step) {
      const turn = between()
      // Small data is copied before the call returns.
      if (turn) await turn
      fillRows(dataset, at, rows, first + at, Math.min(step, count - at), context)
    }
  } catch (error) {
    dataset.dispose()
    throw error
  }
  return dataset
}

/** Copies rows `first … first + count` to rows from `at` on of a data set that has what they have, and checks their labels there. */
export function fillRows(
  dataset: Dataset,
  at: number,
  rows: Rows,
  first: number,
  count: number,
  context: Context,
): void {
  const { inputs, outputs, rules, call, checkData } = context
  rows.inputs.forEach((source, i) => {
    dataset.fill('input', i, source, first, count, at)
    if (checkData)
      refuseNotFinite(dataset.view('input', i, at, count), portName(`${call}: x`, inputs, i), first, source.width)
  })
  rows.labels.forEach((source, i) => {
    const where = portName(`${call}: y`, outputs, i)
    dataset.fill('label', i, source, first, count, at)
    const labels = dataset.view('label', i, at, count)
    checkLabels(labels, rules[i] as LabelRule, where, first)
    if (checkData) refuseNotFinite(labels, where, first, source.width)
  })
  rules.forEach((rule, i) => {
    if (!dataset.shape.weighted[i]) return
    const weights = new Float32Array(count).fill(1)
    const given = rows.sampleWeights[i]
    if (given !== undefined)
      fillSampleWeight(weights, given, rows.count, first, portName(`${call}: sampleWeight`, outputs, i))
    const target = dataset.view('weight', i, at, count)
    target.set(weights)
    const byClass = rows.classWeights[i]
    const where = portName(`${call}: classWeight`, outputs, i)
    if (byClass) applyClassWeight(target, dataset.view('label', i, at, count), byClass, rule, where, first)
  })
}

/** Gives a data set of a shape, maybe one that was used before. */
export type Reuse = (shape: Dataset['shape']) => Dataset

function refuseNotFinite(values: Float32Array, where: string, first: number, width: number): void {
  const index = firstNotFinite(values)
  if (index < 0) return
  throw new NumericalError(
    `${place(where, first * width + index, width)} is ${values[index]}; numbers must be finite (as float32)`,
  )
}

function sameRows(
  sources: readonly Source[],
  count: number,
  reference: string,
  nameOf: (index: number) => string,
): void {
  const other = sources.findIndex((source) => source.rows !== count)
  if (other < 0) return
  throw new ShapeError(
    `${nameOf(other)} has ${many(sources[other]?.rows ?? 0, 'row')}, ${reference} has ${count}; expected as many`,
  )
}

/** A value for each output, undefined where there is none: one value for all outputs (a line of numbers), or a record by name. */
function pickWeights(value: unknown, outputs: Ports, where: string): unknown[] {
  const { names, named } = outputs
  if (value === undefined || value === null) return names.map(() => undefined)
  if (!named) return [value]
  if (Array.isArray(value) || ArrayBuffer.isView(value) || isMatrixOnly(value, names)) return names.map(() => value)
  const record = checkOptions(where, value, isRecord(value) ? Object.keys(value) : names)
  refuseUnknown(record, outputs, 'output', where)
  return names.map((name) => (Object.hasOwn(record, name) ? record[name] : undefined))
}

function isMatrixOnly(value: unknown, names: readonly string[]): boolean {
  return isMatrix(value) && !(names.includes('data') && names.includes('shape'))
}
