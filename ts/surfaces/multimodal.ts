/**
 * Surfaces with many minima. Their exponentials and cosines come from `elementary.ts`: the same bits on every engine.
 */

import { cosTurns, exp, sinTurns } from './elementary.ts'
import { surface } from './surface.ts'

/**
 * Rastrigin's function: a bowl with a regular pattern of pits, one near every pair of whole numbers.
 *
 * `f(x, y) = 20 + x² − 10 cos 2πx + y² − 10 cos 2πy`, minimum 0 at the origin (L. A. Rastrigin, "Systems of extremal
 * control", 1974).
 */
export const rastrigin = surface({
  name: 'rastrigin',
  value: (x: number, y: number) => 20 + x * x - 10 * cosTurns(x) + y * y - 10 * cosTurns(y),
  gradient: (x: number, y: number) => [2 * x + 20 * Math.PI * sinTurns(x), 2 * y + 20 * Math.PI * sinTurns(y)],
  domain: [
    [-5.12, 5.12],
    [-5.12, 5.12],
  ],
  start: [-3.2, 2.8],
  minima: [[0, 0]],
})

/**
 * Ackley's function: an almost level plain full of shallow pits, and one deep funnel in the middle.
 *
 * `f(x, y) = 20 + e − 20 exp(−0.2 √((x² + y²) / 2)) − exp((cos 2πx + cos 2πy) / 2)`, minimum 0 at the origin (D. H.
 * Ackley, "A connectionist machine for genetic hillclimbing", 1987). The funnel ends in a tip without a derivative; the
 * gradient given there is `[0, 0]`.
 */
export const ackley = surface({
  name: 'ackley',
  value(x: number, y: number) {
    const distance = Math.sqrt((x * x + y * y) / 2)
    return 20 - 20 * exp(-0.2 * distance) + (exp(1) - exp((cosTurns(x) + cosTurns(y)) / 2))
  },
  gradient(x: number, y: number) {
    const distance = Math.sqrt((x * x + y * y) / 2)
    // d(distance)/dx = x / (2·distance)
    const funnel = distance === 0 ? 0 : (2 * exp(-0.2 * distance)) / distance
    const ripple = Math.PI * exp((cosTurns(x) + cosTurns(y)) / 2)
    return [funnel * x + ripple * sinTurns(x), funnel * y + ripple * sinTurns(y)]
  },
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  start: [-2.3, 3.4],
  minima: [[0, 0]],
})

/**
 * A bowl with two pits of different depth: from most starts a descent meets the shallower one or the bowl's own bottom
 * first.
 *
 * `f(x, y) = x² + y² − 3 exp(−((x + 1)² + y²) / 0.2) − 2 exp(−((x − 1)² + y²) / 0.2)`. Global minimum −2.06309… at
 * `(−0.9363…, 0)`; local minima −1.09273… at `(0.9053…, 0)` and −0.03137… at `(0.0686…, 0)` (the form of E. Dupont,
 * "Interactive visualization of optimization algorithms in deep learning", 2018).
 */
export const multiMinima = surface({
  name: 'multiMinima',
  value(x: number, y: number) {
    const { left, right } = pits(x, y)
    return x * x + y * y - 3 * left - 2 * right
  },
  gradient(x: number, y: number) {
    const { left, right } = pits(x, y)
    return [2 * x + 30 * left * (x + 1) + 20 * right * (x - 1), (2 + 30 * left + 20 * right) * y]
  },
  domain: [
    [-2, 2],
    [-2, 2],
  ],
  start: [0.5, 1.2],
  minima: [[-0.9363006340109187, 0]],
})

/** The two bells of {@link multiMinima}, each of height 1. */
function pits(x: number, y: number): { left: number; right: number } {
  return {
    left: exp(-5 * ((x + 1) * (x + 1) + y * y)),
    right: exp(-5 * ((x - 1) * (x - 1) + y * y)),
  }
}
