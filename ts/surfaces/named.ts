/** Surfaces by their names. */

import { unknownName } from '../checks.ts'
import { ackley, multiMinima, rastrigin } from './multimodal.ts'
import { monkeySaddle, saddle } from './saddles.ts'
import type { Surface } from './surface.ts'
import { beale, booth, himmelblau, illConditionedQuadratic, rosenbrock, sixHumpCamel } from './valleys.ts'

const named = {
  beale,
  booth,
  himmelblau,
  rosenbrock,
  sixHumpCamel,
  illConditionedQuadratic,
  rastrigin,
  ackley,
  multiMinima,
  saddle,
  monkeySaddle,
}

/** The name of a surface in `ravine/surfaces`. */
export type SurfaceName = keyof typeof named

/**
 * The surface of a name.
 *
 * @throws ConfigError when there is none, with the nearest.
 */
export function surfaceNamed(name: string, where: string): Surface {
  if (Object.hasOwn(named, name)) return named[name as SurfaceName]
  throw unknownName(where, 'surface', name, Object.keys(named))
}
