/** Layers that make one value of several. */

import { many } from '../checks.ts'
import { ShapeError } from '../runtime/errors.ts'
import { Layer, type LayerKind, type LayerOptions } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'

/**
 * Rows side by side: `[batch, a], [batch, b], … → [batch, a + b + …]`.
 *
 * @throws ConfigError when an option is unknown.
 */
export const concatenate = (options: LayerOptions = {}): Layer => new Layer(CONCATENATE, options)

/** @internal */
export const CONCATENATE: LayerKind = merging('concatenate', (inputs) => inputs.reduce((sum, width) => sum + width, 0))

/**
 * The sum of values of one width: `[batch, n], [batch, n], … → [batch, n]`.
 *
 * @throws ConfigError when an option is unknown.
 */
export const add = (options: LayerOptions = {}): Layer => new Layer(ADD, options)

/** @internal */
export const ADD: LayerKind = merging('add', (inputs, where) => {
  const [first = 0] = inputs
  const other = inputs.findIndex((width) => width !== first)
  if (other >= 0) {
    throw new ShapeError(
      `${where} adds values of one width; value 0 has ${many(first, 'feature')} and value ${other} has ${inputs[other]}. ` +
        'Bring them to one width with a dense layer, or use concatenate()',
    )
  }
  return first
})

function merging(name: string, width: (inputs: readonly number[], where: string) => number): LayerKind {
  return {
    name,
    options: [],
    weighted: false,
    read: (given, where) => plainSettings(name, given, where),
    width: (_, inputs, where) => {
      if (inputs.length === 0) throw new ShapeError(`${where} needs at least one value; got none`)
      return width(inputs, where)
    },
    words: (config) => plainWords(name, config),
  }
}
