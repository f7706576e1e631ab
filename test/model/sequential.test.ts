import { describe, expect, it } from 'vitest'
import { activation, ConfigError, dense, dropout, type Layer, Model, sequential } from '../../ts/index.ts'
import { allWeights } from './support.ts'

const small = (seed?: number) =>
  sequential({
    inputShape: [3],
    seed,
    layers: [dense({ units: 4, activation: 'relu' }), dropout({ rate: 0.5 }), dense({ units: 2 })],
  })

describe('sequential', () => {
  it('has its layers, in order, with names numbered by kind', () => {
    const model = small()
    expect(model).toBeInstanceOf(Model)
    expect(model.layers.map((layer) => layer.kind)).toEqual(['dense', 'dropout', 'dense'])
    expect(model.layers.map((layer) => layer.name)).toEqual(['dense', 'dropout', 'dense_1'])
    expect(model.getLayer('dense_1')).toBe(model.layers[2])
    expect(model.countParameters()).toBe(3 * 4 + 4 + 4 * 2 + 2)
  })

  it('draws the same weights from the same seed, others from another, and a seed of its own from none', () => {
    expect(allWeights(small(5))).toEqual(allWeights(small(5)))
    expect(allWeights(small(5))).not.toEqual(allWeights(small(6)))
    const model = small()
    expect(allWeights(small(model.seed))).toEqual(allWeights(model))
    expect(small().seed).not.toBe(model.seed)
  })

  it('keeps seeds beyond 32 bits apart', () => {
    expect(allWeights(small(1))).not.toEqual(allWeights(small(1 + 2 ** 32)))
    expect(small(Number.MAX_SAFE_INTEGER).seed).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('numbers names around those that were given', () => {
    const model = sequential({
      inputShape: [2],
      layers: [
        dense({ units: 2 }),
        dense({ units: 2, name: 'dense_1' }),
        dense({ units: 2 }),
        dense({ units: 2, name: 'dense' }),
      ],
    })
    expect(model.layers.map((layer) => layer.name)).toEqual(['dense_2', 'dense_1', 'dense_3', 'dense'])
  })

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /inputShape must be an array \[features\]/],
    ['no layers', { inputShape: [2], layers: [] }, /layers must be an array of layers/],
    ['a layer for an array', { inputShape: [2], layers: dense({ units: 1 }) }, /layers must be an array/],
    ['a factory for a layer', { inputShape: [2], layers: [dense] }, /layers\[0\] must be a layer, .*got a function/],
    ['no shape', { layers: [dense({ units: 1 })] }, /inputShape/],
    ['a number for a shape', { inputShape: 2, layers: [dense({ units: 1 })] }, /for example \[784\]; got 2/],
    ['an image', { inputShape: [28, 28], layers: [dense({ units: 1 })] }, /for example \[784\]/],
    ['a misspelt option', { inputshape: [2], layers: [dense({ units: 1 })] }, /did you mean 'inputShape'\?/],
    ['a negative seed', { inputShape: [2], seed: -1, layers: [dense({ units: 1 })] }, /seed must be a whole number/],
    ['a broken seed', { inputShape: [2], seed: 0.5, layers: [dense({ units: 1 })] }, /seed .*got 0\.5/],
    [
      'a name twice',
      { inputShape: [2], layers: [dense({ units: 1, name: 'a' }), dense({ units: 1, name: 'a' })] },
      /two layers are called 'a'; give each a name of its own/,
    ],
  ])('refuses %s', (_, options, message) => {
    const make = () => sequential(options as { inputShape: number[]; layers: Layer[] })
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
  })

  it('refuses what does not fit in memory before taking any', () => {
    const layers = Array.from({ length: 6 }, () => dense({ units: 20_000 }))
    expect(() => sequential({ inputShape: [20_000], layers })).toThrow(ConfigError)
    const next = sequential({ inputShape: [2], layers: [dense({ units: 1 })] })
    expect(next.predict([[1, 2]]).shape).toEqual([1, 1])
  })

  it('says which layer there is when asked for another', () => {
    expect(() => small().getLayer('dropuot')).toThrow(
      /there is no layer 'dropuot'; did you mean 'dropout'\? Known: dense, dropout, dense_1/,
    )
    expect(() => small().getLayer(1 as unknown as string)).toThrow(ConfigError)
  })

  it('leaves layers as they were when building fails', () => {
    const layer = dense({ units: 2 })
    expect(() =>
      sequential({
        inputShape: [2],
        layers: [layer, dense({ units: 1, name: 'x' }), activation('relu'), dense({ units: 1, name: 'x' })],
      }),
    ).toThrow()
    const model = sequential({ inputShape: [5], layers: [layer] })
    expect(model.getWeights()['dense/kernel']?.shape).toEqual([5, 2])
  })

  it('takes names that mean something to JavaScript', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'a/b', ' ']) {
      const model = sequential({ inputShape: [2], seed: 1, layers: [dense({ units: 1, name })] })
      const weights = model.getWeights()
      expect(Object.keys(weights)).toEqual([`${name}/kernel`, `${name}/bias`])
      expect(model.getLayer(name).name).toBe(name)
      model.setWeights(weights)
    }
    expect(({} as Record<string, unknown>).kernel).toBeUndefined()
  })
})
