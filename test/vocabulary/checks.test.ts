import { describe, expect, it } from 'vitest'
import {
  checkOptions,
  checkRange,
  checkSeed,
  editDistance,
  nearest,
  seedWords,
  show,
  unknownName,
} from '../../ts/checks.ts'
import { ConfigError } from '../../ts/runtime/errors.ts'
import { type Family, names } from '../../ts/vocabulary.ts'

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['relu', 'relu', 0],
    ['relu', '', 4],
    ['rleu', 'relu', 1],
    ['reluu', 'relu', 1],
    ['rlu', 'relu', 1],
    ['kitten', 'sitting', 3],
    ['adm', 'adamw', 2],
  ])('of %o and %o is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})

describe('nearest', () => {
  const known: readonly string[] = (['activation', 'loss', 'optimizer', 'initializer', 'metric'] as const).flatMap(
    (family) => names(family as Family),
  )

  it.each([
    ['rellu', 'relu'],
    ['softmx', 'softmax'],
    ['leaky_relu', 'leakyRelu'],
    ['LeakyReLU', 'leakyRelu'],
    ['sigmiod', 'sigmoid'],
    ['swish', 'silu'],
    ['adm', 'adam'],
    ['RMSProp', 'rmsprop'],
    ['mse', 'meanSquaredError'],
    ['sparse_categorical_crossentropy', 'sparseCategoricalCrossentropy'],
    ['glorot_uniform', 'glorotUniform'],
    ['he-normal', 'heNormal'],
    ['acuracy', 'accuracy'],
  ])('to %o is %o', (wrong, right) => {
    expect(nearest(wrong, known)).toBe(right)
  })

  it('finds every name itself', () => {
    for (const name of known) expect(nearest(name, known)).toBe(name)
  })

  it.each([
    ['window', known],
    ['f', ['k']],
    ['to', ['ab']],
    ['hidden', ['domain', 'item']],
    [3, known],
  ])('to %o is nothing', (wrong, names) => {
    expect(nearest(wrong, names)).toBeUndefined()
  })

  it('is a name that begins so, when no other is near', () => {
    expect(nearest('batch', ['epochs', 'batchSize'])).toBe('batchSize')
    expect(nearest('batch', ['batchSize', 'match'])).toBe('match')
  })

  it('is quick for a name of any length', () => {
    expect(nearest('x'.repeat(1e6), known)).toBeUndefined()
  })

  it('knows nothing of what an object inherits', () => {
    expect(nearest('constructor', ['alpha'])).toBeUndefined()
    expect(nearest('__proto__', ['alpha'])).toBeUndefined()
  })
})

describe('checkRange', () => {
  it('returns what lies inside', () => {
    expect(checkRange('f', 'x', -3.4028234663852886e38, 'finite')).toBe(-3.4028234663852886e38)
    expect(checkRange('f', 'x', 0, 'nonNegative')).toBe(0)
    expect(checkRange('f', 'x', 5e-324, 'positive')).toBe(5e-324)
    expect(checkRange('f', 'x', 0.9999, 'belowOne')).toBe(0.9999)
    expect(checkRange('f', 'x', 1, 'unit')).toBe(1)
    expect(checkRange('f', 'x', 2147483647, 'count')).toBe(2147483647)
    expect(checkRange('f', 'x', 0, 'index')).toBe(0)
    expect(checkRange('f', 'x', false, 'flag')).toBe(false)
    expect(checkRange('f', 'x', 'b', ['a', 'b'])).toBe('b')
  })

  it('says where float32 ends', () => {
    const end = '; the largest that float32 holds is 3.4028e+38'
    expect(() => checkRange('adam', 'learningRate', 1e300, 'nonNegative')).toThrow(
      `adam: learningRate must be a finite number, at least 0; got 1e+300${end}`,
    )
    expect(() => checkRange('f', 'x', -1e39, 'finite')).toThrow(`got -1e+39${end}`)
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN, -1, '1e300'])
      expect(() => checkRange('f', 'x', value, 'positive')).toThrow(/^(?!.*float32).*f: x must be/)
  })

  it('names place, option, range and value', () => {
    expect(() => checkRange("dense 'h'", 'units', 2.5, 'count')).toThrow(
      "dense 'h': units must be a whole number from 1 to 2147483647; got 2.5",
    )
    expect(() => checkRange('gelu', 'approximate', 'tan', ['none', 'tanh'])).toThrow(
      "gelu: approximate must be one of 'none', 'tanh'; got 'tan'; did you mean 'tanh'?",
    )
  })
})

describe('checkOptions', () => {
  it('refuses keys that are not known, even those of every object', () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty']) {
      expect(() => checkOptions('f', { [key]: 1 }, ['alpha'])).toThrow(`unknown option '${key}'`)
    }
    expect(() => checkOptions('f', JSON.parse('{ "__proto__": 1 }'), ['alpha'])).toThrow("unknown option '__proto__'")
    expect(() => checkOptions('f', { x: 1 }, [])).toThrow('there are no options here')
  })

  it('takes nothing for no options', () => {
    expect(checkOptions('f', undefined, ['alpha'])).toEqual({})
  })
})

describe('seeds', () => {
  it.each([
    [0, 0, 0],
    [42, 42, 0],
    [2 ** 32 - 1, 0xffffffff, 0],
    [2 ** 32 + 5, 5, 1],
    [Number.MAX_SAFE_INTEGER, 0xffffffff, 0x1fffff],
  ])('%d are the words %d, %d', (seed, low, high) => {
    expect(checkSeed('f', seed)).toBe(seed)
    expect(seedWords(seed)).toEqual([low, high])
  })

  it.each([-1, 0.5, 2 ** 53, Number.NaN, '1', null])('refuses %s', (seed) => {
    expect(() => checkSeed('f', seed)).toThrow(ConfigError)
  })
})

it('shows any value on one short line', () => {
  const values = [
    'x'.repeat(1000),
    3n,
    () => 0,
    Symbol('s'),
    [1, 2],
    new Uint8Array(3),
    {},
    null,
    undefined,
    Number.NaN,
  ]
  for (const value of values) expect(show(value)).toMatch(/^.{1,45}$/)
})

it('says what a name could have been', () => {
  const error = unknownName('here', 'activation', 'rellu', ['linear', 'relu'])
  expect(error.message).toBe("here: unknown activation 'rellu'; did you mean 'relu'? Known: linear, relu")
  expect(unknownName('here', 'activation', 3, ['linear']).message).toContain('expected an activation, got 3')
})
