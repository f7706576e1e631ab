/** The names of layers within a model. */

import { show } from '../checks.ts'
import type { Layer } from '../layers/layer.ts'
import { ConfigError } from '../runtime/errors.ts'

/**
 * A name for each layer. Names that the user gave hold; the others are the kind, numbered where it is taken (`dense`, `dense_1`, …).
 * A layer that another model has named keeps that name if it is free.
 *
 * @throws ConfigError when two layers were given the same name.
 */
export function nameLayers(layers: readonly Layer[]): string[] {
  const names = new Map<Layer, string>()
  const taken = new Set<string>()
  for (const layer of layers) {
    if (!layer.named) continue
    if (taken.has(layer.name)) {
      throw new ConfigError(`model: two layers are called ${show(layer.name)}; give each a name of its own`)
    }
    taken.add(layer.name)
    names.set(layer, layer.name)
  }
  for (const layer of layers) {
    const old = layer.givenName
    if (layer.named || old === undefined || taken.has(old)) continue
    taken.add(old)
    names.set(layer, old)
  }
  const next = new Map<string, number>()
  return layers.map((layer) => {
    const known = names.get(layer)
    if (known !== undefined) return known
    let number = next.get(layer.kind) ?? 0
    const numbered = () => (number === 0 ? layer.kind : `${layer.kind}_${number}`)
    while (taken.has(numbered())) number++
    const name = numbered()
    next.set(layer.kind, number + 1)
    taken.add(name)
    return name
  })
}
