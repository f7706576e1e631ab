import { describe, expect, it } from 'vitest'
import {
  add,
  batchNormalization,
  ConfigError,
  concatenate,
  dense,
  type Features,
  input,
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

  it('has the inputs that the layer depends on, and says so of the others', () => {
    const [words, user] = [input({ shape: [2] }), input({ shape: [1] })]
    const h = dense({ units: 4, name: 'h' }).apply(words)
    const both = concatenate({ name: 'both' }).apply([h, user])
    const whole = model({ inputs: { words, user }, outputs: dense({ units: 1 }).apply(both), seed: 1 })
    const part = whole.outputAt<{ words: Features }>('h')
    expect(Object.keys(part.inputs)).toEqual(['words'])
    expect(part.predict({ words: [[1, 2]] }).shape).toEqual([1, 4])
    expect(() => part.predict({ words: [[1, 2]], user: [[1]] } as never)).toThrow(ConfigError)
    expect(() => part.predict({ words: [[1, 2]], user: [[1]] } as never)).toThrow(
      "predict: x: the model was cut at 'h', which does not depend on the input 'user'; leave it out. Known: words",
    )
    expect(() => part.predict({ words: [[1, 2]], usr: [[1]] } as never)).toThrow(/there is no input 'usr'/)
    expect(whole.outputAt('both').predict({ words: [[1, 2]], user: [[1]] }).shape).toEqual([1, 5])
  })

  it('refuses a layer that is used on several values, which have a model each', () => {
    const [left, right] = [input({ shape: [2] }), input({ shape: [2] })]
    const shared = dense({ units: 3, name: 'shared' })
    const [a, b] = [shared.apply(left), shared.apply(right)]
    const outputs = dense({ units: 1 }).apply(concatenate().apply([a, b]))
    const net = model({ inputs: { left, right }, outputs, seed: 1 })
    expect(() => net.outputAt('shared')).toThrow(ConfigError)
    expect(() => net.outputAt('shared')).toThrow(
      "outputAt: layer 'shared' is used on several values, 'left' and 'right': it has no one output. Make a model of the one you mean, " +
        "model({ inputs, outputs }), with what apply() returned for it, or getLayer('shared').apply(…) returns now",
    )
    // What the message says works, with the weights that the layer has.
    const ofRight = model({ inputs: right, outputs: b })
    expect(ofRight.getWeights()).toEqual({
      'shared/kernel': net.getWeights()['shared/kernel'],
      'shared/bias': net.getWeights()['shared/bias'],
    })
    const again = model({ inputs: net.inputs.right, outputs: net.getLayer('shared').apply(net.inputs.right) })
    expect(again.predict([[1, 2]])).toEqual(ofRight.predict([[1, 2]]))
  })

  it('takes a layer that is used several times on the same value, and then has one output', () => {
    const x = input({ shape: [2] })
    const twice = dense({ units: 3, name: 'twice' })
    const sum = add().apply([twice.apply(x), twice.apply(x)])
    const net = model({ inputs: x, outputs: sum, seed: 1 })
    const half = net.outputAt('twice').predict([[1, 2]])
    expect(net.predict([[1, 2]]).data).toEqual(half.data.map((value) => 2 * value))
  })

  it('names the nearest layer', () => {
    expect(() => classifier().outputAt('dens')).toThrow(/outputAt: there is no layer 'dens'; did you mean 'dense'\?/)
    expect(() => classifier().outputAt('dens')).toThrow(ConfigError)
  })
})

describe('to build on', () => {
  const x = input({ shape: [2] })
  const body = dense({ units: 4, name: 'body' }).apply(x)
  const [a, b] = [dense({ units: 1, name: 'head' }).apply(body), dense({ units: 3 }).apply(body)]
  const net = model({ inputs: x, outputs: { a, b } })

  it('a model is refused, with a hint at its outputs', () => {
    const next = dense({ units: 1 })
    expect(() => next.apply(net.outputAt('body') as never)).toThrow(/got an object; of a model take its outputs$/)
    expect(() => next.apply(net.outputs as never)).toThrow(/got an object; of several by name take one, such as \.a$/)
    expect(() => next.apply({} as never)).toThrow(/got an object$/)
    expect(next.apply(net.outputs.b).width).toBe(1)
  })

  it("an output's name is told from a layer's", () => {
    expect(() => net.outputAt('a')).toThrow(
      /outputAt: 'a' is an output, not a layer; the layer that makes it is 'head'/,
    )
    expect(() => net.getLayer('b')).toThrow(
      /getLayer: 'b' is an output, not a layer; the layer that makes it is 'dense'/,
    )
    expect(() => net.outputAt('c')).toThrow(/there is no layer 'c'/)
  })

  it('settings for several outputs are no list', () => {
    const losses = ['meanSquaredError', 'meanSquaredError'] as never
    expect(() => net.compile({ optimizer: 'sgd', loss: losses })).toThrow(
      "compile: loss goes by the outputs' names, { a: …, b: … }, or is one for all; got an array of 2",
    )
    expect(() => net.compile({ optimizer: 'sgd', loss: 'meanSquaredError', lossWeights: [1, 2] as never })).toThrow(
      /^compile: lossWeights goes by the outputs' names/,
    )
    net.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['meanAbsoluteError'] })
  })

  it('names are not for a value that has none', () => {
    const plain = classifier()
    expect(() => plain.predict({ x: [[1, 2]] } as never)).toThrow(
      /got an object; there are no names here, pass what 'x' has$/,
    )
    expect(() => plain.predict({} as never)).toThrow(/got an object$/)
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
