/** What single families have beyond the table. */

import { describe, expect, it } from 'vitest'
import { encodeConstraint, maxNorm, minMaxNorm, resolveConstraint, unitNorm } from '../../ts/constraints.ts'
import { encodeInitializer, heNormal, randomUniform, resolveInitializer } from '../../ts/initializers.ts'
import { customLoss, meanSquaredError, resolveLoss } from '../../ts/losses.ts'
import { accuracy, encodeMetric, resolveMetric } from '../../ts/metrics.ts'
import { encodeRegularizer, l1, l1l2, l2, resolveRegularizer } from '../../ts/regularizers.ts'
import { ConfigError } from '../../ts/runtime/errors.ts'
import { names } from '../../ts/vocabulary.ts'

describe('regularizers', () => {
  it('are the strengths of both penalties', () => {
    expect(l1(0.5)).toEqual({ kind: 'l1l2', l1: 0.5, l2: 0 })
    expect(l2(0.5)).toEqual({ kind: 'l1l2', l1: 0, l2: 0.5 })
    expect(l1l2({ l1: 1, l2: 2 })).toEqual({ kind: 'l1l2', l1: 1, l2: 2 })
    expect(encodeRegularizer(l1l2({ l1: 1, l2: 2 }))).toEqual([1, 2])
    expect(Object.isFrozen(l1())).toBe(true)
  })

  it("have Keras's strength by default", () => {
    expect(l1()).toEqual(resolveRegularizer('l1', 'f'))
    expect(l2()).toEqual(resolveRegularizer('l2', 'f'))
    expect(l1l2()).toEqual(resolveRegularizer('l1l2', 'f'))
    expect(l1l2()).toEqual({ kind: 'l1l2', l1: 0.01, l2: 0.01 })
  })

  it("beside one strength the other is 0, as in Keras's L1L2", () => {
    expect(l1l2({ l2: 0.5 })).toEqual({ kind: 'l1l2', l1: 0, l2: 0.5 })
    expect(l1l2({ l1: 0.5 })).toEqual({ kind: 'l1l2', l1: 0.5, l2: 0 })
    expect(resolveRegularizer({ kind: 'l1l2', l2: 0.5 }, 'f')).toEqual({ kind: 'l1l2', l1: 0, l2: 0.5 })
  })

  it('as plain data have the strength that is said, and no other option', () => {
    expect(resolveRegularizer({ kind: 'l1', strength: 0.3 }, 'f')).toEqual(l1(0.3))
    expect(resolveRegularizer({ kind: 'l2', strength: 0.3 }, 'f')).toEqual(l2(0.3))
    expect(() => resolveRegularizer({ kind: 'l2', l2: 0.3 }, 'f')).toThrow("f l2: unknown option 'l2'. Known: strength")
  })

  it('are nothing when nothing is given', () => {
    expect(encodeRegularizer(resolveRegularizer(undefined, 'f'))).toEqual([0, 0])
    expect(encodeRegularizer(resolveRegularizer(null, 'f'))).toEqual([0, 0])
  })

  it('refuse strengths out of range and unknown names', () => {
    expect(() => l1(-1)).toThrow('l1: strength must be a finite number, at least 0; got -1')
    expect(() => l2({ l2: 1 } as never)).toThrow(ConfigError)
    expect(() => l1l2({ l1: Number.NaN })).toThrow('l1l2: l1 must be')
    expect(() => resolveRegularizer({ kind: 'l1l2', l3: 1 }, "dense 'a': kernelRegularizer")).toThrow(
      "unknown option 'l3'",
    )
    expect(() => resolveRegularizer('l3', 'f')).toThrow(ConfigError)
  })
})

describe('constraints', () => {
  it('are none when nothing is given', () => {
    expect(encodeConstraint(resolveConstraint(undefined, 'f'))).toEqual([0])
    expect(encodeConstraint(resolveConstraint(null, 'f'))).toEqual([0])
  })

  it('refuse an axis that a matrix has not', () => {
    expect(() => unitNorm({ axis: 2 })).toThrow('unitNorm: axis must be 0 or 1; got 2')
    expect(() => resolveConstraint({ kind: 'maxNorm', axis: 2 }, 'f')).toThrow('f maxNorm: axis must be 0 or 1; got 2')
    expect(encodeConstraint(maxNorm({ axis: 1 }))).toEqual([names('constraint').indexOf('maxNorm'), 2, 1])
  })

  it('refuse an empty range of norms', () => {
    expect(() => minMaxNorm({ minValue: 2 })).toThrow('minMaxNorm: minValue must be at most maxValue, 1; got 2')
    expect(minMaxNorm({ minValue: 1 })).toMatchObject({ minValue: 1, maxValue: 1 })
  })
})

