/** One value as several. */

import { describe, expect, it } from 'vitest'
import { activation, ConfigError, dense, input, model, ShapeError, split } from '../../ts/index.ts'

const x = input({ shape: [4] })

describe('split', () => {
  it('gives neighbouring columns', () => {
    const parts = split({ sizes: [1, 2, 1] }).apply(x)
    expect(parts.map((part) => part.width)).toEqual([1, 2, 1])
    const [a, b, c] = parts
    const result = model({ inputs: x, outputs: { a, b, c } }).predict([[1, 2, 3, 4]])
    expect([result.a, result.b, result.c].map(({ data }) => [...data])).toEqual([[1], [2, 3], [4]])
  })

  it('names its layers', () => {
    const outputs = (name?: string) => {
      const [first, second] = split({ sizes: [3, 1], name }).apply(x)
      return model({ inputs: x, outputs: { first, second } }).layers.map((layer) => layer.name)
    }
    expect(outputs()).toEqual(['slice', 'slice_1'])
    expect(outputs('part')).toEqual(['part_0', 'part_1'])
  })

  it('keeps softmax and cross-entropy fused: a saturated output still learns', () => {
    const source = input({ shape: [1] })
    const [domain, item] = split({ sizes: [2, 3] }).apply(dense({ units: 5, name: 'both' }).apply(source))
    const net = model({
      inputs: source,
      outputs: { domain: activation('softmax').apply(domain), item: activation('softmax').apply(item) },
    })
    // The right classes have a probability of 0 in single precision.
    net.setWeights({ 'both/bias': [500, -500, 0, 400, 0] })
    const loss = 'sparseCategoricalCrossentropy'
    net.compile({ optimizer: 'sgd', loss: { domain: loss, item: loss }, lossWeights: { item: 2 } })
    const result = net.gradients([[0]], { domain: [1], item: [0] })
    expect(result.loss).toBeCloseTo(1000 + 2 * 400, 2)
    expect([...(result.gradients['both/bias']?.data ?? [])]).toEqual([1, -1, -2, 2, 0])
  })

  it.each<[unknown, unknown, typeof ConfigError | typeof ShapeError, RegExp]>([
    [[1, 2], x, ShapeError, /split into 1 \+ 2 = 3 columns of a value that has 4/],
    [[], x, ConfigError, /split: sizes must be an array of widths, for example \[3, 31\]; got an array of 0/],
    [4, x, ConfigError, /split: sizes must be an array of widths/],
    [[4, 0], x, ConfigError, /split: sizes\[1\] must be a whole number from 1/],
    [[2, 2], [x], ConfigError, /split: apply must be called with what input\(\) or apply\(\) returned/],
  ])('refuses sizes %j', (sizes, value, type, message) => {
    const work = () => split({ sizes: sizes as number[] }).apply(value as typeof x)
    expect(work).toThrow(type)
    expect(work).toThrow(message)
  })
})
