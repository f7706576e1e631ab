import { describe, expect, it } from 'vitest'
import {
  activation,
  adam,
  add,
  ConfigError,
  concatenate,
  dense,
  input,
  type Matrix,
  model,
  ShapeError,
  type SymbolicTensor,
  sequential,
  sgd,
  slice,
} from '../../ts/index.ts'
import { allWeights, randomNumbers } from './support.ts'

const random = randomNumbers(11)
const numbers = (length: number) => Float32Array.from({ length }, () => 2 * random() - 1)

describe('a chain', () => {
  it('is the same model as sequential', () => {
    const x = input({ shape: [3] })
    const y = dense({ units: 2 }).apply(dense({ units: 4, activation: 'tanh' }).apply(x))
    const graph = model({ inputs: x, outputs: y, seed: 3 })
    const chain = sequential({
      inputShape: [3],
      seed: 3,
      layers: [dense({ units: 4, activation: 'tanh' }), dense({ units: 2 })],
    })
    expect(Object.keys(graph.getWeights())).toEqual(Object.keys(chain.getWeights()))
    expect(allWeights(graph)).toEqual(allWeights(chain))
    const rows = numbers(15)
    expect(graph.predict(rows)).toEqual(chain.predict(rows))
  })
})

describe('several inputs and outputs', () => {
  const make = () => {
    const a = input({ shape: [2], name: 'left' })
    const b = input({ shape: [3] })
    const body = dense({ units: 6, activation: 'relu', name: 'body' }).apply(concatenate().apply([a, b]))
    const outputs = {
      kind: dense({ units: 3, activation: 'softmax' }).apply(body),
      size: dense({ units: 1 }).apply(body),
    }
    return model({ inputs: { a, b }, outputs, seed: 4 })
  }
  const x = { a: numbers(40), b: numbers(60) }
  const y = { kind: Array.from({ length: 20 }, (_, i) => i % 3), size: numbers(20) }

  it('predicts by name', () => {
    const net = make()
    const result = net.predict(x)
    expect(Object.keys(result)).toEqual(['kind', 'size'])
    expect([result.kind.shape, result.size.shape]).toEqual([
      [20, 3],
      [20, 1],
    ])
    expect(Object.keys(net.inputs)).toEqual(['a', 'b'])
    expect(net.outputs.kind.width).toBe(3)
  })

  it('trains on one summed loss with weights, and logs by output', async () => {
    const net = make()
    net.compile({
      optimizer: adam({ learningRate: 0.05 }),
      loss: { kind: 'sparseCategoricalCrossentropy', size: 'meanSquaredError' },
      lossWeights: { size: 0.5 },
      metrics: { kind: ['accuracy'], size: 'meanAbsoluteError' },
    })
    const before = await net.evaluate(x, y)
    expect(Object.keys(before)).toEqual(['loss', 'kind_loss', 'kind_accuracy', 'size_loss', 'size_meanAbsoluteError'])
    expect(before.loss).toBeCloseTo((before.kind_loss ?? 0) + 0.5 * (before.size_loss ?? 0), 6)
    const history = await net.fit(x, y, { epochs: 60, validationData: [x, y] })
    expect(history.logs.val_kind_loss?.length).toBe(60)
    const after = await net.evaluate(x, y)
    expect(after.loss).toBeLessThan((before.loss ?? 0) / 2)
    expect(after.kind_loss).toBeLessThan(before.kind_loss ?? 0)
    expect(after.size_loss).toBeLessThan(before.size_loss ?? 0)
  })

  it('one loss serves all outputs, a record may leave metrics out', () => {
    const net = make()
    net.compile({
      optimizer: 'sgd',
      loss: { kind: 'categoricalCrossentropy', size: 'huber' },
      metrics: { kind: 'accuracy' },
    })
    const logs = net.trainOnBatch(x, { kind: Array.from({ length: 20 }, () => [1, 0, 0]), size: y.size })
    expect(Object.keys(logs)).toEqual(['loss', 'kind_loss', 'kind_accuracy', 'size_loss'])
    net.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['meanAbsoluteError'] })
    expect(Object.keys(net.trainOnBatch(x, { kind: numbers(60), size: y.size }))).toEqual([
      'loss',
      'kind_loss',
      'kind_meanAbsoluteError',
      'size_loss',
      'size_meanAbsoluteError',
    ])
  })

  it.each<[string, unknown, unknown, RegExp]>([
    ['a missing input', { a: x.a }, y, /fit: x: input 'b' is missing; expected \{ a: …, b: … \}/],
    ['an unknown input', { a: x.a, B: x.b }, y, /fit: x: there is no input 'B'; did you mean 'b'\?/],
    ['no record', x.a, y, /fit: x must be a record by name/],
    ['missing labels', x, { kind: y.kind }, /fit: y: output 'size' is missing/],
    ['labels of an unknown output', x, { kind: y.kind, size: y.size, item: y.size }, /there is no output 'item'/],
    ['inputs of different lengths', { a: x.a, b: x.b.slice(3) }, y, /fit: x\.b has 19 rows, x\.a has 20/],
    ['labels of another length', x, { kind: y.kind, size: y.size.slice(1) }, /fit: y\.size has 19 rows, x\.a has 20/],
    [
      'a wrong class',
      x,
      { kind: y.kind.map((k) => k + 1), size: y.size },
      /fit: y\.kind: row 2 must be a class number/,
    ],
  ])('refuses %s', async (_, features, labels, message) => {
    const net = make()
    net.compile({ optimizer: 'sgd', loss: { kind: 'sparseCategoricalCrossentropy', size: 'meanSquaredError' } })
    const before = allWeights(net)
    await expect(net.fit(features as typeof x, labels as typeof y)).rejects.toThrow(message)
    expect(allWeights(net)).toEqual(before)
  })

  it.each<[Record<string, unknown>, RegExp]>([
    [{ loss: { kind: 'sparseCategoricalCrossentropy' } }, /loss: output 'size' has no loss; add size: …/],
    [{ loss: { size: 'hinge', sise: 'hinge' } }, /loss: there is no output 'sise'; did you mean 'size'\?/],
    [{ loss: 'huber', metrics: { sizes: 'r2' } }, /metrics: there is no output 'sizes'; did you mean 'size'\?/],
    [{ loss: 'huber', lossWeights: { size: Number.NaN } }, /lossWeights\.size must be a finite number; got NaN/],
    [{ loss: 'huber', lossWeights: { item: 1 } }, /lossWeights: there is no output 'item'/],
  ])('compile refuses %j', (options, message) => {
    expect(() => make().compile({ optimizer: 'sgd', ...options } as never)).toThrow(ConfigError)
    expect(() => make().compile({ optimizer: 'sgd', ...options } as never)).toThrow(message)
  })

  it('weighs by 1 what has no weights, to the bit', async () => {
    const run = async (options: object) => {
      const net = make()
      net.compile({ optimizer: 'adam', loss: { kind: 'sparseCategoricalCrossentropy', size: 'huber' } })
      const { logs } = await net.fit(x, y, { epochs: 3, batchSize: 8, ...options })
      return [allWeights(net), Object.values(logs).map((values) => [...values])]
    }
    const ones = new Float32Array(20).fill(1)
    expect(await run({ sampleWeight: ones })).toEqual(await run({}))
    expect(await run({ sampleWeight: { size: ones } })).toEqual(await run({}))
  })

  it('weights samples and classes by output', () => {
    const run = (options: object) => {
      const net = make()
      net.compile({
        optimizer: sgd({ learningRate: 0 }),
        loss: { kind: 'sparseCategoricalCrossentropy', size: 'meanSquaredError' },
      })
      return net.trainOnBatch(x, y, options)
    }
    const plain = run({})
    const double = run({ sampleWeight: new Array(20).fill(2) })
    expect(double.kind_loss).toBeCloseTo(2 * (plain.kind_loss ?? 0), 5)
    expect(double.size_loss).toBeCloseTo(2 * (plain.size_loss ?? 0), 5)
    const one = run({
      sampleWeight: { size: new Float32Array(20).fill(3) },
      classWeight: { kind: { 0: 0, 1: 0, 2: 0 } },
    })
    expect(one.kind_loss).toBe(0)
    expect(one.size_loss).toBeCloseTo(3 * (plain.size_loss ?? 0), 5)
  })
})

