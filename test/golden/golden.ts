/** Reading of the golden files, and the comparisons that their tests make. */

import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** A member of the vocabulary as golden files name it. */
export interface Member {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

/** What a golden file holds. JSON has no NaN and no infinities: they are strings there. */
export function golden<T>(name: string): T {
  const text = readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text, (_, value) =>
    value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
  ) as T
}

/** The factory of a name in a module of factories. */
export function factory<T>(module: object, name: string): (...arguments_: readonly unknown[]) => T {
  const found = Object.entries(module).find(([key]) => key === name)?.[1]
  if (typeof found !== 'function') throw new Error(`there is no factory ${name}`)
  return found as (...arguments_: readonly unknown[]) => T
}

/** What a case is called in a test's title. */
export function title({ name, options }: Member): string {
  return Object.keys(options).length === 0 ? name : `${name} ${JSON.stringify(options)}`
}

/**
 * How far from the truth a number may be: within `relative` of it, or within `absolute`, or so many units of float32's
 * last place.
 */
export interface Tolerance {
  readonly relative?: number
  readonly absolute?: number
  readonly units?: number
}

/** The distance between neighbouring float32 numbers at x. */
export function unitInLastPlace(x: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126)))
  return 2 ** (Math.min(exponent, 127) - 23)
}

/**
 * Whether `actual`, a float32, is close enough to the float64 `truth`. Where the truth overflows float32 it must be
 * infinite.
 */
export function isClose(actual: number, truth: number, tolerance: Tolerance): boolean {
  const { relative = 0, absolute = 0, units = 0 } = tolerance
  const single = Math.fround(truth)
  if (Number.isNaN(truth)) return Number.isNaN(actual)
  if (!Number.isFinite(single)) return actual === single
  const room = Math.max(relative * Math.abs(truth), absolute, units * unitInLastPlace(truth))
  // Rounding the truth itself to float32 is no error.
  return Math.abs(actual - truth) <= room || actual === single
}

/** Expects every number to be close to its truth; a truth of null is not specified. */
export function expectClose(
  actual: ArrayLike<number>,
  truth: readonly (number | null)[],
  tolerance: Tolerance,
  label: (index: number) => string = (index) => `[${index}]`,
): void {
  expect(actual.length).toBe(truth.length)
  const wrong = truth.flatMap((expected, i) => {
    const got = actual[i] ?? Number.NaN
    return expected === null || isClose(got, expected, tolerance) ? [] : [`${label(i)}: ${got} is not ${expected}`]
  })
  expect(wrong).toEqual([])
}
