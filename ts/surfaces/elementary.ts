/**
 * exp, and sine and cosine of a fraction of a turn, in double precision from the four operations alone.
 *
 * `Math.exp` and `Math.cos` may differ in the last place from one engine to the next, and a descent over a surface full
 * of pits follows such a difference into another pit. Sums, products and quotients are the same everywhere, hence so
 * are the paths. Error: below 2 units in the last place.
 */

/** The upper 33 bits of log 2, so that `k · LOG2_HIGH` is exact for every exponent k. */
const LOG2_HIGH = 0.6931471803691238
/** The rest of log 2. */
const LOG2_LOW = 1.9082149292705877e-10

/** `e^x`. */
export function exp(x: number): number {
  if (Number.isNaN(x) || x > 709.78) return x > 0 ? Number.POSITIVE_INFINITY : Number.NaN
  if (x < -745.2) return 0
  const exponent = Math.round(x / Math.LN2)
  // |r| ≤ log 2 / 2: the term after the last one is below 1e-17.
  const r = x - exponent * LOG2_HIGH - exponent * LOG2_LOW
  let sum = 1
  for (let n = 13; n > 0; n--) sum = 1 + (r * sum) / n
  // In two factors, since 2^exponent alone may lie beyond the smallest or the largest number.
  const half = Math.trunc(exponent / 2)
  return sum * powerOfTwo(half) * powerOfTwo(exponent - half)
}

/** `cos(2π·turns)`; exact at multiples of a quarter turn. */
export function cosTurns(turns: number): number {
  const quarters = Math.round(turns * 4)
  const [sine, cosine] = smallAngle(turns - quarters / 4)
  return [cosine, -sine, -cosine, sine][modulo4(quarters)] ?? Number.NaN
}

/** `sin(2π·turns)`; exact at multiples of a quarter turn. */
export function sinTurns(turns: number): number {
  const quarters = Math.round(turns * 4)
  const [sine, cosine] = smallAngle(turns - quarters / 4)
  return [sine, cosine, -sine, -cosine][modulo4(quarters)] ?? Number.NaN
}

/** Sine and cosine of at most an eighth of a turn, by their series: the first term left out is below 1e-17. */
function smallAngle(turns: number): [sine: number, cosine: number] {
  const angle = 2 * Math.PI * turns
  const square = angle * angle
  let sine = 1
  let cosine = 1
  for (let n = 16; n > 0; n -= 2) {
    sine = 1 - (square * sine) / (n * (n + 1))
    cosine = 1 - (square * cosine) / (n * (n - 1))
  }
  return [angle * sine, cosine]
}

function modulo4(n: number): number {
  return ((n % 4) + 4) % 4
}

/** `2^n` by repeated squaring: every factor is a power of two, so nothing rounds. */
function powerOfTwo(n: number): number {
  let result = 1
  let factor = n < 0 ? 0.5 : 2
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= factor
    factor *= factor
  }
  return result
}
