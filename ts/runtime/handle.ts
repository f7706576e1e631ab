/**
 * The life of an object inside WebAssembly memory: made, used, freed once.
 *
 * Freeing is the user's (`dispose()`, or `using`). An object that is forgotten is freed after garbage collection by the registry that
 * wasm-bindgen keeps for each of its classes (where the engine has `FinalizationRegistry`); a second registry here would free twice.
 */

import { StateError } from './errors.ts'
import { cross, failed } from './load.ts'

/** What wasm-bindgen's classes have in common. */
export interface Raw {
  free(): void
}

/** `Symbol.dispose`, or on engines that lack it the symbol that polyfills agree on. */
export const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose)

/** The owner of one object in WebAssembly memory. */
export abstract class Handle<R extends Raw> {
  #raw: R | undefined
  readonly #what: string

  /**
   * @param what What the object is called in errors.
   * @param make Makes the object.
   */
  protected constructor(what: string, make: () => R) {
    this.#what = what
    this.#raw = cross(make)
  }

  /** Whether {@link dispose} has been called. */
  get disposed(): boolean {
    return this.#raw === undefined
  }

  /** Frees the object's memory. Any further call does nothing; any other use of the object throws a {@link StateError}. */
  dispose(): void {
    const raw = this.#raw
    this.#raw = undefined
    if (raw && !failed()) cross(() => raw.free())
  }

  /** The same as {@link dispose}, for `using`. */
  [disposeSymbol](): void {
    this.dispose()
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