describe('initializers', () => {
  it('may have a seed of their own', () => {
    expect(heNormal({ seed: 7 })).toEqual({ kind: 'heNormal', seed: 7 })
    expect(heNormal()).toEqual({ kind: 'heNormal' })
    const code = names('initializer').indexOf('heNormal')
    expect(encodeInitializer(heNormal())).toEqual([code, 0, 0, 0])
    expect(encodeInitializer(heNormal({ seed: 2 ** 32 + 9 }))).toEqual([code, 1, 9, 1])
    expect(resolveInitializer({ kind: 'heNormal', seed: 3 }, 'f')).toEqual(heNormal({ seed: 3 }))
  })

  it('refuse a seed that is none, and an empty interval', () => {
    expect(() => heNormal({ seed: -1 })).toThrow(
      'heNormal: seed must be a whole number from 0 to 9007199254740991; got -1',
    )
    expect(() => randomUniform({ minValue: 1 })).toThrow(
      'randomUniform: minValue must be at most maxValue, 0.05; got 1',
    )
  })
})

describe('losses of your own', () => {
  const evaluate = () => 0

  it('are frozen data', () => {
    const loss = customLoss({ name: 'mine', evaluate })
    expect(loss).toEqual({ kind: 'custom', name: 'mine', evaluate })
    expect(Object.isFrozen(loss)).toBe(true)
    expect(resolveLoss(loss, 'compile')).toEqual(loss)
  })

  it('may have labels of their own width', () => {
    expect(customLoss({ name: 'mine', evaluate, labelWidth: 1 })).toEqual({
      kind: 'custom',
      name: 'mine',
      evaluate,
      labelWidth: 1,
    })
    for (const labelWidth of [0, 1.5, -1, Number.NaN, '1'])
      expect(() => customLoss({ name: 'mine', evaluate, labelWidth } as never)).toThrow(
        'labelWidth must be a whole number',
      )
  })

  it('need a name and a function', () => {
    expect(() => customLoss({ name: '', evaluate })).toThrow(ConfigError)
    expect(() => customLoss({ name: 'mine' } as never)).toThrow('evaluate must be a function')
    expect(() => customLoss({ name: 'mine', evaluate, gradient: 1 } as never)).toThrow("unknown option 'gradient'")
  })
})

describe('metrics', () => {
  it('may be losses', () => {
    expect(resolveMetric('logCosh', 'f')).toEqual({ kind: 'logCosh' })
    expect(encodeMetric(resolveMetric('logCosh', 'f'))).toEqual([1, names('loss').indexOf('logCosh')])
    expect(encodeMetric(accuracy())).toEqual([0, names('metric').indexOf('accuracy')])
  })

  it('come before losses of the same name', () => {
    expect(encodeMetric(resolveMetric(meanSquaredError(), 'f'))).toEqual([
      0,
      names('metric').indexOf('meanSquaredError'),
    ])
  })

  it('are told from misspelt ones', () => {
    expect(() => resolveMetric('acuracy', 'compile: metrics[0]')).toThrow("did you mean 'accuracy'?")
  })

  it('may be losses of your own', () => {
    const mine = customLoss({ name: 'mine', evaluate: () => 0 })
    expect(resolveMetric(mine, 'f')).toEqual(mine)
    expect(encodeMetric(mine)).toEqual([2])
    expect(() => resolveMetric({ kind: 'custom', name: 'mine' }, 'f')).toThrow(ConfigError)
  })
})

it('refuses what is neither name nor data', () => {
  for (const value of [3, null, undefined, {}, [], { kind: 3 }, () => 0]) {
    expect(() => resolveLoss(value, 'compile: loss'), String(value)).toThrow(ConfigError)
  }
})
