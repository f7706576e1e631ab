/**
 * The vocabulary as types and checked data. Names, settings, defaults and ranges come from the generated table, which
 * Rust writes.
 *
 * A member in use is frozen plain data, `{ kind: 'leakyRelu', negativeSlope: 0.01 }`, with every setting filled in.
 */

import { checkOptions, checkRange, type Range, unknownName, type ValueOf } from './checks.ts'
import { VOCABULARY } from './generated/vocabulary.ts'
import { ConfigError } from './runtime/errors.ts'

/** A kind of named things: activations, losses … */
export type Family = Exclude<keyof typeof VOCABULARY, 'parameter'>

type Table<F extends Family> = (typeof VOCABULARY)[F]
/** The settings of a member: range and default of each. */
type Row<F extends Family, N> = N extends keyof Table<F> ? Table<F>[N] : never
type ValueIn<S> = S extends readonly [infer R, unknown] ? ValueOf<R> : never

/** The names of a family. */
export type Name<F extends Family> = keyof Table<F> & string

/** Every setting of a member. */
export type Settings<F extends Family, N> = {
  readonly [P in keyof Row<F, N>]: ValueIn<Row<F, N>[P]>
}

/** The names of the settings that have no default. */
type Mandatory<R> = { [P in keyof R]: R[P] extends readonly [unknown, null] ? P : never }[keyof R]

/**
 * One object type in place of several joined by `&`: what editors show is readable, and a number is no set of options.
 */
type Flat<T> = { [K in keyof T]: T[K] }

/** What a factory takes: the settings that have no default, and any of the others. */
export type Options<F extends Family, N> = [keyof Row<F, N>] extends [never]
  ? { readonly [name: string]: never }
  : Flat<
      { readonly [P in Mandatory<Row<F, N>>]: ValueIn<Row<F, N>[P]> } & {
        readonly [P in Exclude<keyof Row<F, N>, Mandatory<Row<F, N>>>]?: ValueIn<Row<F, N>[P]> | undefined
      }
    >

/** A member with all its settings; over several names, the union of them. */
export type Data<F extends Family, N extends Name<F> = Name<F>> =
  N extends Name<F> ? Flat<{ readonly kind: N } & Settings<F, N>> : never

/** A setting of a row: which values it may have, and what holds when none is given; null when one must be. */
export type Param = readonly [range: Range, standard: number | boolean | string | null]

/** The settings of a row by name. */
export type Params = Readonly<Record<string, Param>>

/** A row of the generated table, as code reads it. */
export interface Entry {
  readonly name: string
  readonly params: Params
}

/** The table of a family. */
export function table(family: Family): Readonly<Record<string, Params>> {
  return VOCABULARY[family]
}

/** The names of a family, in the order of their codes. */
export function names<F extends Family>(family: F): readonly Name<F>[] {
  return Object.keys(table(family)) as Name<F>[]
}

/** The row of `kind`, which must be one of the family's names. */
export function entryOf(family: Family, kind: unknown, where: string): Entry {
  const known: readonly unknown[] = names(family)
  if (!known.includes(kind)) throw unknownName(where, family, kind, names(family))
  const name = kind as string
  return { name, params: table(family)[name] as Params }
}

/**
 * Makes a member of a family: every setting checked, those not given at their defaults, frozen.
 *
 * @throws ConfigError when an option is unknown or out of its range; the message names option, value and range.
 */
export function create<F extends Family, N extends Name<F>>(
  family: F,
  kind: N,
  options: unknown,
  where: string = kind,
): Data<F, N> {
  const entry = entryOf(family, kind, where)
  const given = checkOptions(where, options, settingNames(entry))
  return Object.freeze({ kind, ...settings(entry, given, where) }) as Data<F, N>
}

/** The settings of a row, taken from `given` or from the table, all within their ranges. */
export function settings(
  entry: Entry,
  given: Readonly<Record<string, unknown>>,
  where: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry.params).map(([name, [range, standard]]) => {
      const value = given[name] === undefined ? standard : given[name]
      if (value === null && standard === null)
        throw new ConfigError(`${where}: ${name} must be given; it has no default`)
      return [name, checkRange(where, name, value, range)]
    }),
  )
}

/** The names of a row's settings. */
export function settingNames(entry: Entry): string[] {
  return Object.keys(entry.params)
}

/**
 * Checked data from what a user passed: a name means its defaults; data is checked again, for it may come from
 * anywhere.
 *
 * @throws ConfigError when the name or an option is unknown, or a setting out of its range.
 */
export function resolve<F extends Family>(family: F, value: unknown, where: string): Data<F> {
  const { kind, options } = split(value)
  const entry = entryOf(family, kind, where)
  return create(family, entry.name as Name<F>, options, `${where} ${entry.name}`)
}

/** The kind of a name or of data, and the options that stand beside it. */
export function split(value: unknown): { kind: unknown; options: Record<string, unknown> } {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return { kind: value, options: {} }
  const { kind, ...options } = value as { kind: unknown } & Record<string, unknown>
  return { kind, options }
}

/**
 * The words of a member: its code, then its settings in the table's order; booleans as 0 and 1, words of a choice as
 * positions.
 */
export function encode<F extends Family>(family: F, data: Data<F>): number[] {
  const code = names(family).indexOf(data.kind)
  const values = data as unknown as Readonly<Record<string, unknown>>
  const params = Object.entries(table(family)[data.kind] ?? {})
  return [code, ...params.map(([name, [range]]) => word(values[name], range))]
}

function word(value: unknown, range: Range): number {
  return typeof range === 'string' ? Number(value) : range.indexOf(value as string)
}
