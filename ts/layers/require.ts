/** Options without a default. */

import { outOfRange } from '../checks.ts'
import type { LayerConfig } from './layer.ts'

/** The same options, after a check that the whole number `name` is among them. Its range is checked with the others. */
export function requireCount(given: LayerConfig, name: string, where: string): LayerConfig {
  if (given[name] === undefined) throw outOfRange(where, name, 'given: a whole number from 1', undefined)
  return given
}
