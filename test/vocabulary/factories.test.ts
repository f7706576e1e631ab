/** What every factory of every family does. */

import { describe, expect, it } from 'vitest'
import type { Range } from '../../ts/checks.ts'
import { ConfigError } from '../../ts/runtime/errors.ts'
import { encode } from '../../ts/vocabulary.ts'
import { MEMBERS } from './families.ts'

/** Values outside each range. */
const OUTSIDE: Readonly<Record<Extract<Range, string>, readonly unknown[]>> = {
  finite: [Number.NaN, Number.POSITIVE_INFINITY, 1e39, '1', null, [1]],
  nonNegative: [-1e-9, Number.NaN, Number.POSITIVE_INFINITY, 1e39, '0', null],
  positive: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, true],
  belowOne: [1, -0.1, Number.NaN, '0.5'],
  unit: [1.0001, -0.1, Number.NaN, {}],
  count: [0, -1, 1.5, 2 ** 31, Number.NaN, '3'],
  index: [-1, 0.5, 2 ** 31, Number.NaN, 3n],
  flag: [0, 1, 'true', null],
}

const outside = (range: Range) => (typeof range === 'string' ? OUTSIDE[range] : ['none of them', 0, null, ''])

describe.each(MEMBERS.map((member) => [`${member.family.family} ${member.name}`, member] as const))(
  '%s',
  (_, member) => {
    const { name, entry, required, build, family } = member

    it('has the defaults of the table', () => {
      const defaults = Object.fromEntries(entry.params.map((param) => [param.name, param.default]))
      expect(build()).toEqual({ kind: name, ...defaults, ...required })
    })

    it('makes frozen plain data', () => {
      const data = build()
      expect(Object.isFrozen(data)).toBe(true)
      expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
      expect(JSON.parse(JSON.stringify(data))).toEqual(data)
    })

    it('is resolved from its data, whole or in part', () => {
      expect(family.resolve(build(), 'here')).toEqual(build())
      expect(family.resolve({ kind: name, ...required }, 'here')).toEqual(build())
    })

    it('is resolved from its name, or says what must be given', () => {
      if (Object.keys(required).length === 0) expect(family.resolve(name, 'here')).toEqual(build())
      else expect(() => family.resolve(name, 'here')).toThrow(ConfigError)
    })

    it('takes undefined for what is not given', () => {
      const nothing = Object.fromEntries(entry.params.filter((p) => p.default !== null).map((p) => [p.name, undefined]))
      expect(build(nothing)).toEqual(build())
    })

    it('refuses an unknown option and says the nearest', () => {
      expect(() => build({ notAnOption: 1 })).toThrow(ConfigError)
      expect(() => build({ notAnOption: 1 })).toThrow(/unknown option 'notAnOption'/)
      for (const param of entry.params) {
        expect(() => build({ [`${param.name}s`]: 1 })).toThrow(`did you mean '${param.name}'?`)
      }
    })

    it('refuses options that are no object', () => {
      const factory = Object.entries(family.module).find(([key]) => key === name)?.[1] as (options: unknown) => unknown
      for (const options of [0.1, 'x', null, [], new Float32Array(2), true]) {
        expect(() => factory(options)).toThrow(ConfigError)
      }
    })

    it('refuses what is out of range, by name and value', () => {
      for (const param of entry.params) {
        // A rate may be a schedule, so that objects are refused as such.
        for (const value of outside(param.range)) {
          expect(() => build({ [param.name]: value }), `${param.name}: ${String(value)}`).toThrow(ConfigError)
          expect(() => build({ [param.name]: value })).toThrow(param.name)
        }
      }
      for (const param of entry.params.filter((p) => p.range === 'nonNegative')) {
        expect(() => build({ [param.name]: -3.5 })).toThrow(`${name}: ${param.name} must be`)
        expect(() => build({ [param.name]: -3.5 })).toThrow('got -3.5')
      }
    })

    it('crosses as its code and a finite number for each setting', () => {
      const numbers = Object.fromEntries(entry.params.map((p) => [p.name, build()[p.name]]))
      const words = encode(family.family, { kind: name, ...numbers } as never)
      expect(words).toHaveLength(1 + entry.params.length)
      expect(words.every(Number.isFinite)).toBe(true)
    })
  },
)

it('gives every member of a family a code of its own', () => {
  const codes = MEMBERS.map(({ family, build }) => `${family.family} ${encode(family.family, build() as never)[0]}`)
  expect(new Set(codes).size).toBe(MEMBERS.length)
  expect(codes.filter((code) => code.endsWith('-1'))).toEqual([])
})
