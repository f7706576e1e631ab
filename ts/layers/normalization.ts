/** Layers that bring numbers to mean 0 and variance 1. */

import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'

/** What both normalizations take. */
interface NormalizationOptions extends LayerOptions {
  /** Added to the variance, above 0. Default 0.001 (Keras). */
  readonly epsilon?: number | undefined
  /** Whether a learned `beta` is added. Default true. */
  readonly center?: boolean | undefined
  /** Whether the result is multiplied by a learned `gamma`. Default true. */
  readonly scale?: boolean | undefined
}

/** The options of {@link batchNormalization}. */
export interface BatchNormalizationOptions extends NormalizationOptions {
  /** The share of the old running statistics in the new, from 0 to 1. Default 0.99 (Keras; PyTorch's 0.1 means 0.9 here). */
  readonly momentum?: number | undefined
}

/** The options of {@link layerNormalization}. */
export interface LayerNormalizationOptions extends NormalizationOptions {}

/**
 * `y = gamma · (x − mean) / √(variance + epsilon) + beta`, with a feature's mean and variance over the batch in training, and the running
 * statistics `movingMean` and `movingVariance` otherwise and while the layer is not trainable. Ioffe and Szegedy, 2015; settings as Keras.
 *
 * @throws ConfigError when an option is unknown or out of its range.
 */
export const batchNormalization = (options: BatchNormalizationOptions = {}): Layer =>
  new Layer(BATCH_NORMALIZATION, options)

/** @internal */
export const BATCH_NORMALIZATION: LayerKind = normalizing('batchNormalization', [
  'momentum',
  'epsilon',
  'center',
  'scale',
])

/**
 * `y = gamma · (x − mean) / √(variance + epsilon) + beta`, with mean and variance over a row's features. Ba, Kiros and Hinton, 2016.
 *
 * @throws ConfigError when an option is unknown or out of its range.
 */
export const layerNormalization = (options: LayerNormalizationOptions = {}): Layer =>
  new Layer(LAYER_NORMALIZATION, options)

/** @internal */
export const LAYER_NORMALIZATION: LayerKind = normalizing('layerNormalization', ['epsilon', 'center', 'scale'])

function normalizing(name: string, options: readonly string[]): LayerKind {
  return {
    name,
    options,
    weighted: true,
    read: (given, where) => plainSettings(name, given, where),
    width: (_, inputs, where) => onlyWidth(inputs, where),
    words: (config) => plainWords(name, config),
  }
}
