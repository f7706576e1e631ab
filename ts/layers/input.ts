/** Where a model's data enters. */

import { checkOptions } from '../checks.ts'
import { checkName, SymbolicTensor } from './layer.ts'
import { widthOfShape } from './shape.ts'

/** The options of {@link input}. */
export interface InputOptions {
  /** `[features]`: how many numbers a row has. */
  readonly shape: readonly number[]
  /** Its name in summaries. */
  readonly name?: string | undefined
}

/**
 * An input of a model to describe: `const x = input({ shape: [800] }); const h = dense({ units: 64 }).apply(x)`.
 *
 * @throws ConfigError when the shape is not `[features]`.
 */
export function input(options: InputOptions): SymbolicTensor {
  const { shape, name } = checkOptions('input', options, ['shape', 'name'])
  if (name !== undefined) checkName('input', name)
  return new SymbolicTensor({ width: widthOfShape(shape, 'input', 'shape'), name: name as string | undefined })
}