describe('shared layers', () => {
  it('count once and get the sum of their gradients', () => {
    const make = (shared: boolean) => {
      const a = input({ shape: [2] })
      const b = input({ shape: [2] })
      const first = dense({ units: 3, activation: 'tanh', kernelInitializer: { kind: 'glorotUniform', seed: 1 } })
      const second = shared
        ? first
        : dense({ units: 3, activation: 'tanh', kernelInitializer: { kind: 'glorotUniform', seed: 1 } })
      const y = dense({ units: 1, name: 'out', kernelInitializer: 'ones' }).apply(
        add().apply([first.apply(a), second.apply(b)]),
      )
      const net = model({ inputs: { a, b }, outputs: y })
      net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      return net
    }
    const x = { a: numbers(8), b: numbers(8) }
    const y = numbers(4)
    const together = make(true)
    const apart = make(false)
    expect(together.countParameters()).toBe(apart.countParameters() - 9)
    expect(together.predict(x)).toEqual(apart.predict(x))
    const sum = together.gradients(x, y).gradients['dense/kernel'] as Matrix
    const parts = apart.gradients(x, y).gradients
    sum.data.forEach((value, i) => {
      expect(value).toBeCloseTo((parts['dense/kernel']?.data[i] ?? 0) + (parts['dense_1/kernel']?.data[i] ?? 0), 5)
    })
  })

  it('refuse to be used on two widths', () => {
    const layer = dense({ units: 2, name: 'twice' })
    const x = input({ shape: [3] })
    const y = layer.apply(layer.apply(x))
    expect(() => model({ inputs: x, outputs: y })).toThrow(ShapeError)
    expect(() => model({ inputs: x, outputs: y })).toThrow(/layer 'twice' is used on 3 features and on 2/)
  })

  it('without weights may be used on any width', () => {
    const relu = activation('relu')
    const x = input({ shape: [3] })
    const net = model({ inputs: x, outputs: relu.apply(dense({ units: 2 }).apply(relu.apply(x))) })
    expect(net.predict([[1, 2, 3]]).shape).toEqual([1, 2])
    expect(net.layers.length).toBe(2)
  })
})

