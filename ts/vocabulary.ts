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

type Member<F extends Family> = (typeof VOCABULARY)[F][number]
type Setting<F extends Family, N> = Extract<Member<F>, { readonly name: N }>['params'][number]

/** The names of a family. */
export type Name<F extends Family> = Member<F>['name']

/** Every setting of a member. */
export type Settings<F extends Family, N> = {
  readonly [P in Setting<F, N> as P['name']]: ValueOf<P['range']>
}

/** The settings that have no default. */
type Mandatory<F extends Family, N> = Extract<Setting<F, N>, { readonly default: null }>

/**
 * One object type in place of several joined by `&`: what editors show is readable, and a number is no set of options.
 */
type Flat<T> = { [K in keyof T]: T[K] }

/** What a factory takes: the settings that have no default, and any of the others. */
export type Options<F extends Family, N> = [Setting<F, N>] extends [never]
  ? { readonly [name: string]: never }
  : Flat<
      { readonly [P in Mandatory<F, N> as P['name']]: ValueOf<P['range']> } & {
        readonly [P in Exclude<Setting<F, N>, Mandatory<F, N>> as P['name']]?: ValueOf<P['range']> | undefined
      }
    >

/** A member with all its settings; over several names, the union of them. */
export type Data<F extends Family, N extends Name<F> = Name<F>> =
  N extends Name<F> ? Flat<{ readonly kind: N } & Settings<F, N>> : never

/** A setting of a row. */
export interface Param {
  readonly name: string
  readonly range: Range
  /** What holds when nothing is given; null when something must be. */
  readonly default: number | boolean | string | null
}

/** A row of the generated table, as code reads it. */
export interface Entry {
  readonly name: string
  readonly params: readonly Param[]
}

/** The table of a family. */
export function table(family: Family): readonly Entry[] {
  return VOCABULARY[family]
}

/** The names of a family, in the order of their codes. */
export function names<F extends Family>(family: F): readonly Name<F>[] {
  return VOCABULARY[family].map((entry) => entry.name as Name<F>)
}

/** The row of `kind`, which must be one of the family's names. */
export function entryOf(family: Family, kind: unknown, where: string): Entry {
  const entry = table(family).find((row) => row.name === kind)
  if (entry === undefined) throw unknownName(where, family, kind, names(family))
  return entry
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
    entry.params.map(({ name, range, default: standard }) => {
      const value = given[name] === undefined ? standard : given[name]
      if (value === null && standard === null)
        throw new ConfigError(`${where}: ${name} must be given; it has no default`)
      return [name, checkRange(where, name, value, range)]
    }),
  )
}

/** The names of a row's settings. */
export function settingNames(entry: Entry): string[] {
  return entry.params.map((param) => param.name)
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
  const rows = table(family)
  const code = rows.findIndex((row) => row.name === data.kind)
  const values = data as unknown as Readonly<Record<string, unknown>>
  const words = rows[code]?.params.map(({ name, range }) => word(values[name], range)) ?? []
  return [code, ...words]
}

function word(value: unknown, range: Range): number {
  return typeof range === 'string' ? Number(value) : range.indexOf(value as string)
}
