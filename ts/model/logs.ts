/** Figures from Rust, by name. */

import type { Logs, LossLogs } from './callbacks/callback.ts'
import type { Core } from './core.ts'
import { put } from './record.ts'

/** Runs so many batches of a training or an evaluation that has begun; says how many it ran. */
export type Advance = (batches: number) => number

/**
 * The means so far of a training or an evaluation, added to `target` under their names.
 *
 * @param advance The run that is meant: of the two, Rust answers for the one that was advanced last, be it by no batch.
 */
export function readLogs(core: Core, advance: Advance, prefix = '', target: Logs = {}): LossLogs {
  const names = core.settings?.logNames ?? []
  advance(0)
  const values = core.use((raw) => raw.logs())
  names.forEach((name, i) => {
    if (name !== undefined) put(target, prefix + name, values[i] ?? Number.NaN)
  })
  // Without a prefix the loss is among them; with one, the target is an epoch's logs.
  return target as LossLogs
}

/** The names of an epoch's figures. */
export function logNames(core: Core, validated: boolean): string[] {
  const names = (core.settings?.logNames ?? []).filter((name) => name !== undefined)
  return validated ? [...names, ...names.map((name) => `val_${name}`)] : names
}
