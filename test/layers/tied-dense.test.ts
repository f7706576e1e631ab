/** A kernel of two layers: one set of weights, wherever it is looked at. */

import { describe, expect, it } from 'vitest'
import {
  add,
  batchNormalization,
  dense,
  FormatError,
  input,
  l2,
  type Matrix,
  Model,
  model,
  type SymbolicTensor,
  sequential,
  sgd,
  tiedDense,
} from '../../ts/index.ts'
import { pack, unpack } from '../../ts/model/bytes/container.ts'
import { allWeights, randomNumbers } from '../model/support.ts'

const random = randomNumbers(8)
const x = Float32Array.from({ length: 10 * 5 }, () => 2 * random() - 1)

/** `5 → 3 → 5` with one kernel. */
function autoencoder(regularized = false) {
  const encoder = dense({
    units: 3,
    activation: 'tanh',
    name: 'encoder',
    ...(regularized && { kernelRegularizer: l2(0.1) }),
  })
  const net = sequential({
    inputShape: [5],
    seed: 3,
    layers: [encoder, tiedDense({ tiedTo: encoder, name: 'decoder', biasInitializer: 'ones' })],
  })
  net.compile({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), loss: 'meanSquaredError' })
  return net
}

describe('tiedDense', () => {
  it('computes with the transposed kernel', () => {
    const net = autoencoder()
    const { 'encoder/kernel': kernel } = net.getWeights()
    const code = net.outputAt('encoder').predict(x)
    const expected = Array.from(net.predict(x).data)
    const own = expected.map((_, at) => {
      const [row, feature] = [Math.floor(at / 5), at % 5]
      const products = [0, 1, 2].map(
        (unit) => (code.data[row * 3 + unit] ?? 0) * (kernel?.data[feature * 3 + unit] ?? 0),
      )
      return 1 + products.reduce((a, b) => a + b, 0)
    })
    own.forEach((value, i) => {
      expect(expected[i]).toBeCloseTo(value, 5)
    })
  })

  it('counts, shows and lists the kernel once', () => {
    const net = autoencoder()
    expect(Object.keys(net.getWeights())).toEqual(['encoder/kernel', 'encoder/bias', 'decoder/bias'])
    expect(net.countParameters()).toBe(15 + 3 + 5)
    expect(Object.keys(net.gradients(x, x).gradients)).toEqual(['encoder/kernel', 'encoder/bias', 'decoder/bias'])
    const [, , , encoder, decoder] = net.summary().split('\n')
    expect(encoder).toMatch(/^encoder \(dense\) +\[batch, 3\] +18$/)
    expect(decoder).toMatch(/^decoder \(tiedDense to encoder\) +\[batch, 5\] +5$/)
    expect(net.getLayer('decoder').tiedTo).toBe(net.getLayer('encoder'))
    expect(net.getLayer('encoder').tiedTo).toBeUndefined()
  })

  it('sums the gradients of both uses, and penalizes once', () => {
    const apart = (): Model => {
      const y = sequential({
        inputShape: [5],
        layers: [dense({ units: 3, activation: 'tanh', name: 'encoder' }), dense({ units: 5, name: 'decoder' })],
      })
      const weights = autoencoder().getWeights()
      const { data } = weights['encoder/kernel'] as Matrix
      const turned = Array.from({ length: 15 }, (_, i) => data[(i % 5) * 3 + Math.floor(i / 5)] ?? 0)
      y.setWeights({ ...weights, 'decoder/kernel': turned })
      y.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      return y as unknown as Model
    }
    const own = autoencoder().gradients(x, x)
    const parts = apart().gradients(x as never, x as never)
    expect(own.loss).toBeCloseTo(parts.loss, 6)
    const [first, second] = ['encoder/kernel', 'decoder/kernel'].map((key) => parts.gradients[key]?.data)
    own.gradients['encoder/kernel']?.data.forEach((value, i) => {
      const turned = second?.[(i % 3) * 5 + Math.floor(i / 3)] ?? Number.NaN
      expect(value).toBeCloseTo((first?.[i] ?? Number.NaN) + turned, 5)
    })
    const penalized = autoencoder(true)
    const squares = penalized.getWeights()['encoder/kernel']?.data.reduce((sum, w) => sum + w * w, 0) ?? 0
    expect(penalized.gradients(x, x).loss).toBeCloseTo(own.loss + 0.1 * squares, 5)
  })

  it('is saved, read, cloned and trained on with the same bits', async () => {
    const net = autoencoder()
    await net.fit(x, x, { epochs: 3 })
    const copies = [net.clone(), Model.fromBytes(net.toBytes())]
    await net.fit(x, x, { epochs: 3 })
    for (const copy of copies) {
      expect(copy.getLayer('decoder').tiedTo).toBe(copy.getLayer('encoder'))
      await copy.fit(x as never, x as never, { epochs: 3 })
      expect(allWeights(copy)).toEqual(allWeights(net))
    }
  })

  it.each([null, 1, 2, -1, 0.5, 'encoder'])('is not read from bytes that tie it to layer %j', (tiedTo) => {
    const { header, floats } = unpack(autoencoder().toBytes())
    const { layers, ...rest } = header as { layers: readonly [object, object] }
    const bytes = pack({ ...rest, layers: [layers[0], { ...layers[1], tiedTo }] } as never, [floats])
    expect(() => Model.fromBytes(bytes)).toThrow(FormatError)
    const other = pack({ ...rest, layers: [{ ...layers[0], tiedTo: 0 }, layers[1]] } as never, [floats])
    expect(() => Model.fromBytes(other)).toThrow(FormatError)
  })

  it.each(['encoder', 'decoder'])('is frozen in both layers when the %s is', async (name) => {
    const net = autoencoder()
    net.getLayer(name).trainable = false
    const outer = dense({ units: 5, name: 'outer' })
    const more = model({
      inputs: net.inputs as SymbolicTensor,
      outputs: outer.apply(net.outputs as SymbolicTensor),
      seed: 1,
    })
    more.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    expect(Object.keys(more.gradients(x, x).gradients)).toEqual(['outer/kernel', 'outer/bias'])
    const before = more.getWeights()
    await more.fit(x, x, { epochs: 4 })
    const after = more.getWeights()
    for (const key of ['encoder/kernel', 'encoder/bias', 'decoder/bias']) expect(after[key]).toEqual(before[key])
    expect(after['outer/kernel']).not.toEqual(before['outer/kernel'])
    expect(more.summary()).toMatch(/encoder \(dense, frozen\)[\s\S]*decoder \(tiedDense to encoder, frozen\)/)
  })

  it('may be used twice, also beside the layer that it is tied to', () => {
    const source = input({ shape: [4] })
    const layer = dense({ units: 4, name: 'square', activation: 'relu' })
    const back = tiedDense({ tiedTo: layer, useBias: false })
    const once = layer.apply(source)
    const sum = add().apply([back.apply(once), back.apply(layer.apply(once)), batchNormalization().apply(once)])
    const net = model({ inputs: source, outputs: sum, seed: 2 })
    net.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    expect(net.countParameters()).toBe(16 + 4 + 16)
    const data = x.subarray(0, 40)
    const first = net.trainOnBatch(data, data).loss ?? 0
    for (let i = 0; i < 200; i++) net.trainOnBatch(data, data)
    expect(net.trainOnBatch(data, data).loss).toBeLessThan(first)
  })

  it('starts from the weights that its layers have in another model', () => {
    const net = autoencoder()
    for (let i = 0; i < 3; i++) net.trainOnBatch(x, x)
    const again = sequential({ inputShape: [5], layers: net.layers, seed: 9 })
    expect(again.predict(x)).toEqual(net.predict(x))
  })
})
