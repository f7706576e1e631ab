/**
 * Schedules: a learning rate for each step, computed in Rust in double precision.
 *
 * `s` is the step, the number of updates made so far; the first update uses step 0. {@link everyEpoch} counts epochs
 * instead. `η₀` is `initialLearningRate`.
 */

import { checkOptions, checkRange, many, outOfRange, show } from './checks.ts'
import { ConfigError } from './runtime/errors.ts'
import { type Data, encode, entryOf, type Name, type Options, settingNames, settings, split } from './vocabulary.ts'

/** The name of a schedule. */
export type ScheduleName = Name<'schedule'>

/** What some schedules have besides plain numbers. */
interface Parts {
  multiStepDecay: { readonly milestones: readonly number[] }
  piecewiseConstant: { readonly boundaries: readonly number[]; readonly values: readonly number[] }
  linearWarmup: { readonly schedule: ScheduleLike }
  everyEpoch: { readonly schedule: ScheduleLike }
}

/** The same as they may be given: a list is any array of numbers. */
type GivenParts<N extends keyof Parts> = {
  readonly [P in keyof Parts[N]]: Parts[N][P] extends readonly number[] ? ArrayLike<number> : Parts[N][P]
}

type PartsOf<N> = N extends keyof Parts ? Parts[N] : unknown

/** A schedule with its settings: frozen plain data, made by a factory such as {@link cosineDecay}. */
export type Schedule<N extends ScheduleName = ScheduleName> = N extends ScheduleName
  ? Data<'schedule', N> & PartsOf<N>
  : never

/** A schedule, or a number for a rate that stays. */
export type ScheduleLike = Schedule | number

/** The options of a schedule. */
export type ScheduleOptions<N extends ScheduleName> = N extends keyof Parts
  ? ([Exclude<keyof Data<'schedule', N>, 'kind'>] extends [never] ? unknown : Options<'schedule', N>) & GivenParts<N>
  : Options<'schedule', N>

/** How deep schedules may nest; Rust refuses more. */
const MAX_DEPTH = 8

const PARTS: Readonly<Record<string, readonly string[]>> = {
  multiStepDecay: ['milestones'],
  piecewiseConstant: ['boundaries', 'values'],
  linearWarmup: ['schedule'],
  everyEpoch: ['schedule'],
} satisfies Record<keyof Parts, readonly string[]>

/**
 * `η₀ gamma^⌊s / stepSize⌋`: falls by a factor every so many steps. PyTorch's `StepLR`.
 *
 * @param options.initialLearningRate - η₀, at least 0. Must be given.
 * @param options.stepSize - Steps between two falls, a whole number. Must be given.
 * @param options.gamma - The factor, at least 0. Default `0.1`.
 */
export function stepDecay(options: ScheduleOptions<'stepDecay'>): Schedule<'stepDecay'> {
  return schedule('stepDecay', options)
}

/**
 * `η₀ gamma^(number of milestones ≤ s)`. PyTorch's `MultiStepLR`.
 *
 * @param options.initialLearningRate - η₀, at least 0. Must be given.
 * @param options.milestones - The steps at which the rate falls, in any order; one that is there twice counts twice.
 * Must be given.
 * @param options.gamma - The factor, at least 0. Default `0.1`.
 */
export function multiStepDecay(options: ScheduleOptions<'multiStepDecay'>): Schedule<'multiStepDecay'> {
  return schedule('multiStepDecay', options)
}

/**
 * `η₀ decayRate^(s / decaySteps)`. Keras's `ExponentialDecay`.
 *
 * @param options.initialLearningRate - η₀, at least 0. Must be given.
 * @param options.decaySteps - The steps in which the rate falls once by the factor, above 0. Must be given.
 * @param options.decayRate - The factor, at least 0. Must be given.
 * @param options.staircase - Whether the exponent is rounded down, so that the rate falls at once. Default `false`.
 */
export function exponentialDecay(options: ScheduleOptions<'exponentialDecay'>): Schedule<'exponentialDecay'> {
  return schedule('exponentialDecay', options)
}

/**
 * `η₀ / (1 + decayRate · s / decaySteps)`. Keras's `InverseTimeDecay`.
 *
 * @param options.initialLearningRate - η₀, at least 0. Must be given.
 * @param options.decaySteps - The unit of time, in steps, above 0. Must be given.
 * @param options.decayRate - How fast the rate falls, at least 0. Must be given.
 * @param options.staircase - Whether `s / decaySteps` is rounded down. Default `false`.
 */
