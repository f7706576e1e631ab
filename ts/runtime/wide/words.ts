/** Descriptions for what a trial computes, as the words that Rust reads (docs/architecture.md, "How a description crosses"). */

import { VOCABULARY } from '../../generated/vocabulary.ts'

type Table = 'activation' | 'optimizer' | 'loss' | 'initializer' | 'constraint' | 'layer'

type Row = Readonly<Record<string, readonly [range: unknown, standard: unknown]>>

/** The members of a table. */
export const members = (table: Table): readonly string[] => Object.keys(VOCABULARY[table])

/** A member with some of its settings; the others have their defaults. */
export function words(table: Table, name: string, settings: Readonly<Record<string, number>> = {}): number[] {
  const rows: Readonly<Record<string, Row>> = VOCABULARY[table]
  const values = Object.entries(rows[name] ?? {}).map(
    ([name, [range, standard]]) =>
      settings[name] ?? (Array.isArray(range) ? range.indexOf(standard) : Number(standard)),
  )
  return [members(table).indexOf(name), ...values]
}

/** A dense layer, drawn from the model's seed, without penalties and constraints. */
function dense(units: number, activation: string): number[] {
  const noSeed = [0, 0, 0]
  const initializers = [
    ...words('initializer', 'glorotUniform'),
    ...noSeed,
    ...words('initializer', 'zeros'),
    ...noSeed,
  ]
  const noPenalties = [0, 0, 0, 0, 0, 0]
  const constraints = [...words('constraint', 'none'), ...words('constraint', 'none')]
  return [
    ...words('layer', 'dense', { units }),
    ...words('activation', activation),
    ...initializers,
    ...noPenalties,
    ...constraints,
  ]
}

/** A chain of dense layers: units and activation of each. */
export function chainWords(
  inputs: number,
  layers: readonly (readonly [units: number, activation: string])[],
): Float64Array {
  const seed = [3, 0]
  return Float64Array.from([
    ...[...seed, 1, inputs],
    ...[layers.length, ...layers.flatMap(([units, activation]) => dense(units, activation))],
    ...[layers.length, ...layers.flatMap((_, i) => [i, 1, i])],
    ...[1, layers.length],
  ])
}

/** What `compile` is told: an optimizer with its own rate, a loss on the one output, everything learns. */
export function compileWords(optimizer: readonly number[], loss: readonly number[], layers: number): Float64Array {
  const noSchedule = 0
  const noClipping = [0, 0]
  const learning = Array.from({ length: layers }, () => [1, 1]).flat()
  const [engineLoss, weight, metrics] = [0, 1, 0]
  return Float64Array.from([...optimizer, noSchedule, ...noClipping, ...learning, engineLoss, ...loss, weight, metrics])
}
