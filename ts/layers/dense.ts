/** The fully connected layer. */

import { type Activation, type ActivationLike, encodeActivation, resolveActivation } from '../activations.ts'
import type { ConstraintLike } from '../constraints.ts'
import type { InitializerLike } from '../initializers.ts'
import { type RegularizerLike, resolveRegularizer } from '../regularizers.ts'
import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'
import { requireCount } from './require.ts'
import { constraintWords, initializerWords, readWeight, regularizerWords, weightOptions } from './weight.ts'

/** The options of {@link dense}. */
export interface DenseOptions extends LayerOptions {
  /** How many outputs. */
  readonly units: number
  /** What is done to each sum. Default `'linear'`. */
  readonly activation?: ActivationLike | undefined
  /** Whether a bias is added. Default true. */
  readonly useBias?: boolean | undefined
  /** How the kernel starts. Default `'glorotUniform'` (Keras). */
  readonly kernelInitializer?: InitializerLike | undefined
  /** How the bias starts. Default `'zeros'`. */
  readonly biasInitializer?: InitializerLike | undefined
  /** Penalty on the kernel. Default none. */
  readonly kernelRegularizer?: RegularizerLike | undefined
  /** Penalty on the bias. Default none. */
  readonly biasRegularizer?: RegularizerLike | undefined
  /** Penalty on the output, divided by the rows of the batch (Keras). Default none. */
  readonly activityRegularizer?: RegularizerLike | undefined
  /** What holds for the kernel after each update. Default nothing. */
  readonly kernelConstraint?: ConstraintLike | undefined
  /** What holds for the bias after each update. Default nothing. */
  readonly biasConstraint?: ConstraintLike | undefined
}

/**
 * `y = f(x·W + b)`: `[batch, features] → [batch, units]`, with the kernel `W` `[features, units]` and the bias `b` `[units]`.
 *
 * @throws ConfigError when `units` is missing, or an option is unknown or out of its range.
 */
export const dense = (options: DenseOptions): Layer => new Layer(DENSE, options)

/** @internal */
export const DENSE: LayerKind = {
  name: 'dense',
  options: [
    'units',
    'activation',
    'useBias',
    ...weightOptions('kernel'),
    ...weightOptions('bias'),
    'activityRegularizer',
  ],
  weighted: true,
  read: (given, where) => ({
    ...plainSettings('dense', requireCount(given, 'units', where), where),
    activation: resolveActivation(given.activation ?? 'linear', `${where}: activation`),
    ...readWeight('kernel', 'glorotUniform', given, where),
    ...readWeight('bias', 'zeros', given, where),
    activityRegularizer: resolveRegularizer(given.activityRegularizer, `${where}: activityRegularizer`),
  }),
  width: (config, inputs, where) => {
    onlyWidth(inputs, where)
    return config.units as number
  },
  kernel: (config, inputs) => [inputs[0] ?? 0, config.units as number],
  words: (config) => [
    ...plainWords('dense', config),
    ...encodeActivation(config.activation as Activation),
    ...initializerWords(config, 'kernel', 'bias'),
    ...regularizerWords(config, 'kernel', 'bias', 'activity'),
    ...constraintWords(config, 'kernel', 'bias'),
  ],
}