export function inverseTimeDecay(options: ScheduleOptions<'inverseTimeDecay'>): Schedule<'inverseTimeDecay'> {
  return schedule('inverseTimeDecay', options)
}

/**
 * `(η₀ − end) (1 − s / decaySteps)^power + end`, and `end` from step `decaySteps` on. Keras's `PolynomialDecay`.
 *
 * @param options.initialLearningRate - η₀, at least 0. Must be given.
 * @param options.decaySteps - Steps until the end, above 0. Must be given.
 * @param options.endLearningRate - The rate at the end, at least 0. Default `0.0001`.
 * @param options.power - The power, at least 0. Default `1`.
 * @param options.cycle - Whether the rate rises again after the end:
 * `decaySteps` becomes its next multiple. Default `false`.
 */
export function polynomialDecay(options: ScheduleOptions<'polynomialDecay'>): Schedule<'polynomialDecay'> {
  return schedule('polynomialDecay', options)
}

/**
 * `values[number of boundaries < s]`: a boundary belongs to the piece on its left. Keras's `PiecewiseConstantDecay`.
 *
 * @param options.boundaries - The last steps of all pieces but the last, rising. Must be given.
 * @param options.values - The rate of each piece, at least 0: one more than boundaries. Must be given.
 */
export function piecewiseConstant(options: ScheduleOptions<'piecewiseConstant'>): Schedule<'piecewiseConstant'> {
  return schedule('piecewiseConstant', options)
}

/**
 * `η₀ ((1 − alpha) (1 + cos(π s / decaySteps)) / 2 + alpha)`, and `η₀ alpha` from step
 * `decaySteps` on. Keras's `CosineDecay`; PyTorch's `CosineAnnealingLR` rises again after the end. Loshchilov and
 * Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
 *
 * @param options.initialLearningRate - η₀, at least 0. Must be given.
 * @param options.decaySteps - Steps until the end, above 0. Must be given.
 * @param options.alpha - The part of η₀ that remains, at least 0. Default `0`.
 */
export function cosineDecay(options: ScheduleOptions<'cosineDecay'>): Schedule<'cosineDecay'> {
  return schedule('cosineDecay', options)
}

/**
 * Cosines one after the other: period i is `firstDecaySteps · tMulⁱ` steps long and falls from
 * `η₀ (alpha + (1 − alpha) mMulⁱ)` to `η₀ alpha`. Keras's
 * `CosineDecayRestarts`; source as {@link cosineDecay}.
 *
 * @param options.initialLearningRate - η₀, at least 0. Must be given.
 * @param options.firstDecaySteps - Steps of the first period, above 0. Must be given.
 * @param options.tMul - How much longer each period is than the one before, at least 1. Default `2`.
 * @param options.mMul - How much higher each period starts than the one before, at least 0. Default `1`.
 * @param options.alpha - The part of η₀ that remains at the end of a period, at least 0. Default `0`.
 */
export function cosineDecayRestarts(options: ScheduleOptions<'cosineDecayRestarts'>): Schedule<'cosineDecayRestarts'> {
  return schedule('cosineDecayRestarts', options)
}

/**
 * Up from `maxLearningRate / divFactor` to `maxLearningRate`, then down to the first rate divided by `finalDivFactor`,
 * where it stays. PyTorch's `OneCycleLR` (which raises an error after its last step). Smith and Topin,
 * "Super-convergence: very fast training of neural networks using large learning rates", 2018.
 *
 * @param options.maxLearningRate - The highest rate, at least 0. Must be given.
 * @param options.totalSteps - Steps of the cycle, a whole number. Must be given.
 * @param options.percentStart - The part of the cycle in which the rate rises, from 0 to 1. Default `0.3`.
 * @param options.annealStrategy - The shape of rise and fall, `'cos'` or `'linear'`. Default `'cos'`.
 * @param options.divFactor - The highest rate over the first, above 0. Default `25`.
 * @param options.finalDivFactor - The first rate over the last, above 0. Default `10000`.
 * @param options.threePhase - Whether the rate first falls to where it began, as steeply as it rose, and then to its
 * last value. Default `false`.
 */
export function oneCycle(options: ScheduleOptions<'oneCycle'>): Schedule<'oneCycle'> {
  return schedule('oneCycle', options)
}

