/** What owns memory that garbage collection does not see at once. */

/** `Symbol.dispose`, or on engines that lack it the symbol that polyfills agree on. */
const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose)

/**
 * The owner of some memory. (The one class with a method whose name is computed: bundlers keep such a class even where nobody uses it, but not those that extend it.)
 */
export abstract class Releasable {
  /** Frees the memory. */
  abstract dispose(): void

  /** The same as {@link dispose}, for `using`. */
  [disposeSymbol](): void {
    this.dispose()
  }
}
