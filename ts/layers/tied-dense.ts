/** A dense layer without a kernel of its own. */

import { type Activation, type ActivationLike, encodeActivation, resolveActivation } from '../activations.ts'
import type { ConstraintLike } from '../constraints.ts'
import type { InitializerLike } from '../initializers.ts'
import { type RegularizerLike, resolveRegularizer } from '../regularizers.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'
import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'
import { constraintWords, initializerWords, readWeight, regularizerWords, weightOptions } from './weight.ts'

/** The options of {@link tiedDense}. */
export interface TiedDenseOptions extends LayerOptions {
  /** The dense layer whose kernel is used transposed. It must have been applied before. */
  readonly tiedTo: Layer
  /** What is done to each sum. Default `'linear'`. */
  readonly activation?: ActivationLike | undefined
  /** Whether a bias of its own is added. Default true. */
  readonly useBias?: boolean | undefined
  /** How the bias starts. Default `'zeros'`. */
  readonly biasInitializer?: InitializerLike | undefined
  /** Penalty on the bias. Default none. */
  readonly biasRegularizer?: RegularizerLike | undefined
  /** Penalty on the output, divided by the rows of the batch (Keras). Default none. */
  readonly activityRegularizer?: RegularizerLike | undefined
  /** What holds for the bias after each update. Default nothing. */
  readonly biasConstraint?: ConstraintLike | undefined
}

/**
 * `y = f(x·Wᵀ + b)` with the kernel `W` `[features, units]` of the dense layer `tiedTo`: `[batch, units] → [batch, features]`. The way back of an
 * autoencoder with tied weights (Vincent et al., "Stacked denoising autoencoders", 2010).
 *
 * The kernel belongs to that other layer: it is counted, saved and penalized there, its gradient is the sum over all uses, and it learns at that layer's
 * rate. The layers that use it are frozen together: each of them with all others.
 *
 * @throws ConfigError when `tiedTo` is no dense layer, or an option is unknown or out of its range.
 */
export const tiedDense = (options: TiedDenseOptions): Layer => new Layer(TIED_DENSE, options)

/** @internal */
export const TIED_DENSE: LayerKind = {
  name: 'tiedDense',
  options: ['tiedTo', 'activation', 'useBias', ...weightOptions('bias'), 'activityRegularizer'],
  weighted: true,
  read: (given, where) => ({
    ...plainSettings('tiedDense', given, where),
    activation: resolveActivation(given.activation ?? 'linear', `${where}: activation`),
    ...readWeight('bias', 'zeros', given, where),
    activityRegularizer: resolveRegularizer(given.activityRegularizer, `${where}: activityRegularizer`),
  }),
  width: (_, inputs, where, tiedTo) => {
    const width = onlyWidth(inputs, where)
    const features = tiedTo?.inputWidth
    if (features === undefined) {
      throw new ConfigError(`${where}: apply ${tiedTo?.where} to a value first; until then its kernel has no shape`)
    }
    const units = tiedTo?.config.units
    if (width === units) return features
    throw new ShapeError(
      `${where} takes values of ${units} features, the units of ${tiedTo?.where}, whose kernel it uses transposed; got ${width}`,
    )
  },
  words: (config, tied) => [
    ...plainWords('tiedDense', config),
    ...tied,
    ...encodeActivation(config.activation as Activation),
    ...initializerWords(config, 'bias'),
    ...regularizerWords(config, 'bias', 'activity'),
    ...constraintWords(config, 'bias'),
  ],
}
