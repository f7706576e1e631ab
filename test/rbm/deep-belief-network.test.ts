/** Deep belief networks: greedy training, and models made of what was learnt. */

import { describe, expect, it } from 'vitest'
import { adam, ConfigError, deepBeliefNetwork, dense, type Matrix, StateError, sequential } from '../../ts/index.ts'
import { halves } from './support.ts'

const x = halves(100)
const make = () => deepBeliefNetwork({ units: [8, 6, 4], seed: 3 })

describe('pretrain', () => {
  it('trains each machine on the features of the one below, which stays as it is', async () => {
    using network = make()
    const [first, second] = network.machines
    if (!first || !second) throw new Error('there are two machines')
    expect([first.seed, second.seed, second.visible, second.hidden]).toEqual([3, 4, 6, 4])
    const options = { epochs: 3, batchSize: 20 }
    const histories = await network.pretrain(x, [{ epochs: 5 }, options])
    expect(histories.map(({ epochs }) => epochs.length)).toEqual([5, 3])

    using alone = deepBeliefNetwork({ units: [8, 6], seed: 3 })
    await alone.pretrain(x, { epochs: 5 })
    expect(first.getWeights()).toEqual(alone.machines[0]?.getWeights())
    using above = deepBeliefNetwork({ units: [6, 4], seed: 4 })
    await above.pretrain(first.transform(x), options)
    expect(second.getWeights()).toEqual(above.machines[0]?.getWeights())
    expect(network.transform(x)).toEqual(second.transform(first.transform(x)))
  })

  it.each<[string, unknown, RegExp]>([
    ['one object', { epochs: 0 }, /^pretrain: epochs must be a whole number from 1/],
    ['a later object', [{ epochs: 1 }, { epochs: 0 }], /^pretrain: options\[1\]: epochs must be a whole number from 1/],
    ['an unknown option', [{}, { epoch: 1 }], /^pretrain: options\[1\]: unknown option 'epoch'; did you mean 'epochs'/],
    ['no object', [{}, 3], /^pretrain: options\[1\]: expected an object of options/],
    ['verbose', [{}, { verbose: 7 }], /^pretrain: options\[1\]: verbose must be/],
    ['callbacks', [{}, { callbacks: [{}] }], /^pretrain: options\[1\]: callbacks\[0\] must be/],
  ])('refuses bad options, %s, before any machine learns', async (_, options, message) => {
    using network = make()
    const weights = () => network.machines.map((machine) => machine.getWeights())
    const before = weights()
    const attempt = network.pretrain(x, options as never)
    await expect(attempt).rejects.toThrow(ConfigError)
    await expect(attempt).rejects.toThrow(message)
    expect(weights()).toEqual(before)
  })

  it('refuses a signal that has been aborted, and a machine that is training, before any machine learns', async () => {
    using network = make()
    const before = network.machines[0]?.getWeights()
    const signal = AbortSignal.abort(new Error('no'))
    await expect(network.pretrain(x, [{}, { signal }])).rejects.toThrow('no')
    const other = network.machines[1]?.fit(halves(10, 6), { epochs: 300, yieldEvery: 0 })
    await expect(network.pretrain(x)).rejects.toThrow(StateError)
    await other
    expect(network.machines[0]?.getWeights()).toEqual(before)
  })

  it('stops on a signal, and on callbacks', async () => {
    using network = make()
    await expect(network.pretrain(x, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
    const seen: number[] = []
    await network.pretrain(x, { epochs: 2, callbacks: { onEpochEnd: (epoch) => seen.push(epoch) } })
    expect(seen).toEqual([0, 1, 0, 1])
  })
})

describe('toLayers', () => {
  it('gives dense sigmoid layers that compute the features, and that learn', async () => {
    const network = make()
    await network.pretrain(x, { epochs: 5 })
    const features = network.transform(x)
    const model = sequential({ inputShape: [8], seed: 1, layers: network.toLayers() })
    network.dispose()
    const predicted: Matrix = model.predict(x)
    expect(predicted.shape).toEqual(features.shape)
    // The same products and sums, grouped alike.
    predicted.data.forEach((value, i) => {
      expect(value).toBeCloseTo(features.data[i] as number, 6)
    })
    model.dispose()
  })

  it('starts a classifier that is fine-tuned as a whole', async () => {
    using network = make()
    await network.pretrain(x, { epochs: 10 })
    const layers = [...network.toLayers(), dense({ units: 1, activation: 'sigmoid' })]
    using model = sequential({ inputShape: [8], seed: 1, layers })
    model.compile({ optimizer: adam({ learningRate: 0.05 }), loss: 'binaryCrossentropy', metrics: ['accuracy'] })
    const before = network.machines[0]?.getWeights().kernel.data
    await model.fit(
      x,
      Float32Array.from({ length: 100 }, (_, i) => i % 2),
      { epochs: 30, verbose: 0 },
    )
    const { accuracy } = await model.evaluate(
      x,
      Float32Array.from({ length: 100 }, (_, i) => i % 2),
    )
    expect(accuracy).toBeGreaterThan(0.95)
    expect(model.getWeights()['dense/kernel']?.data).not.toEqual(before)
    expect(network.machines[0]?.getWeights().kernel.data).toEqual(before)
  })
})

describe('toAutoencoder', () => {
  it('unrolls the machines: up, and down by transposed kernels', async () => {
    using network = make()
    await network.pretrain(x, { epochs: 10 })
    using model = sequential({ inputShape: [8], seed: 1, layers: network.toAutoencoder() })
    const weights = model.getWeights()
    const [first, second] = network.machines.map((machine) => machine.getWeights())
    expect(Object.values(weights).map(({ shape }) => shape[1])).toEqual([6, 6, 4, 4, 6, 6, 8, 8])
    expect(weights['dense_2/bias']).toEqual(second?.visibleBias)
    expect(weights['dense_3/bias']).toEqual(first?.visibleBias)
    const [kernel, down] = [first?.kernel.data ?? [], weights['dense_3/kernel']?.data ?? []]
    for (let i = 0; i < 8; i++) for (let j = 0; j < 6; j++) expect(down[j * 8 + i]).toBe(kernel[i * 6 + j])
    // Of a network of one machine the autoencoder is its reconstruction.
    using alone = deepBeliefNetwork({ units: [8, 6], visibleUnits: 'gaussian', seed: 1 })
    using mirror = sequential({ inputShape: [8], layers: alone.toAutoencoder() })
    const expected = alone.machines[0]?.reconstruct(x).data ?? []
    mirror.predict(x).data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6)
    })
  })
})

describe('bad input', () => {
  it.each([
    [{ units: [8] }, /at least two sizes/],
    [{ units: [8, 0] }, /units\[1\] must be a whole number/],
    [{}, /units must be a list/],
    [{ units: [8, 4], visibleUnits: 'binary' }, /visibleUnits must be one of/],
    [{ units: [8, 4], seeds: 1 }, /did you mean 'seed'/],
  ])('%o', (options, message) => {
    expect(() => deepBeliefNetwork(options as never)).toThrow(ConfigError)
    expect(() => deepBeliefNetwork(options as never)).toThrow(message)
  })

  it('a list of options of another length, data out of range, use after dispose', async () => {
    const network = make()
    await expect(network.pretrain(x, [{}])).rejects.toThrow(/a list of 2, one for each; got 1/)
    await expect(network.pretrain(x.map((value) => 9 * value))).rejects.toThrow(
      /Bernoulli units take numbers from 0 to 1/,
    )
    network.dispose()
    expect(network.disposed).toBe(true)
    await expect(network.pretrain(x)).rejects.toThrow(StateError)
    expect(() => network.toLayers()).toThrow(StateError)
  })
})
