import { describe, expect, it } from 'vitest'
import {
  batchNormalization,
  ConfigError,
  dense,
  type Layer,
  model,
  ShapeError,
  StateError,
  sequential,
} from '../../ts/index.ts'
import { allWeights, blobs, classifier } from './support.ts'

const { x, y } = blobs(30)

describe('outputAt', () => {
  it('is the model up to a layer, with weights of its own', () => {
    const base = classifier()
    const body = base.outputAt('dense')
    const expected = base.predict(x)
    const hidden = body.predict(x)
    expect(hidden.shape).toEqual([30, 8])
    const head = sequential({ inputShape: [8], layers: [dense({ units: 3, activation: 'softmax' })] })
    head.setWeights({
      'dense/kernel': base.getWeights()['dense_1/kernel']!,
      'dense/bias': base.getWeights()['dense_1/bias']!,
    })
    expect(head.predict(hidden)).toEqual(expected)
    for (let i = 0; i < 3; i++) base.trainOnBatch(x, y)
    expect(body.predict(x)).toEqual(hidden)
    expect(body.layers[0]).toBe(base.layers[0])
  })

  it('names the nearest layer', () => {
    expect(() => classifier().outputAt('dens')).toThrow(/outputAt: there is no layer 'dens'; did you mean 'dense'\?/)
    expect(() => classifier().outputAt('dens')).toThrow(ConfigError)
  })
})

describe('layers in another model', () => {
  it('bring the weights that they have, and part ways then', async () => {
    const base = classifier()
    await base.fit(x, y, { epochs: 3 })
    const body = base.outputAt('dense')
    for (const layer of body.layers) layer.trainable = false
    const outputs = dense({ units: 2, activation: 'softmax', name: 'head' }).apply(body.outputs)
    const moved = model({ inputs: body.inputs, outputs, seed: 1 })
    expect(moved.getWeights()['dense/kernel']).toEqual(base.getWeights()['dense/kernel'])
    moved.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
    const before = base.getWeights()
    await moved.fit(
      x,
      y.map((k) => k % 2),
      { epochs: 3 },
    )
    expect(moved.getWeights()['dense/kernel']).toEqual(before['dense/kernel'])
    expect(base.getWeights()).toEqual(before)
  })

  it('bring the weights of the model that changed them last', () => {
    const [hidden, out] = [dense({ units: 4 }), dense({ units: 3 })]
    const make = () => {
      const net = sequential({ inputShape: [2], layers: [hidden, out] })
      net.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' })
      return net
    }
    const a = make()
    const b = make()
    expect(allWeights(b)).toEqual(allWeights(a))
    b.trainOnBatch(x, y)
    expect(allWeights(make())).toEqual(allWeights(b))
    a.trainOnBatch(x, y)
    a.trainOnBatch(x, y)
    const c = make()
    expect(allWeights(c)).toEqual(allWeights(a))
    b.setWeights(b.getWeights())
    expect(allWeights(make())).toEqual(allWeights(b))
  })

  it('keep their weights when their model is disposed', () => {
    const layer = dense({ units: 3 })
    const first = sequential({ inputShape: [2], layers: [layer], seed: 1 })
    const weights = first.getWeights()
    first.dispose()
    const second = sequential({ inputShape: [2], layers: [layer], seed: 2 })
    expect(second.getWeights()).toEqual(weights)
    expect(() => first.getWeights()).toThrow(StateError)
  })

  it('keep running statistics too', async () => {
    const layers: Layer[] = [batchNormalization(), dense({ units: 3 })]
    const first = sequential({ inputShape: [2], layers })
    first.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' })
    await first.fit(x, y, { epochs: 3 })
    const second = sequential({ inputShape: [2], layers })
    expect(second.predict(x)).toEqual(first.predict(x))
  })

  it('must have weights of the same shape', () => {
    const layer = dense({ units: 3, name: 'body' })
    sequential({ inputShape: [2], layers: [layer] })
    const make = () => sequential({ inputShape: [4], layers: [layer] })
    expect(make).toThrow(ShapeError)
    expect(make).toThrow(
      /'body\/kernel' is \[2, 3\] in the model that the layer was used in before, and would be \[4, 3\] here; make a new layer/,
    )
  })

  it('keep names that were made up, unless they are taken', () => {
    const a = sequential({ inputShape: [2], layers: [dense({ units: 2 }), dense({ units: 2 })] })
    const b = sequential({ inputShape: [2], layers: [...a.layers.slice(1), dense({ units: 1 })] })
    expect(Object.keys(b.getWeights())).toEqual(['dense_1/kernel', 'dense_1/bias', 'dense/kernel', 'dense/bias'])
    const c = sequential({ inputShape: [2], layers: [dense({ units: 2 })] })
    const both = sequential({ inputShape: [2], layers: [...a.layers, ...c.layers] })
    expect(both.layers.map((layer) => layer.name)).toEqual(['dense', 'dense_1', 'dense_2'])
  })
})