/**
 * A straight line from `initialLearningRate` at step 0 to the first rate of another schedule at step `warmupSteps`;
 * that one counts from there.
 *
 * @param options.initialLearningRate - The rate at step 0, at least 0. Default `0`.
 * @param options.warmupSteps - Steps of the line, a whole number from 0. Must be given.
 * @param options.schedule - What follows: a schedule, or a number for a rate that stays. Must be given.
 */
export function linearWarmup(options: ScheduleOptions<'linearWarmup'>): Schedule<'linearWarmup'> {
  return schedule('linearWarmup', options)
}

/**
 * Another schedule that counts epochs, from 0, instead of steps.
 *
 * @param inner - A schedule, or a number for a rate that stays.
 */
export function everyEpoch(inner: ScheduleLike): Schedule<'everyEpoch'> {
  return schedule('everyEpoch', { schedule: inner })
}

function schedule<N extends ScheduleName>(kind: N, options: unknown, where: string = kind, depth = 1): Schedule<N> {
  const entry = entryOf('schedule', kind, where)
  const parts = PARTS[kind] ?? []
  const given = checkOptions(where, options, [...settingNames(entry), ...parts])
  const data: Record<string, unknown> = { kind, ...settings(entry, given, where) }
  for (const part of parts) {
    if (part === 'schedule') {
      if (given[part] === undefined) throw new ConfigError(`${where}: schedule must be given: a schedule or a number`)
      data[part] = inner(given[part], `${where}: schedule`, depth + 1)
    } else {
      data[part] = list(where, part, given[part])
    }
  }
  checkTogether(where, data)
  return Object.freeze(data) as unknown as Schedule<N>
}

function inner(value: unknown, where: string, depth: number): ScheduleLike {
  // A number counts: it becomes the schedule `constant`.
  if (depth > MAX_DEPTH) throw new ConfigError(`${where}: schedules may nest at most ${MAX_DEPTH} deep`)
  if (typeof value === 'number') return checkRange(where, 'the rate', value, 'nonNegative')
  const { kind, options } = split(value)
  const { name } = entryOf('schedule', kind, where)
  return schedule(name as ScheduleName, options, `${where} ${name}`, depth)
}

/** A frozen copy of a list of numbers: steps in `milestones` and `boundaries`, rates in `values`. */
function list(where: string, name: string, value: unknown): readonly number[] {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
  if (!isList) throw outOfRange(where, name, 'an array of numbers', value)
  const range = { milestones: 'index', boundaries: 'finite', values: 'nonNegative' } as const
  const rangeOfAll = range[name as keyof typeof range]
  return Object.freeze(
    Array.from(value as ArrayLike<unknown>, (item, i) => checkRange(where, `${name}[${i}]`, item, rangeOfAll)),
  )
}

/** What no single setting's range can say. */
function checkTogether(where: string, data: Readonly<Record<string, unknown>>): void {
  const { tMul, boundaries, values } = data as { tMul?: number; boundaries?: number[]; values?: number[] }
  if (tMul !== undefined && tMul < 1) throw outOfRange(where, 'tMul', 'a finite number, at least 1', tMul)
  if (boundaries === undefined || values === undefined) return
  if (values.length !== boundaries.length + 1) {
    throw new ConfigError(
      `${where}: boundaries make ${many(boundaries.length + 1, 'piece')}; got ${many(values.length, 'value')}`,
    )
  }
  const falling = boundaries.findIndex((boundary, i) => i > 0 && boundary <= Number(boundaries[i - 1]))
  if (falling > 0) {
    const [before, after] = [show(boundaries[falling - 1]), show(boundaries[falling])]
    throw new ConfigError(`${where}: boundaries must rise; boundaries[${falling}] is ${after} after ${before}`)
  }
}

/**
 * Checked data of a schedule; a number is a rate that stays.
 *
 * @internal
 */
export function resolveSchedule(value: unknown, where: string): Schedule {
  const checked = inner(value, where, 1)
  return typeof checked === 'number' ? schedule('constant', { learningRate: checked }) : checked
}

/**
 * `[code, settings …]`, then lists with their lengths or the inner schedule's words (`crate/src/optim/schedule.rs` says
 * which).
 *
 * @internal
 */
export function encodeSchedule(data: Schedule): number[] {
  const words = encode('schedule', data)
  for (const part of PARTS[data.kind] ?? []) {
    const value = (data as unknown as Readonly<Record<string, ScheduleLike | readonly number[]>>)[part]
    if (Array.isArray(value)) words.push(value.length, ...value)
    else words.push(...encodeSchedule(resolveSchedule(value, part)))
  }
  return words
}
