/** Calls functions of the user's: a loss, or a layer's two passes. They get copies, and what they do wrong is caught here. */

import { show } from '../checks.ts'
import {
  ConfigError,
  type ErrorCode,
  FormatError,
  NumericalError,
  type NumericalPlace,
  RavineError,
  ShapeError,
  StateError,
} from '../runtime/errors.ts'
import { firstNotFinite } from './finite.ts'
import type { Loan } from './loan.ts'
import { place } from './source.ts'

/** What went wrong in a function of the user's: kept until the engine's call is over, then thrown. */
export class Trouble {
  /** What happened, to follow the function's name. */
  readonly problem: string
  readonly code: ErrorCode
  readonly cause: unknown

  constructor(problem: string, code: ErrorCode = 'config', cause?: unknown) {
    this.problem = problem
    this.code = code
    this.cause = cause
  }

  /** Something that a function threw. An error of ravine's keeps its class: the StateError of a call that must not be made there, say. */
  static thrown(error: unknown): Trouble {
    try {
      const text = error instanceof Error ? error.message : show(error)
      return new Trouble(`threw: ${text}`, error instanceof RavineError ? error.code : 'config', error)
    } catch {
      return new Trouble('threw something that cannot be shown', 'config', error)
    }
  }

  /** The error to throw. */
  toError(before: string, after = '', where: NumericalPlace = {}): RavineError {
    const message = `${before} ${this.problem}${after}`
    const options = this.cause === undefined ? {} : { cause: this.cause }
    if (this.code === 'numerical') return new NumericalError(message, { ...options, ...where })
    return new CLASSES[this.code](message, options)
  }
}

const CLASSES = { shape: ShapeError, config: ConfigError, state: StateError, format: FormatError } as const

/** The matrices of a loss, and what its function is told besides. */
export interface LossCall<C> {
  readonly yTrue: Float32Array
  readonly yPred: Float32Array
  readonly context: C
}

/**
 * The value of a loss of the user's.
 *
 * @param accept - Gets the gradient, which is lent for that call only.
 */
export function callLoss<C>(
  loan: Loan,
  evaluate: (yTrue: Float32Array, yPred: Float32Array, gradient: Float32Array, context: C) => number,
  { yTrue, yPred, context }: LossCall<C>,
  accept: (gradient: Float32Array) => void,
): number | Trouble {
  // Of views of WebAssembly memory, which are empty once the function has made it grow.
  const { length } = yPred
  const [labels, predictions, gradient] = loan.lend(yTrue.length, length, length)
  labels.set(yTrue)
  predictions.set(yPred)
  gradient.fill(0)
  try {
    const value: unknown = evaluate(labels, predictions, gradient, context)
    if (typeof value !== 'number') {
      const hint = isThenable(value) ? '; it must not be async' : ''
      return new Trouble(`must return a number, the mean over the rows of the batch; it returned ${show(value)}${hint}`)
    }
    if (gradient.length !== length) return GAVE_AWAY
    accept(gradient)
    return value
  } catch (error) {
    return Trouble.thrown(error)
  } finally {
    loan.takeBack()
  }
}

const GAVE_AWAY = new Trouble('gave away the memory that it was lent; copy what you want to keep with slice()')

/**
 * A pass of a layer of the user's: it reads `inputs` and writes what `accept` then gets.
 *
 * @returns What went wrong, or nothing.
 */
export function callPass(
  loan: Loan,
  call: (arrays: Float32Array[], result: Float32Array) => unknown,
  inputs: readonly Float32Array[],
  length: number,
  accept: (result: Float32Array) => Trouble | undefined,
): Trouble | undefined {
  const lent = loan.lend(...inputs.map((input) => input.length), length)
  const result = lent.pop() as Float32Array
  inputs.forEach((input, i) => {
    lent[i]?.set(input)
  })
  result.fill(0)
  try {
    const returned = call(lent, result)
    if (isThenable(returned)) return new Trouble('must not be async: what it writes later would be lost')
    return result.length === length ? accept(result) : GAVE_AWAY
  } catch (error) {
    return Trouble.thrown(error)
  } finally {
    loan.takeBack()
  }
}

/** Says where a matrix of so many columns has a number that is not finite. */
export function notFinite(values: Float32Array, columns: number, name: string): string | undefined {
  const index = firstNotFinite(values)
  return index < 0 ? undefined : `wrote ${values[index]} to ${place(name, index, columns)}`
}

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
