/** Layers that disturb training and do nothing otherwise. */

import { outOfRange } from '../checks.ts'
import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'

/** The options of {@link dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** The share of numbers that become 0, from 0 to below 1. */
  readonly rate: number
}

/**
 * In training each number becomes 0 with probability `rate`, and the others are divided by `1 − rate`; otherwise nothing happens.
 * Which ones depends on the model's seed, the step and the place alone. Srivastava et al., "Dropout", 2014.
 *
 * @throws ConfigError when `rate` is missing or not from 0 to below 1.
 */
export const dropout = (options: DropoutOptions): Layer => new Layer(DROPOUT, options)

/** @internal */
export const DROPOUT: LayerKind = disturbing('dropout', 'rate', 'given: a number from 0 to below 1')

/** The options of {@link gaussianNoise}. */
export interface GaussianNoiseOptions extends LayerOptions {
  /** The standard deviation of what is added, at least 0. */
  readonly standardDeviation: number
}

/**
 * In training adds a normal random number of mean 0 to each number; otherwise nothing happens.
 *
 * @throws ConfigError when `standardDeviation` is missing or negative.
 */
export const gaussianNoise = (options: GaussianNoiseOptions): Layer => new Layer(GAUSSIAN_NOISE, options)

/** @internal */
export const GAUSSIAN_NOISE: LayerKind = disturbing(
  'gaussianNoise',
  'standardDeviation',
  'given: a finite number, at least 0',
)

function disturbing(name: string, option: string, expected: string): LayerKind {
  return {
    name,
    options: [option],
    weighted: false,
    read: (given, where) => {
      if (given[option] === undefined) throw outOfRange(where, option, expected, undefined)
      return plainSettings(name, given, where)
    },
    width: (_, inputs, where) => onlyWidth(inputs, where),
    words: (config) => plainWords(name, config),
  }
}
