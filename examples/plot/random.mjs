// Random numbers for data sets: the same on every machine, since only whole numbers are multiplied.

/** A source of numbers from 0 to 1 (mulberry32, by Tommy Ettinger). */
export function randomNumbers(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A bell curve of mean 0 and deviation 1, as the sum of twelve numbers; needs no function that differs between engines. */
export function normalNumbers(seed) {
  const random = randomNumbers(seed)
  return () => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += random()
    return sum
  }
}
