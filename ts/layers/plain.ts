/** The plain settings of layers: checked against the generated table, and turned into words. */

import { type Data, encode, entryOf, settings } from '../vocabulary.ts'
import type { LayerConfig } from './layer.ts'

/** The settings that the table has for this kind of layer, checked, with defaults; of `given` only those are read. */
export function plainSettings(kind: string, given: LayerConfig, where: string): Record<string, unknown> {
  return settings(entryOf('layer', kind, where), given, where)
}

/** The layer's code, then its plain settings in the table's order. */
export function plainWords(kind: string, config: LayerConfig): number[] {
  return encode('layer', { kind, ...config } as unknown as Data<'layer'>)
}
