/**
 * `ravine/surfaces`: test functions of two variables, and races of optimizers over them.
 *
 * @module
 */

export { ackley, multiMinima, rastrigin } from './surfaces/multimodal.ts'
export type { SurfaceName } from './surfaces/named.ts'
export { type Optimizers, type Path, type Paths, type RaceOptions, race } from './surfaces/race.ts'
export { monkeySaddle, saddle } from './surfaces/saddles.ts'
export type { Point, Surface } from './surfaces/surface.ts'
export {
  beale,
  booth,
  himmelblau,
  illConditionedQuadratic,
  rosenbrock,
  sixHumpCamel,
} from './surfaces/valleys.ts'
