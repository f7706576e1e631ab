import { describe, expect, it } from 'vitest'
import { cosTurns, exp, sinTurns } from '../../ts/surfaces/elementary.ts'
import * as module from '../../ts/surfaces.ts'

const surfaces = Object.values(module).filter((value) => typeof value !== 'function') as module.Surface[]

/**
 * The value at the global minima, from the literature named in the documentation; multiMinima's by Newton's method in
 * double precision.
 */
const MINIMUM: Readonly<Record<string, number>> = {
  beale: 0,
  booth: 0,
  himmelblau: 0,
  rosenbrock: 0,
  rastrigin: 0,
  ackley: 0,
  sixHumpCamel: -1.031628453489877,
  illConditionedQuadratic: 0,
  multiMinima: -2.0630902517681946,
}

/** How far x and y go from the middle, and the middle: what the literature draws. */
const DOMAIN: Readonly<Record<string, readonly [x: number, y: number, middle?: number]>> = {
  beale: [4.5, 4.5],
  booth: [10, 10],
  himmelblau: [6, 6],
  rosenbrock: [2, 2, 1],
  rastrigin: [5.12, 5.12],
  ackley: [5, 5],
  sixHumpCamel: [3, 2],
  saddle: [2, 2],
  monkeySaddle: [2, 2],
  illConditionedQuadratic: [12, 2],
  multiMinima: [2, 2],
}

/** Points all over a surface's domain. */
function* grid({ domain: [[left, right], [low, high]] }: module.Surface, count = 40) {
  for (let i = 0; i <= count; i++) {
    for (let j = 0; j <= count; j++) {
      yield [
        left + ((right - left) * (i + 0.29)) / (count + 0.6),
        low + ((high - low) * (j + 0.31)) / (count + 0.6),
      ] as const
    }
  }
}

it('there are eleven, under their own names', () => {
  expect(surfaces).toHaveLength(11)
  for (const surface of surfaces) expect(Object.entries(module)).toContainEqual([surface.name, surface])
})

describe.each(surfaces.map((surface) => [surface.name, surface] as const))('%s', (name, surface) => {
  const [[left, right], [low, high]] = surface.domain
  const isInside = ([x, y]: module.Point) => x > left && x < right && y > low && y < high

  it('has the gradient of its height', () => {
    for (const [x, y] of grid(surface)) {
      // Central differences: exact up to h² f‴/6 and rounding, eps f / h.
      const h = 1e-5
      const truth = [
        (surface.value(x + h, y) - surface.value(x - h, y)) / (2 * h),
        (surface.value(x, y + h) - surface.value(x, y - h)) / (2 * h),
      ]
      surface.gradient(x, y).forEach((slope, i) => {
        const expected = truth[i] ?? Number.NaN
        expect(Math.abs(slope - expected), `at ${x}, ${y}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)))
      })
    }
  })

  it('starts inside its domain, away from level ground', () => {
    const [x, y, middle = 0] = DOMAIN[name] ?? [Number.NaN, Number.NaN]
    expect(surface.domain).toEqual([
      [-x, x],
      [middle - y, middle + y],
    ])
    expect(isInside(surface.start)).toBe(true)
    expect(Math.hypot(...surface.gradient(...surface.start))).toBeGreaterThan(0.1)
  })

  it('has its minima where it says, and nothing lower', () => {
    const height = MINIMUM[name] ?? Number.NEGATIVE_INFINITY
    expect(surface.minima.length > 0).toBe(name in MINIMUM)
    for (const point of surface.minima) {
      expect(isInside(point)).toBe(true)
      expect(surface.value(...point)).toBeCloseTo(height, 12)
      expect(Math.hypot(...surface.gradient(...point))).toBeLessThan(1e-12)
    }
    for (const point of grid(surface)) expect(surface.value(...point)).toBeGreaterThanOrEqual(height)
  })

  it('cannot be changed', () => {
    expect(Object.isFrozen(surface)).toBe(true)
    for (const part of [surface.domain, ...surface.domain, surface.start, surface.minima, ...surface.minima]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })
})

it('saddles are level in the middle and fall from there', () => {
  for (const { gradient, value } of [module.saddle, module.monkeySaddle]) {
    expect(Math.hypot(...gradient(0, 0))).toBe(0)
    expect(Math.min(value(0, 1), value(-1, 0))).toBeLessThan(0)
  }
})

it('himmelblau has four minima, sixHumpCamel two', () => {
  expect(module.himmelblau.minima).toHaveLength(4)
  expect(module.sixHumpCamel.minima).toHaveLength(2)
})

it('rastrigin and ackley are exactly 0 at their minimum', () => {
  expect(module.rastrigin.value(0, 0)).toBe(0)
  expect(module.ackley.value(0, 0)).toBe(0)
  expect(module.ackley.gradient(0, 0)).toEqual([0, 0])
})

describe('elementary functions', () => {
  const close = (actual: number, truth: number) => Math.abs(actual - truth) <= 2 * 2 ** -52 * Math.abs(truth)

  it('exp is within 2 units of the last place of this engine', () => {
    for (let x = -740; x < 709; x += 0.3717) {
      // Below 1e-308 numbers are denormal and have fewer digits.
      if (x > -708) expect(close(exp(x), Math.exp(x)), `exp(${x})`).toBe(true)
      else expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(1e-323)
    }
    expect([exp(0), exp(1000), exp(-1000), exp(Number.NaN)]).toEqual([1, Number.POSITIVE_INFINITY, 0, Number.NaN])
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0)
  })

  it('sine and cosine of turns are exact at quarters and close between', () => {
    for (let turns = -6; turns <= 6; turns += 0.0137) {
      expect(Math.abs(cosTurns(turns) - Math.cos(2 * Math.PI * turns))).toBeLessThan(1e-14)
      expect(Math.abs(sinTurns(turns) - Math.sin(2 * Math.PI * turns))).toBeLessThan(1e-14)
    }
    for (const [turns, cosine, sine] of [
      [0, 1, 0],
      [0.25, 0, 1],
      [0.5, -1, 0],
      [-0.25, 0, -1],
      [7, 1, 0],
      [-2.5, -1, 0],
    ] as const) {
      expect(cosTurns(turns)).toBeCloseTo(cosine, 20)
      expect(sinTurns(turns)).toBeCloseTo(sine, 20)
    }
  })
})
