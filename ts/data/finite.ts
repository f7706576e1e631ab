/** Looks for numbers that are not finite. */

/** The index of the first number that is NaN or infinite, or −1. */
export function firstNotFinite(values: Float32Array): number {
  // The sum of finite float32 numbers is finite in double precision, and any other number makes it NaN or infinite.
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return Number.isFinite(sum) ? -1 : values.findIndex((value) => !Number.isFinite(value))
}
