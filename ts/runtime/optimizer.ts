/** An update rule with its parameters and state in WebAssembly memory. */

import { Handle } from './handle.ts'
import { f32 } from './memory.ts'
import { glue } from './raw.ts'

/**
 * The owner of one optimizer in WebAssembly memory.
 *
 * @internal
 */
export class OptimizerHandle extends Handle<InstanceType<typeof glue.RawOptimizer>> {
  readonly #length: number

  /**
   * @param words The optimizer's words, whether a schedule follows, the schedule's words.
   * @param parameters What the parameters start from.
   */
  constructor(words: readonly number[], parameters: Float32Array) {
    super('optimizer', () => new glue.RawOptimizer(Float64Array.from(words), parameters.length))
    this.#length = parameters.length
    this.#view().set(parameters)
  }

  /** A copy of the parameters. */
  get parameters(): Float32Array {
    return this.#view().slice()
  }

  /** One update along a gradient of as many numbers. */
  step(gradient: Float32Array): void {
    const pointer = this.use((raw) => raw.gradient_pointer())
    f32(pointer, this.#length).set(gradient)
    this.use((raw) => raw.step())
  }

  /** The rate of the next step. */
  get learningRate(): number {
    return this.use((raw) => raw.learning_rate())
  }

  set learningRate(rate: number) {
    this.use((raw) => raw.set_learning_rate(rate))
  }

  /** Steps made. */
  get iterations(): number {
    return this.use((raw) => raw.iterations())
  }

  #view(): Float32Array {
    const pointer = this.use((raw) => raw.parameter_pointer())
    return f32(pointer, this.#length)
  }
}
