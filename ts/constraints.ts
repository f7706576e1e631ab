/**
 * Constraints: what holds for a kernel after every update. Formulas and defaults are Keras's, with its 1e-7 beside each
 * norm.
 *
 * `axis` is the one that a norm runs along: 0 for a kernel's columns, the incoming weights of one unit; 1 for its rows.
 */

import { outOfRange } from './checks.ts'
import { create, type Data, encode, entryOf, type Name, type Options, split } from './vocabulary.ts'

/** The name of a constraint. */
export type ConstraintName = Exclude<Name<'constraint'>, 'none'>

/** A constraint with its settings: frozen plain data, made by a factory such as {@link maxNorm}. */
export type Constraint<N extends ConstraintName = ConstraintName> = Data<'constraint', N>

/** A constraint, or its name for its defaults. */
export type ConstraintLike = Constraint | ConstraintName

/** The options of a constraint. */
export type ConstraintOptions<N extends ConstraintName> = Options<'constraint', N>

/**
 * Norms above `maxValue` are scaled down to it: `w · min(‖w‖, maxValue) / (‖w‖ + 1e-7)`.
 *
 * Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
 *
 * @param options.maxValue - The largest norm, at least 0. Default `2`.
 * @param options.axis - The axis of the norm, 0 or 1. Default `0`.
 */
export function maxNorm(options: ConstraintOptions<'maxNorm'> = {}): Constraint<'maxNorm'> {
  return constraint('maxNorm', options)
}

/**
 * Every norm is 1: `w / (‖w‖ + 1e-7)`.
 *
 * @param options.axis - The axis of the norm, 0 or 1. Default `0`.
 */
export function unitNorm(options: ConstraintOptions<'unitNorm'> = {}): Constraint<'unitNorm'> {
  return constraint('unitNorm', options)
}

/** Negative weights become 0. */
export function nonNegative(options: ConstraintOptions<'nonNegative'> = {}): Constraint<'nonNegative'> {
  return constraint('nonNegative', options)
}

/**
 * Norms move into a range: `w · (rate · clamp(‖w‖, minValue, maxValue) + (1 − rate) ‖w‖) / (‖w‖ + 1e-7)`.
 *
 * @param options.minValue - The smallest norm, at least 0. Default `0`.
 * @param options.maxValue - The largest norm, at least `minValue`. Default `1`.
 * @param options.rate - How far a norm moves to its bound in one update, from 0 to 1; 1 is all the way. Default `1`.
 * @param options.axis - The axis of the norm, 0 or 1. Default `0`.
 */
export function minMaxNorm(options: ConstraintOptions<'minMaxNorm'> = {}): Constraint<'minMaxNorm'> {
  return constraint('minMaxNorm', options)
}

function constraint<N extends Name<'constraint'>>(
  kind: N,
  options: unknown,
  where: string = kind,
): Data<'constraint', N> {
  const data = create('constraint', kind, options, where)
  const { axis = 0, minValue = 0, maxValue = Number.POSITIVE_INFINITY } = data as Readonly<Record<string, unknown>>
  if (axis !== 0 && axis !== 1) throw outOfRange(where, 'axis', '0 or 1', axis)
  if (Number(minValue) > Number(maxValue))
    throw outOfRange(where, 'minValue', `at most maxValue, ${maxValue}`, minValue)
  return data
}

/**
 * Checked data of a constraint or its name; nothing given means no constraint.
 *
 * @internal
 */
export function resolveConstraint(value: unknown, where: string): Data<'constraint'> {
  if (value === undefined || value === null) return constraint('none', {})
  const { kind, options } = split(value)
  const { name } = entryOf('constraint', kind, where)
  return constraint(name as Name<'constraint'>, options, `${where} ${name}`)
}

/**
 * `[code, settings …]`; no constraint has code 0.
 *
 * @internal
 */
export function encodeConstraint(data: Data<'constraint'>): number[] {
  return encode('constraint', data)
}
