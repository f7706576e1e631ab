/**
 * Regularizers: what is added to the loss for large weights or activities, `l1 Σ|w| + l2 Σw²` (Keras).
 *
 * The strength of an L2 penalty is twice what PyTorch's `weightDecay` of the same effect on plain gradient descent is:
 * that one stands for `λ/2 Σw²`.
 */

import { checkOptions, checkRange, unknownName } from './checks.ts'
import { split } from './vocabulary.ts'

/** The strengths of both penalties: frozen plain data. */
export interface Regularizer {
  readonly kind: 'l1l2'
  /** The factor of `Σ|w|`. */
  readonly l1: number
  /** The factor of `Σw²`. */
  readonly l2: number
}

/** The name of a regularizer; each means a strength of 0.01, as in Keras. */
export type RegularizerName = 'l1' | 'l2' | 'l1l2'

/** A regularizer, or its name for the strength 0.01. */
export type RegularizerLike = Regularizer | RegularizerName

/** Keras's strength where none is given. */
const STRENGTH = 0.01

/**
 * The penalty `strength · Σ|w|`, which drives weights that matter little to 0.
 *
 * @param strength - λ, at least 0. Default `0.01`.
 * @throws ConfigError when the strength is negative or not finite.
 */
export function l1(strength: number = STRENGTH): Regularizer {
  return regularizer(checkRange('l1', 'strength', strength, 'nonNegative'), 0)
}

/**
 * The penalty `strength · Σw²`, which keeps all weights small.
 *
 * @param strength - λ, at least 0. Default `0.01`.
 * @throws ConfigError when the strength is negative or not finite.
 */
export function l2(strength: number = STRENGTH): Regularizer {
  return regularizer(0, checkRange('l2', 'strength', strength, 'nonNegative'))
}

/**
 * The penalty `l1 · Σ|w| + l2 · Σw²`.
 *
 * @param options.l1 - The factor of `Σ|w|`, at least 0. Default `0` beside `l2` (Keras), `0.01` if neither is given.
 * @param options.l2 - The factor of `Σw²`, at least 0. Default `0` beside `l1`, `0.01` if neither is given.
 * @throws ConfigError when a strength is negative or not finite.
 */
export function l1l2(
  options: { readonly l1?: number | undefined; readonly l2?: number | undefined } = {},
): Regularizer {
  return strengths(options, 'l1l2')
}

function regularizer(absolute: number, squared: number): Regularizer {
  return Object.freeze({ kind: 'l1l2', l1: absolute, l2: squared })
}

function strengths(options: unknown, where: string): Regularizer {
  const given = checkOptions(where, options, ['l1', 'l2'])
  const none = given.l1 === undefined && given.l2 === undefined
  const strength = (name: string) => checkRange(where, name, given[name] ?? (none ? STRENGTH : 0), 'nonNegative')
  return regularizer(strength('l1'), strength('l2'))
}

/**
 * Checked data of a regularizer or its name; nothing given means no penalty.
 *
 * @internal
 */
export function resolveRegularizer(value: unknown, where: string): Regularizer {
  if (value === undefined || value === null) return regularizer(0, 0)
  const { kind, options } = split(value)
  if (kind === 'l1l2') return strengths(options, `${where} l1l2`)
  if (kind === 'l1' || kind === 'l2') {
    const { strength } = checkOptions(`${where} ${kind}`, options, ['strength'])
    return (kind === 'l1' ? l1 : l2)(strength as number | undefined)
  }
  throw unknownName(where, 'regularizer', kind, ['l1', 'l2', 'l1l2'])
}

/**
 * `[l1, l2]`.
 *
 * @internal
 */
export function encodeRegularizer(data: Regularizer): number[] {
  return [data.l1, data.l2]
}
