/** The shape of a row. */

import { checkRange, outOfRange, show } from '../checks.ts'
import { ConfigError } from '../runtime/errors.ts'

/** The number of features that a shape names. */
export function widthOfShape(shape: unknown, where: string, name: string): number {
  if (Array.isArray(shape) && shape.length > 1) {
    const product = shape.reduce((a: number, b: unknown) => a * (typeof b === 'number' ? b : 1), 1)
    const text = Array.from(shape.slice(0, 8), show).join(', ')
    throw new ConfigError(
      `${where}: ${name} must be [features]: rows are flat here, for example [${product}]; got [${text}]`,
    )
  }
  if (!Array.isArray(shape) || shape.length === 0)
    throw outOfRange(where, name, 'an array [features], for example [784]', shape)
  return checkRange(where, `${name}[0]`, shape[0], 'count')
}
