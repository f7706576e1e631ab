/** Activations as layers of their own, fixed and learned. */

import { type Activation, type ActivationLike, encodeActivation, resolveActivation } from '../activations.ts'
import { outOfRange } from '../checks.ts'
import type { ConstraintLike } from '../constraints.ts'
import { constant, type InitializerLike } from '../initializers.ts'
import type { RegularizerLike } from '../regularizers.ts'
import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'
import { constraintWords, initializerWords, readWeight, regularizerWords, weightOptions } from './weight.ts'

/** The options of {@link activation}. */
export interface ActivationLayerOptions extends LayerOptions {
  /** What is done to each number. */
  readonly activation: ActivationLike
}

/**
 * `y = f(x)`: `[batch, features] → [batch, features]`. Before a loss that it belongs to (softmax or sigmoid and its cross-entropy) it is
 * computed as one with the loss, as in {@link dense}.
 *
 * @param options - The options, or just the activation: `activation('relu')`.
 * @throws ConfigError when the activation is missing or unknown.
 */
export function activation(options: ActivationLayerOptions | ActivationLike): Layer {
  const short = typeof options === 'string' || (typeof options === 'object' && options !== null && 'kind' in options)
  return new Layer(ACTIVATION, short ? { activation: options } : options)
}

/** @internal */
export const ACTIVATION: LayerKind = {
  name: 'activation',
  options: ['activation'],
  weighted: false,
  read: (given, where) => {
    if (given.activation === undefined) throw outOfRange(where, 'activation', "given, for example 'relu'", undefined)
    return { activation: resolveActivation(given.activation, `${where}: activation`) }
  },
  width: (_, inputs, where) => onlyWidth(inputs, where),
  words: (config) => [...plainWords('activation', config), ...encodeActivation(config.activation as Activation)],
}

/** The options of {@link prelu}. */
export interface PreluOptions extends LayerOptions {
  /** How the slopes start. Default the constant 0.25 (PyTorch; Keras has 0). */
  readonly alphaInitializer?: InitializerLike | undefined
  /** Penalty on the slopes. Default none. */
  readonly alphaRegularizer?: RegularizerLike | undefined
  /** What holds for the slopes after each update. Default nothing. */
  readonly alphaConstraint?: ConstraintLike | undefined
}

/**
 * `y = x` above 0 and `alpha · x` elsewhere, with a learned slope `alpha` for each feature. The derivative at 0 is `alpha`.
 * He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
 *
 * @throws ConfigError when an option is unknown or out of its range.
 */
export const prelu = (options: PreluOptions = {}): Layer => new Layer(PRELU, options)

/** @internal */
export const PRELU: LayerKind = {
  name: 'prelu',
  options: weightOptions('alpha'),
  weighted: true,
  read: (given, where) => ({
    ...plainSettings('prelu', given, where),
    ...readWeight('alpha', constant({ value: 0.25 }), given, where),
  }),
  width: (_, inputs, where) => onlyWidth(inputs, where),
  words: (config) => [
    ...plainWords('prelu', config),
    ...initializerWords(config, 'alpha'),
    ...regularizerWords(config, 'alpha'),
    ...constraintWords(config, 'alpha'),
  ],
}
