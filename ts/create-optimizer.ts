/** Optimizers on their own, for any function of the user's. */

import { checkRange, many, outOfRange } from './checks.ts'
import { encodeOptimizer, type OptimizerLike, resolveOptimizer } from './optimizers.ts'
import { ConfigError, ShapeError } from './runtime/errors.ts'
import { OptimizerHandle } from './runtime/optimizer.ts'
import type { ScheduleLike } from './schedules.ts'

/** An update rule at work on some parameters; made by {@link createOptimizer}. */
export interface ParameterOptimizer {
  /**
   * One update.
   *
   * @param gradient - As many numbers as there are parameters. NaN goes through to the parameters and to the rule's
   * memory.
   * @throws ShapeError when it has another length.
   */
  step(gradient: Float32Array): void
  /** The parameters as they are now: a copy, made at each access. */
  readonly parameters: Float32Array
  /**
   * The rate of the next step. Writing it replaces a schedule by this rate; a rate that is negative or not finite is a
   * ConfigError.
   */
  learningRate: number
  /** How many steps have been made. */
  readonly iterations: number
  /** Frees the memory. Further calls of it do nothing; any other use throws a StateError. */
  dispose(): void
  /** The same as {@link ParameterOptimizer.dispose}, for `using`. */
  [Symbol.dispose](): void
}

/**
 * An optimizer for a function of your own, on the kernels of training.
 *
 * ```ts
 * const optimizer = createOptimizer(adam({ learningRate: 0.1 }), new Float32Array([3, -2]))
 * for (let i = 0; i < 100; i++) optimizer.step(optimizer.parameters.map((p) => 2 * p)) // minimizes Σ p²
 * ```
 *
 * @param rule - The optimizer. Its schedule, if it has one, counts steps.
 * @param parameters - What the parameters start from; copied.
 * @throws ConfigError when the rule is unknown, a setting out of its range, or a schedule counts epochs, for there are
 * none here.
 * @throws ShapeError when there are no parameters.
 */
export function createOptimizer(rule: OptimizerLike, parameters: Float32Array): ParameterOptimizer {
  return makeOptimizer(rule, parameters, 'createOptimizer')
}

/**
 * As {@link createOptimizer}.
 *
 * @param where What messages call the rule: the call and the argument.
 *
 * @internal
 */
export function makeOptimizer(rule: unknown, parameters: Float32Array, where: string): ParameterOptimizer {
  const data = resolveOptimizer(rule, where)
  if (countsEpochs(data.learningRate)) {
    throw new ConfigError(`${where}: everyEpoch counts epochs, and there are none here; use the schedule inside it`)
  }
  if (!(parameters instanceof Float32Array)) throw outOfRange(where, 'parameters', 'a Float32Array', parameters)
  if (parameters.length === 0) throw new ShapeError(`${where}: parameters must hold at least one number`)
  return new CheckedOptimizer(encodeOptimizer(data), parameters)
}

/** The owner of the memory, with its arguments checked. */
class CheckedOptimizer extends OptimizerHandle implements ParameterOptimizer {
  readonly #length: number

  constructor(words: readonly number[], parameters: Float32Array) {
    super(words, parameters)
    this.#length = parameters.length
  }

  override step(gradient: Float32Array): void {
    if (!(gradient instanceof Float32Array)) throw outOfRange('step', 'gradient', 'a Float32Array', gradient)
    if (gradient.length !== this.#length) {
      throw new ShapeError(
        `step: gradient has ${many(gradient.length, 'number')}, there are ${many(this.#length, 'parameter')}`,
      )
    }
    super.step(gradient)
  }

  override get learningRate(): number {
    return super.learningRate
  }

  override set learningRate(rate: number) {
    super.learningRate = checkRange('optimizer', 'learningRate', rate, 'nonNegative')
  }
}

function countsEpochs(schedule: ScheduleLike): boolean {
  if (typeof schedule === 'number') return false
  return schedule.kind === 'everyEpoch' || ('schedule' in schedule && countsEpochs(schedule.schedule))
}
