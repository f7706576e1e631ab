/**
 * Surfaces with a critical point that is no minimum. Both fall without end, so what counts is how soon a descent leaves
 * the saddle.
 */

import { surface } from './surface.ts'

/**
 * The saddle: a minimum along x, a maximum along y.
 *
 * `f(x, y) = x² − y²`. The start lies almost on the ridge, where the gradient leads to the saddle point before it leads
 * away from it.
 */
export const saddle = surface({
  name: 'saddle',
  value: (x: number, y: number) => x * x - y * y,
  gradient: (x: number, y: number) => [2 * x, -2 * y],
  domain: [
    [-2, 2],
    [-2, 2],
  ],
  start: [1, 0.001],
  minima: [],
})

/**
 * The monkey saddle: three ways down and three up, and no curvature at all at the middle.
 *
 * `f(x, y) = x³ − 3xy²`. The start lies almost on one of the three ridges.
 */
export const monkeySaddle = surface({
  name: 'monkeySaddle',
  value: (x: number, y: number) => x * x * x - 3 * x * y * y,
  gradient: (x: number, y: number) => [3 * (x * x - y * y), -6 * x * y],
  domain: [
    [-2, 2],
    [-2, 2],
  ],
  start: [1, 0.001],
  minima: [],
})
