/** A layer that takes some columns of a value. */

import { ShapeError } from '../runtime/errors.ts'
import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'
import { requireCount } from './require.ts'

/** The options of {@link slice}. */
export interface SliceOptions extends LayerOptions {
  /** The first column, from 0. Default 0. */
  readonly start?: number | undefined
  /** How many columns. */
  readonly width: number
}

/**
 * Columns `start … start + width − 1`: `[batch, features] → [batch, width]`. Splits one output into several, each with a loss of its own.
 *
 * @throws ConfigError when `width` is missing or no whole number from 1.
 */
export const slice = (options: SliceOptions): Layer => new Layer(SLICE, options)

/** @internal */
export const SLICE: LayerKind = {
  name: 'slice',
  options: ['start', 'width'],
  weighted: false,
  read: (given, where) => plainSettings('slice', requireCount(given, 'width', where), where),
  width: (config, inputs, where) => {
    const features = onlyWidth(inputs, where)
    const { start, width } = config as { start: number; width: number }
    if (start + width > features) {
      throw new ShapeError(
        `${where} takes columns ${start} to ${start + width - 1} of a value that has ${features}; the last is ${features - 1}`,
      )
    }
    return width
  },
  words: (config) => plainWords('slice', config),
}
