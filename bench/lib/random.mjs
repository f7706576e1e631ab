// Counter-based random numbers: the value at (stream, index) is a pure function of the two, so that every process, in any order,
// makes the same data. Only 32-bit integer operations and exact float operations: the same bits on every engine.

/** Mixes 32 bits (a multiply-xorshift permutation in the style of MurmurHash3's finalizer). */
function mix(value) {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

/** A number in [0, 1) with 24 random bits: exact in float32. */
export function uniform(stream, index) {
  return (mix(mix(index) + Math.imul(stream, 0x9e3779b9)) >>> 8) / 16777216
}

/** A number in [-1, 1). */
export const symmetric = (stream, index) => 2 * uniform(stream, index) - 1

/** An integer in 0 … count - 1. */
export const integer = (stream, index, count) => Math.floor(uniform(stream, index) * count)
