/** The inputs and outputs of a model by name. */

import { isRecord, show, suggestion } from '../checks.ts'
import { ConfigError } from '../runtime/errors.ts'

/** The inputs or the outputs of a model. */
export interface Ports {
  /** Their names. */
  readonly names: readonly string[]
  /** Whether a user passes and gets them as a record by name. */
  readonly named: boolean
  /** Width of each. */
  readonly widths: readonly number[]
  /** Of a model that was cut at a layer: inputs of the whole that the layer does not depend on. */
  readonly dropped?: { readonly names: readonly string[]; readonly at: string }
}

/** How messages call the value of a port. */
export const portName = (where: string, ports: Ports, index: number): string =>
  ports.named ? `${where}.${ports.names[index]}` : where

/** Refuses a record by name for the one output that has none. Data such as `{ kind: 'huber' }` is no such record. */
export function refuseRecord(value: unknown, where: string): void {
  if (!isRecord(value) || 'kind' in value) return
  const [key] = Object.keys(value)
  if (key === undefined) return
  throw new ConfigError(
    `${where}: the model has one output, which has no name: pass the value itself, or name it when the model is made, ` +
      `outputs: { ${key}: … }; got a record with ${show(key)}`,
  )
}

/** Refuses a key that names no port, with the nearest that does. */
export function refuseUnknown(
  record: object,
  { names, dropped }: Pick<Ports, 'names' | 'dropped'>,
  what: 'input' | 'output',
  where: string,
): void {
  const unknown = Object.keys(record).find((key) => !names.includes(key))
  if (unknown === undefined) return
  if (dropped?.names.includes(unknown)) {
    throw new ConfigError(
      `${where}: the model was cut at ${show(dropped.at)}, which does not depend on the input ${show(unknown)}; leave it out. Known: ${names.join(', ')}`,
    )
  }
  throw new ConfigError(
    `${where}: there is no ${what} ${show(unknown)}${suggestion(unknown, names)} Known: ${names.join(', ')}`,
  )
}
