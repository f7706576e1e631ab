/**
 * Checks of what a user passes, with messages that say where, what was expected and what came.
 *
 * `where` names the place as the user wrote it: `adam`, `dense 'hidden': activation`.
 */

import { ConfigError } from './runtime/errors.ts'

/** Which numbers a setting may take: a name of the generated table, or a list of words. */
export type Range =
  | 'finite'
  | 'nonNegative'
  | 'positive'
  | 'belowOne'
  | 'unit'
  | 'count'
  | 'index'
  | 'flag'
  | readonly string[]

/** The largest float32. Beyond it a setting would be infinite to the kernels. */
const LARGEST = 3.4028234663852886e38
/** The largest whole number that a word may be. */
const LARGEST_WORD = 2147483647

const RANGES = {
  finite: ['a finite number', (x: number) => Math.abs(x) <= LARGEST],
  nonNegative: ['a finite number, at least 0', (x: number) => x >= 0 && x <= LARGEST],
  positive: ['a finite number above 0', (x: number) => x > 0 && x <= LARGEST],
  belowOne: ['a number from 0 to below 1', (x: number) => x >= 0 && x < 1],
  unit: ['a number from 0 to 1', (x: number) => x >= 0 && x <= 1],
  count: ['a whole number from 1 to 2147483647', (x: number) => Number.isInteger(x) && x >= 1 && x <= LARGEST_WORD],
  index: ['a whole number from 0 to 2147483647', (x: number) => Number.isInteger(x) && x >= 0 && x <= LARGEST_WORD],
} as const satisfies Record<string, readonly [string, (x: number) => boolean]>

/** Returns `value` if it lies in `range`, and refuses it by name and value otherwise. */
export function checkRange<R extends Range>(where: string, name: string, value: unknown, range: R): ValueOf<R> {
  if (range === 'flag') {
    if (typeof value !== 'boolean') throw outOfRange(where, name, 'true or false', value)
    return value as ValueOf<R>
  }
  if (typeof range !== 'string') {
    if (typeof value !== 'string' || !range.includes(value)) {
      const near = nearest(value, range)
      throw outOfRange(
        where,
        name,
        `one of ${list(range)}`,
        value,
        near === undefined ? '' : `; did you mean '${near}'?`,
      )
    }
    return value as ValueOf<R>
  }
  const [expected, contains] = RANGES[range as keyof typeof RANGES]
  if (typeof value !== 'number' || !contains(value)) {
    const huge = expected.startsWith('a finite') && Number.isFinite(value) && Math.abs(value as number) > LARGEST
    throw outOfRange(where, name, expected, value, huge ? '; the largest that float32 holds is 3.4028e+38' : '')
  }
  return value as ValueOf<R>
}

/** What a setting of range `R` is in JavaScript. */
export type ValueOf<R> = R extends readonly string[] ? R[number] : R extends 'flag' ? boolean : number

/** The error for a value that is not what was expected. */
export function outOfRange(where: string, name: string, expected: string, value: unknown, hint = ''): ConfigError {
  return new ConfigError(`${where}: ${name} must be ${expected}; got ${show(value)}${hint}`)
}

/**
 * Returns `options` as a record if it is an object whose keys are all known; refuses a key that is not, with the
 * nearest that is.
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): Record<string, unknown> {
  if (options === undefined) return {}
  if (!isRecord(options)) {
    const example = known[0] === undefined ? '' : `, for example { ${known[0]}: … }`
    throw new ConfigError(`${where}: expected an object of options${example}; got ${show(options)}`)
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const hint =
      known.length === 0 ? '; there are no options here' : `${suggestion(key, known)} Known: ${known.join(', ')}`
    throw new ConfigError(`${where}: unknown option ${show(key)}${hint}`)
  }
  return options as Record<string, unknown>
}

/** Whether a value is an object whose keys are meant: no array, and no Map or Set, whose entries are no properties. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false
  return !(value instanceof Map || value instanceof Set)
}

/** The error for a name that no table has, with the nearest that one has. */
export function unknownName(where: string, what: string, value: unknown, known: readonly string[]): ConfigError {
  const article = /^[aeiou]/.test(what) ? 'an' : 'a'
  const problem =
    typeof value === 'string' ? `unknown ${what} ${show(value)}` : `expected ${article} ${what}, got ${show(value)}`
  return new ConfigError(`${where}: ${problem}${suggestion(value, known)} Known: ${known.join(', ')}`)
}

/** Returns `seed` if it is one: a whole number from 0 to 2⁵³ − 1. */
export function checkSeed(where: string, seed: unknown): number {
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0) {
    throw outOfRange(where, 'seed', 'a whole number from 0 to 9007199254740991', seed)
  }
  return seed
}

/** The lower and the upper 32 bits of a seed: the words in which it crosses to Rust. */
export function seedWords(seed: number): [low: number, high: number] {
  return [seed % 2 ** 32, Math.floor(seed / 2 ** 32)]
}

/** What other libraries and papers call some members; used for suggestions alone. */
const SYNONYMS: Readonly<Record<string, string>> = {
  identity: 'linear',
  swish: 'silu',
  hardswish: 'hardSilu',
  logistic: 'sigmoid',
  exp: 'exponential',
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  mape: 'meanAbsolutePercentageError',
  msle: 'meanSquaredLogarithmicError',
  rmse: 'rootMeanSquaredError',
  bce: 'binaryCrossentropy',
  crossentropy: 'categoricalCrossentropy',
  nll: 'sparseCategoricalCrossentropy',
  kld: 'klDivergence',
  momentum: 'sgd',
  nesterov: 'sgd',
  gradientdescent: 'sgd',
  acc: 'accuracy',
  lr: 'learningRate',
  activationfunction: 'activation',
  normal: 'randomNormal',
  uniform: 'randomUniform',
  stddev: 'standardDeviation',
}

/** How a message that goes on with the known names suggests the nearest, if one is near. */
export function suggestion(value: unknown, known: readonly string[]): string {
  const near = nearest(value, known)
  return near === undefined ? '.' : `; did you mean ${show(near)}?`
}

/**
 * The known name nearest to `name`, if one is near: a synonym's, else the one the fewest edits away, letter case and
 * word separators aside. More than two edits, or a third of the letters in a long name, is another name; then one that
 * begins with it (`batch`, `batchSize`).
 */
export function nearest(name: unknown, known: readonly string[]): string | undefined {
  if (typeof name !== 'string') return undefined
  // A long text is no misspelt name, and the distance costs the product of the lengths.
  const wanted = plain(name.slice(0, 64))
  const synonym = Object.hasOwn(SYNONYMS, wanted) ? SYNONYMS[wanted] : undefined
  if (synonym !== undefined && known.includes(synonym)) return synonym
  let best: string | undefined
  let fewest = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of known) {
    const own = plain(candidate)
    const distance = editDistance(wanted, own)
    if (distance < fewest && distance < Math.max(wanted.length, own.length)) {
      fewest = distance
      best = candidate
    }
  }
  if (best !== undefined || wanted.length < 3) return best
  return known.find((candidate) => plain(candidate).startsWith(wanted))
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}

/** How many letters must be inserted, deleted, replaced or swapped with a neighbour to turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1)
      }
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}

/** A value as a message shows it: short, on one line. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (ArrayBuffer.isView(value)) return `${article(value.constructor.name)} of ${many(value.byteLength, 'byte')}`
  if (value instanceof Map || value instanceof Set) return `a ${value.constructor.name}; use a plain object`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}

/** A number of things: `1 row`, `2 rows`. */
export function many(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

function article(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
}

function list(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ')
}
