/** A restricted Boltzmann machine in WebAssembly memory, and what is known about it here. */

import { firstNotFinite } from '../data/finite.ts'
import { place } from '../data/source.ts'
import { ConfigError, NumericalError, StateError } from '../runtime/errors.ts'
import { Handle } from '../runtime/handle.ts'
import { f32 } from '../runtime/memory.ts'
import { glue } from '../runtime/raw.ts'

/** The glue's class. */
export type RawRbm = InstanceType<typeof glue.RawRbm>

/** What the visible units are: on or off, or normal with variance 1. */
export type VisibleUnits = 'bernoulli' | 'gaussian'

/** What a machine is. */
export interface MachineShape {
  readonly visible: number
  readonly hidden: number
  readonly visibleUnits: VisibleUnits
}

/** The owner of a machine. */
export class Machine extends Handle<RawRbm> {
  readonly shape: MachineShape
  readonly seed: number
  /** Its weights in the order of their numbers. */
  readonly parameters: readonly { readonly key: string; readonly rows: number; readonly columns: number }[]
  /** Epochs trained so far: the number of the next one. */
  epoch = 0
  /** Whether `fit` is under way. */
  fitting = false
  /** Whether training was asked to stop. */
  stopping = false

  constructor(shape: MachineShape, seed: number) {
    const { visible, hidden, visibleUnits } = shape
    const words = [visible, hidden, Number(visibleUnits === 'gaussian'), seed % 2 ** 32, Math.floor(seed / 2 ** 32)]
    super(`restricted Boltzmann machine of ${visible} × ${hidden} units`, () => {
      return new glue.RawRbm(Float64Array.from(words))
    })
    this.shape = shape
    this.seed = seed
    this.parameters = [
      { key: 'kernel', rows: visible, columns: hidden },
      { key: 'visibleBias', rows: 1, columns: visible },
      { key: 'hiddenBias', rows: 1, columns: hidden },
    ]
  }

  /** Throws when disposed. */
  check(): void {
    this.alive()
  }

  /** Does some work with the machine. */
  override use<T>(work: (raw: RawRbm) => T): T {
    return super.use(work)
  }

  /** A view of a parameter's values, for use at once. */
  view(index: number): Float32Array {
    const { rows = 0, columns = 0 } = this.parameters[index] ?? {}
    return f32(
      this.use((raw) => raw.parameter_pointer(index)),
      rows * columns,
    )
  }

  /** Refuses a call that would disturb a `fit` under way. */
  refuseWhileFitting(call: string): void {
    this.check()
    if (this.fitting)
      throw new StateError(`${call}: the machine is training; await the promise of fit (or abort it) first`)
  }

  /**
   * Refuses visible values that the machine cannot have.
   *
   * @param first The number of the first row.
   */
  checkVisible(values: Float32Array, where: string, first: number): void {
    const { visible, visibleUnits } = this.shape
    const at = (index: number) => `${place(where, first * visible + index, visible)} is ${values[index]}`
    const broken = firstNotFinite(values)
    if (broken >= 0) throw new NumericalError(`${at(broken)}; numbers must be finite (as float32)`)
    if (visibleUnits === 'gaussian') return
    const outside = values.findIndex((value) => value < 0 || value > 1)
    if (outside < 0) return
    throw new ConfigError(
      `${at(outside)}; Bernoulli units take numbers from 0 to 1. Scale the data (pixels: divide by their largest value), ` +
        "or standardize it and take visibleUnits: 'gaussian'",
    )
  }
}
