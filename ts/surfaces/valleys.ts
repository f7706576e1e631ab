/**
 * Polynomial surfaces with a valley, a bowl or several basins.
 *
 * Sources of formulas, domains and minima, where no other is named: M. Jamil and X.-S. Yang, "A literature survey of
 * benchmark functions for global optimisation problems", 2013 (arXiv:1308.4008).
 */

import { surface } from './surface.ts'

/**
 * Beale's function: flat ground that drops into a narrow, curved valley, with sharp peaks at the corners.
 *
 * `f(x, y) = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²`, minimum 0 at `(3, 0.5)`. The start is that of
 * Moré, Garbow and Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7, 1981.
 */
export const beale = surface({
  name: 'beale',
  value(x: number, y: number) {
    const a = 1.5 - x + x * y
    const b = 2.25 - x + x * y * y
    const c = 2.625 - x + x * y * y * y
    return a * a + b * b + c * c
  },
  gradient(x: number, y: number) {
    const a = 1.5 - x + x * y
    const b = 2.25 - x + x * y * y
    const c = 2.625 - x + x * y * y * y
    return [2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)), 2 * x * (a + 2 * y * b + 3 * y * y * c)]
  },
  domain: [
    [-4.5, 4.5],
    [-4.5, 4.5],
  ],
  start: [1, 1],
  minima: [[3, 0.5]],
})

/**
 * Booth's function: a mild quadratic bowl, its axes turned by 45°, the curvature nine times stronger along one than
 * along the other.
 *
 * `f(x, y) = (x + 2y − 7)² + (2x + y − 5)²`, minimum 0 at `(1, 3)`.
 */
export const booth = surface({
  name: 'booth',
  value(x: number, y: number) {
    const a = x + 2 * y - 7
    const b = 2 * x + y - 5
    return a * a + b * b
  },
  gradient(x: number, y: number) {
    const a = x + 2 * y - 7
    const b = 2 * x + y - 5
    return [2 * a + 4 * b, 4 * a + 2 * b]
  },
  domain: [
    [-10, 10],
    [-10, 10],
  ],
  start: [-5, -5],
  minima: [[1, 3]],
})

/**
 * Himmelblau's function: four equally deep basins around a hill, so that the start decides which one is found.
 *
 * `f(x, y) = (x² + y − 11)² + (x + y² − 7)²`, minimum 0 at four points, `(3, 2)` among them (D. M. Himmelblau, "Applied
 * nonlinear programming", 1972).
 */
export const himmelblau = surface({
  name: 'himmelblau',
  value(x: number, y: number) {
    const a = x * x + y - 11
    const b = x + y * y - 7
    return a * a + b * b
  },
  gradient(x: number, y: number) {
    const a = x * x + y - 11
    const b = x + y * y - 7
    return [4 * x * a + 2 * b, 2 * a + 4 * y * b]
  },
  domain: [
    [-6, 6],
    [-6, 6],
  ],
  start: [0, 0],
  minima: [
    [3, 2],
    [-2.805118086952745, 3.131312518250573],
    [-3.779310253377747, -3.283185991286169],
    [3.5844283403304917, -1.8481265269644036],
  ],
})

/**
 * Rosenbrock's banana: a descent finds the curved valley at once and then has to follow its almost level floor.
 *
 * `f(x, y) = (1 − x)² + 100 (y − x²)²`, minimum 0 at `(1, 1)`; start `(−1.2, 1)` (H. H. Rosenbrock, "An automatic
 * method for finding the greatest or least value of a function", The Computer Journal 3, 1960).
 */
export const rosenbrock = surface({
  name: 'rosenbrock',
  value(x: number, y: number) {
    const a = 1 - x
    const b = y - x * x
    return a * a + 100 * b * b
  },
  gradient(x: number, y: number) {
    const b = y - x * x
    return [-2 * (1 - x) - 400 * x * b, 200 * b]
  },
  domain: [
    [-2, 2],
    [-1, 3],
  ],
  start: [-1.2, 1],
  minima: [[1, 1]],
})

/**
 * The six-hump camel: six basins, of which the two deepest lie opposite each other.
 *
 * `f(x, y) = (4 − 2.1x² + x⁴/3) x² + xy + (4y² − 4) y²`, minimum −1.0316284534898774 at `±(0.0898…, −0.7126…)`.
 */
export const sixHumpCamel = surface({
  name: 'sixHumpCamel',
  value(x: number, y: number) {
    const x2 = x * x
    const y2 = y * y
    return (4 - 2.1 * x2 + (x2 * x2) / 3) * x2 + x * y + (4 * y2 - 4) * y2
  },
  gradient(x: number, y: number) {
    const x2 = x * x
    const y2 = y * y
    return [(8 - 8.4 * x2 + 2 * x2 * x2) * x + y, x + (16 * y2 - 8) * y]
  },
  domain: [
    [-3, 3],
    [-2, 2],
  ],
  start: [-2, 1.5],
  minima: [
    [0.08984201310031807, -0.7126564030207396],
    [-0.08984201310031807, 0.7126564030207396],
  ],
})

/**
 * A quadratic valley a hundred times steeper across than along: its condition number, 100, is what slows plain gradient
 * descent.
 *
 * `f(x, y) = (x² + 100 y²) / 2`, minimum 0 at the origin. Gradient descent is stable for rates below `2/100`, and the
 * error along the valley shrinks by no more than `1 − rate` a step.
 */
export const illConditionedQuadratic = surface({
  name: 'illConditionedQuadratic',
  value: (x: number, y: number) => (x * x + 100 * y * y) / 2,
  gradient: (x: number, y: number) => [x, 100 * y],
  domain: [
    [-12, 12],
    [-2, 2],
  ],
  start: [10, 1],
  minima: [[0, 0]],
})
