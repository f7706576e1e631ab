import { describe, expect, it } from 'vitest'
import { calculateGain } from '../../ts/calculate-gain.ts'
import { glorotUniform, heNormal } from '../../ts/initializers.ts'
import { initialize, learningRateAt } from '../../ts/ops.ts'
import { ConfigError } from '../../ts/runtime/errors.ts'
import { cosineDecay } from '../../ts/schedules.ts'
import { names } from '../../ts/vocabulary.ts'

describe.each(names('initializer'))('%s', (name) => {
  it('depends on its arguments alone', () => {
    const first = initialize(name, [12, 7], 5)
    expect(first.shape).toEqual([12, 7])
    expect(initialize(name, [12, 7], 5)).toEqual(first)
  })

  // These three draw nothing.
  it.skipIf(['zeros', 'ones', 'constant'].includes(name))('draws other numbers for every seed', () => {
    const drawn = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((seed) =>
      initialize(name, [3, 3], seed).data.join(),
    )
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  it('gives an empty matrix for an empty shape', () => {
    expect(initialize(name, [0, 4], 1)).toEqual({ data: new Float32Array(0), shape: [0, 4] })
    expect(initialize(name, [4, 0], 1)).toEqual({ data: new Float32Array(0), shape: [4, 0] })
  })
})

it("puts the initializer's own seed first", () => {
  expect(initialize(heNormal({ seed: 3 }), [4, 4], 9)).toEqual(initialize('heNormal', [4, 4], 3))
  expect(initialize('heNormal', [4, 4])).toEqual(initialize('heNormal', [4, 4], 0))
})

it.each([
  ['an unknown initializer', () => initialize('hemormal' as never, [1, 1], 0), "did you mean 'heNormal'?"],
  ['a shape that is none', () => initialize('zeros', [3] as never, 0), 'shape must be [fanIn, fanOut]'],
  ['a fan that is no size', () => initialize('zeros', [3, -1], 0), 'shape[1] must be a whole number'],
  ['a seed that is none', () => initialize('zeros', [3, 1], 0.5), 'seed must be a whole number'],
  ['a size beyond memory', () => initialize(glorotUniform(), [1e5, 1e5], 0), 'do not fit in WebAssembly memory'],
  [
    'a size that wraps in 32 bits',
    () => initialize(glorotUniform(), [65536, 65536], 0),
    'do not fit in WebAssembly memory',
  ],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(ConfigError)
  expect(call).toThrow(message)
})

describe('learningRateAt', () => {
  it('takes a number for a rate that stays', () => {
    expect(learningRateAt(0.125, 0)).toBe(0.125)
    expect(learningRateAt(0.125, Number.MAX_SAFE_INTEGER)).toBe(0.125)
  })

  it('counts beyond 2³¹ and 2³²', () => {
    const schedule = cosineDecay({ initialLearningRate: 1, decaySteps: 2 ** 33 })
    expect(learningRateAt(schedule, 2 ** 32)).toBeCloseTo(0.5, 12)
    expect(learningRateAt(schedule, 2 ** 31)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12)
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53, '3'])('refuses step %s', (step) => {
    expect(() => learningRateAt(0.1, step as number)).toThrow(ConfigError)
  })

  it('refuses what is no schedule', () => {
    expect(() => learningRateAt('cosineDecay' as never, 0)).toThrow('initialLearningRate must be given')
    expect(() => learningRateAt(-0.1, 0)).toThrow(ConfigError)
  })
})

it('calculateGain refuses what has no gain', () => {
  expect(() => calculateGain('leaky_relu' as never)).toThrow("did you mean 'leakyRelu'?")
  expect(() => calculateGain('leakyRelu', Number.NaN)).toThrow('negativeSlope must be a finite number; got NaN')
})