describe('graphs that are none', () => {
  const x = input({ shape: [2] })
  const stranger = input({ shape: [2], name: 'stranger' })
  const h = dense({ units: 2, name: 'h' }).apply(x)

  it.each<[string, unknown, unknown, RegExp]>([
    ['no inputs', undefined, h, /inputs must be what input\(\) returned/],
    ['no outputs', x, {}, /outputs has no entries/],
    ['an array of outputs', x, [h], /outputs must be what layer\.apply\(\) returned, or a record/],
    ['a number among outputs', x, { h: 3 }, /outputs\.h must be what layer\.apply\(\) returned; got 3/],
    ['a layer for an input', h, dense({ units: 1 }).apply(h), /inputs must come from input\(\)/],
    ['an input for an output', x, x, /outputs is an input; apply a layer to it/],
    ['an output twice', x, { a: h, b: h }, /outputs\.b is the same value as another output/],
    ['an input twice', { a: x, b: x }, h, /inputs\.b is the same input as another/],
    ['an unused input', { x, stranger }, h, /inputs\.stranger is not used by any output; leave it out/],
    [
      'an unknown source',
      x,
      add({ name: 'sum' }).apply([h, stranger]),
      /layer 'sum' depends on the input 'stranger', which is not among/,
    ],
  ])('refuses %s', (_, inputs, outputs, message) => {
    const make = () => model({ inputs: inputs as SymbolicTensor, outputs: outputs as SymbolicTensor })
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
  })
})

describe('deep graphs', () => {
  it('need no recursion', () => {
    const x = input({ shape: [1] })
    let value = x
    for (let i = 0; i < 3000; i++) value = activation('linear').apply(value)
    expect(model({ inputs: x, outputs: value }).predict([[7]]).data[0]).toBe(7)
  })
})

describe('one output in two heads', () => {
  it('trains as two separate heads do', async () => {
    const rows = numbers(60 * 4)
    const y = {
      domain: Array.from({ length: 60 }, (_, i) => i % 3),
      item: Array.from({ length: 60 }, (_, i) => i % 5),
    }
    const source = input({ shape: [4] })
    const body = dense({ units: 8, activation: 'relu' }).apply(source)
    const both = dense({ units: 8, name: 'both' }).apply(body)
    const net = model({
      inputs: source,
      outputs: {
        domain: activation('softmax').apply(slice({ width: 3 }).apply(both)),
        item: activation('softmax').apply(slice({ start: 3, width: 5 }).apply(both)),
      },
      seed: 1,
    })
    const separate = model({
      inputs: source,
      outputs: {
        domain: dense({ units: 3, activation: 'softmax', name: 'd' }).apply(body),
        item: dense({ units: 5, activation: 'softmax', name: 'i' }).apply(body),
      },
    })
    const kernel = net.getWeights()['both/kernel']!
    const columns = (first: number, width: number) =>
      Array.from({ length: 8 }, (_, row) => [...kernel.data.subarray(8 * row + first, 8 * row + first + width)])
    separate.setWeights({ 'd/kernel': columns(0, 3), 'i/kernel': columns(3, 5) })
    const loss = 'sparseCategoricalCrossentropy'
    for (const each of [net, separate])
      each.compile({ optimizer: 'adam', loss: { domain: loss, item: loss }, metrics: 'accuracy' })
    const a = await net.fit(rows, y, { epochs: 3, shuffle: false })
    const b = await separate.fit(rows, y, { epochs: 3, shuffle: false })
    for (const [name, values] of Object.entries(a.logs)) {
      expect([...values], name).toEqual([...(b.logs[name] ?? [])].map((value) => expect.closeTo(value, 4)))
    }
  })
})
