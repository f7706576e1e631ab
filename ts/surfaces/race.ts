/** Optimizers side by side on one surface. */

import { checkOptions, checkRange, outOfRange } from '../checks.ts'
import { makeOptimizer } from '../create-optimizer.ts'
import type { OptimizerLike } from '../optimizers.ts'
import { type SurfaceName, surfaceNamed } from './named.ts'
import type { Point, Surface } from './surface.ts'

/** The options of {@link race}. */
export interface RaceOptions<O extends Optimizers = Optimizers> {
  /** What is descended: a surface, or the name of one. */
  readonly surface: Surface | SurfaceName
  /** The optimizers, by any names or in a list. */
  readonly optimizers: O
  /** How many updates each makes. */
  readonly steps: number
  /** Where all start; by default the surface's start. */
  readonly start?: Point | undefined
}

/** Optimizers by name, or in a list. */
export type Optimizers = Readonly<Record<string, OptimizerLike>> | readonly OptimizerLike[]

/** Where an optimizer went. */
export interface Path {
  /** Where it was before each step, and after the last: `steps + 1` points. */
  readonly points: readonly Point[]
  /** The surface's height at each point. */
  readonly values: Float64Array
}

/** A path for each optimizer, under its name or at its place in the list. */
export type Paths<O extends Optimizers> = { readonly [K in keyof O]: Path }

/**
 * Lets optimizers descend a surface from the same point, each by so many steps of the kernels that train models.
 *
 * Coordinates are float32, as parameters are; heights and gradients are taken there in double precision. All paths are
 * the same on every machine. A descent that diverges goes on to infinity and NaN.
 *
 * ```ts
 * const { sgd: plain, adam: adaptive } = race({ surface: rosenbrock, optimizers: { sgd: 'sgd', adam: adam({ learningRate: 0.1 }) }, steps: 200 })
 * ```
 *
 * @returns The paths, in a record as the optimizers are, or in a list if they are.
 * @throws ConfigError when an option is missing, unknown or out of its range.
 */
export function race<const O extends Optimizers>(options: RaceOptions<O>): Paths<O> {
  const given = checkOptions('race', options, ['surface', 'optimizers', 'steps', 'start'])
  const surface = checkSurface(given.surface)
  const steps = checkRange('race', 'steps', given.steps, 'index')
  const start = checkPoint(given.start ?? surface.start)
  const { optimizers } = given
  if (Array.isArray(optimizers))
    return optimizers.map((rule, i) => run(surface, rule, steps, start, `[${i}]`)) as Paths<O>
  if (typeof optimizers !== 'object' || optimizers === null || 'kind' in optimizers) {
    throw outOfRange('race', 'optimizers', "a record of optimizers by name, or a list: { adam: 'adam' }", optimizers)
  }
  const paths = Object.entries(optimizers).map(([name, rule]) => [name, run(surface, rule, steps, start, `.${name}`)])
  return Object.fromEntries(paths) as Paths<O>
}

function run(surface: Surface, rule: OptimizerLike, steps: number, start: Point, name: string): Path {
  const optimizer = makeOptimizer(rule, Float32Array.from(start), `race: optimizers${name}`)
  try {
    const points: Point[] = []
    const values = new Float64Array(steps + 1)
    for (let step = 0; step <= steps; step++) {
      const [x = 0, y = 0] = optimizer.parameters
      points.push(Object.freeze([x, y] as const))
      values[step] = surface.value(x, y)
      if (step < steps) optimizer.step(Float32Array.from(surface.gradient(x, y)))
    }
    return { points, values }
  } finally {
    optimizer.dispose()
  }
}

function checkSurface(value: unknown): Surface {
  if (typeof value === 'string') return surfaceNamed(value, 'race')
  const { value: height, gradient } = (value ?? {}) as Partial<Surface>
  if (typeof height !== 'function' || typeof gradient !== 'function') {
    throw outOfRange('race', 'surface', "one of ravine/surfaces, its name ('beale'), or an object like them", value)
  }
  return value as Surface
}

function checkPoint(value: unknown): Point {
  if (!Array.isArray(value) || value.length !== 2) throw outOfRange('race', 'start', '[x, y]', value)
  return value.map((x, i) => checkRange('race', `start[${i}]`, x, 'finite')) as unknown as Point
}
