/** The maxout layer. */

import type { ConstraintLike } from '../constraints.ts'
import type { InitializerLike } from '../initializers.ts'
import type { RegularizerLike } from '../regularizers.ts'
import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'
import { requireCount } from './require.ts'
import { constraintWords, initializerWords, readWeight, regularizerWords, weightOptions } from './weight.ts'

/** The options of {@link maxout}. */
export interface MaxoutOptions extends LayerOptions {
  /** How many outputs. */
  readonly units: number
  /** How many linear pieces each output is the maximum of. */
  readonly pieces: number
  /** Whether each piece has a bias. Default true. */
  readonly useBias?: boolean | undefined
  /** How the kernel starts. Default `'glorotUniform'`. */
  readonly kernelInitializer?: InitializerLike | undefined
  /** How the bias starts. Default `'zeros'`. */
  readonly biasInitializer?: InitializerLike | undefined
  /** Penalty on the kernel. Default none. */
  readonly kernelRegularizer?: RegularizerLike | undefined
  /** Penalty on the bias. Default none. */
  readonly biasRegularizer?: RegularizerLike | undefined
  /** What holds for the kernel after each update. Default nothing. */
  readonly kernelConstraint?: ConstraintLike | undefined
}

/**
 * `yᵤ = maxₚ (x·W + b)ᵤₚ`: `[batch, features] → [batch, units]`. The kernel is `[features, units·pieces]`, a unit's pieces side by side;
 * the gradient goes to the largest piece, the first of equals. Goodfellow et al., "Maxout networks", 2013.
 *
 * @throws ConfigError when `units` or `pieces` is missing, or an option is unknown or out of its range.
 */
export const maxout = (options: MaxoutOptions): Layer => new Layer(MAXOUT, options)

/** @internal */
export const MAXOUT: LayerKind = {
  name: 'maxout',
  options: ['units', 'pieces', 'useBias', ...weightOptions('kernel'), ...weightOptions('bias', false)],
  weighted: true,
  read: (given, where) => ({
    ...plainSettings('maxout', requireCount(requireCount(given, 'units', where), 'pieces', where), where),
    ...readWeight('kernel', 'glorotUniform', given, where),
    ...readWeight('bias', 'zeros', given, where, false),
  }),
  width: (config, inputs, where) => {
    onlyWidth(inputs, where)
    return config.units as number
  },
  kernel: (config, inputs) => [inputs[0] ?? 0, (config.units as number) * (config.pieces as number)],
  words: (config) => [
    ...plainWords('maxout', config),
    ...initializerWords(config, 'kernel', 'bias'),
    ...regularizerWords(config, 'kernel', 'bias'),
    ...constraintWords(config, 'kernel'),
  ],
}
