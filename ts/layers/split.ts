/** One value as several. */

import { checkOptions, checkRange, outOfRange } from '../checks.ts'
import { ShapeError } from '../runtime/errors.ts'
import { checkName, SymbolicTensor } from './layer.ts'
import { slice } from './slice.ts'

/** The options of {@link split}. */
export interface SplitOptions<S extends readonly number[] = readonly number[]> {
  /** How many columns each part has, from the first column on; together all that the value has. */
  readonly sizes: S
  /** The name of the parts' layers, numbered: `name_0`, `name_1`, … Default: `slice`, numbered. */
  readonly name?: string | undefined
}

/** What {@link split} returns. */
export interface Split<S extends readonly number[] = readonly number[]> {
  /**
   * The parts of a value, in order; each is what a `slice` makes.
   *
   * @throws ShapeError when the sizes do not add up to the value's width.
   */
  apply(value: SymbolicTensor): { readonly [K in keyof S]: SymbolicTensor }
}

/**
 * Cuts a value into neighbouring parts: `const [domain, item] = split({ sizes: [3, 31] }).apply(logits)`. Each part is a `slice` layer; with an
 * `activation('softmax')` on it and its cross-entropy it is computed fused on the logits, as an output of its own would be.
 *
 * @throws ConfigError when `sizes` is no array of whole numbers from 1.
 */
export function split<const S extends readonly number[]>(options: SplitOptions<S>): Split<S> {
  const where = 'split'
  const { sizes, name } = checkOptions(where, options, ['sizes', 'name'])
  if (!Array.isArray(sizes) || sizes.length === 0) {
    throw outOfRange(where, 'sizes', 'an array of widths, for example [3, 31]', sizes)
  }
  const widths = Array.from(sizes, (size: unknown, i) => checkRange(where, `sizes[${i}]`, size, 'count'))
  if (name !== undefined) checkName(where, name)
  const total = widths.reduce((sum, width) => sum + width, 0)
  const apply = (value: SymbolicTensor) => {
    if (!(value instanceof SymbolicTensor)) {
      throw outOfRange(where, 'apply', 'called with what input() or apply() returned', value)
    }
    if (value.width !== total) {
      throw new ShapeError(`split into ${widths.join(' + ')} = ${total} columns of a value that has ${value.width}`)
    }
    let start = 0
    return widths.map((width, i) => {
      const part = slice({ start, width, ...(name !== undefined && { name: `${name}_${i}` }) })
      start += width
      return part.apply(value)
    })
  }
  return Object.freeze({ apply }) as Split<S>
}
