/**
 * The life of an object inside WebAssembly memory: made, used, freed once.
 *
 * Freeing is the user's (`dispose()`, or `using`). An object that is forgotten is freed after garbage collection by the registry that
 * the glue keeps; a second registry here would free twice.
 */

import { StateError } from './errors.ts'
import { cross, failed } from './load.ts'
import { Releasable } from './releasable.ts'

/** What wasm-bindgen's classes have in common. */
export interface Raw {
  free(): void
}

/** The owner of one object in WebAssembly memory. */
export abstract class Handle<R extends Raw> extends Releasable {
  #raw: R | undefined
  readonly #what: string

  /**
   * @param what What the object is called in errors.
   * @param make Makes the object.
   */
  protected constructor(what: string, make: () => R) {
    super()
    this.#what = what
    this.#raw = cross(make)
  }

  /** Whether {@link dispose} has been called. */
  get disposed(): boolean {
    return this.#raw === undefined
  }

  /** Frees the object's memory. Any further call does nothing; any other use of the object throws a {@link StateError}. */
  override dispose(): void {
    const raw = this.#raw
    this.#raw = undefined
    if (raw && !failed()) cross(() => raw.free())
  }

  /** Throws when the object has been disposed. */
  protected alive(): R {
    if (this.#raw) return this.#raw
    throw new StateError(`this ${this.#what} has been disposed; make a new one, or dispose it later`)
  }

  /** Does some work with the object; its errors are ravine's. */
  protected use<T>(work: (raw: R) => T): T {
    const raw = this.alive()
    return cross(() => work(raw))
  }
}
