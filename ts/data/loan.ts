/** Memory that is lent to a function of the user's for one call. */

/**
 * Moves a buffer's memory to a new buffer; the old one, and every array on it, is empty from then on. Undefined on engines that cannot: there
 * the arrays stay as they are, copies that nothing reads any more.
 */
const move: ((buffer: ArrayBuffer) => ArrayBuffer) | undefined = chooseMove()

function chooseMove() {
  const { transfer } = ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer) => ArrayBuffer }
  if (transfer) return (buffer: ArrayBuffer) => transfer.call(buffer)
  if (typeof structuredClone !== 'function') return undefined
  return (buffer: ArrayBuffer) => structuredClone(buffer, { transfer: [buffer] })
}

/**
 * Lends arrays and takes them back: then they have no elements any more, so that a function that kept one can neither read nor spoil what
 * comes later. They are the user's side's own memory, never WebAssembly's; the block behind them is used again.
 */
export class Loan {
  #block: ArrayBuffer | undefined

  /** Arrays of these lengths; what is in them is left over from before. */
  lend<N extends readonly number[]>(...lengths: N): { [K in keyof N]: Float32Array } {
    const total = lengths.reduce((sum, length) => sum + length, 0)
    if (this.#block === undefined || this.#block.byteLength < 4 * total) this.#block = new ArrayBuffer(4 * total)
    const block = this.#block
    let next = 0
    return lengths.map((length) => {
      next += length
      return new Float32Array(block, 4 * (next - length), length)
    }) as { [K in keyof N]: Float32Array }
  }

  /** Ends the loan. */
  takeBack(): void {
    const block = this.#block
    // The function may have given it away itself.
    this.#block = block && move && block.byteLength > 0 ? move(block) : undefined
  }
}
