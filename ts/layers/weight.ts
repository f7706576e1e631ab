/** What dense-like layers say about each of their weights: initializer, regularizer, constraint. */

import { type Constraint, encodeConstraint, resolveConstraint } from '../constraints.ts'
import { encodeInitializer, type Initializer, type InitializerLike, resolveInitializer } from '../initializers.ts'
import { encodeRegularizer, type Regularizer, resolveRegularizer } from '../regularizers.ts'
import type { LayerConfig } from './layer.ts'

/** Option names of a weight: `kernelInitializer`, `kernelRegularizer` and, unless it cannot be constrained, `kernelConstraint`. */
export const weightOptions = (weight: string, constrained = true): string[] =>
  ['Initializer', 'Regularizer', ...(constrained ? ['Constraint'] : [])].map((role) => weight + role)

/** Checks the options of a weight and fills in the defaults. */
export function readWeight(
  weight: string,
  start: InitializerLike,
  given: LayerConfig,
  where: string,
  constrained = true,
): LayerConfig {
  const [initializer = '', regularizer = '', constraint] = weightOptions(weight, constrained)
  return {
    [initializer]: resolveInitializer(given[initializer] ?? start, `${where}: ${initializer}`),
    [regularizer]: resolveRegularizer(given[regularizer], `${where}: ${regularizer}`),
    ...(constraint !== undefined && {
      [constraint]: resolveConstraint(given[constraint], `${where}: ${constraint}`),
    }),
  }
}

/** Words of the initializers of these weights. */
export const initializerWords = (config: LayerConfig, ...weights: string[]): number[] =>
  weights.flatMap((weight) => encodeInitializer(config[`${weight}Initializer`] as Initializer))

/** Words of the regularizers of these weights (or of the layer's `activity`). */
export const regularizerWords = (config: LayerConfig, ...weights: string[]): number[] =>
  weights.flatMap((weight) => encodeRegularizer(config[`${weight}Regularizer`] as Regularizer))

/** Words of the constraints of these weights. A bias or alpha is one vector: its norm runs along its row, whatever the axis. */
export const constraintWords = (config: LayerConfig, ...weights: string[]): number[] =>
  weights.flatMap((weight) => {
    const constraint = config[`${weight}Constraint`] as Constraint
    return encodeConstraint(weight !== 'kernel' && 'axis' in constraint ? { ...constraint, axis: 1 } : constraint)
  })
