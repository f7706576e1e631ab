/** Mistakes in graphs: each error names the layer, input or output, and says what to do. */

import { describe, expect, it } from 'vitest'
import {
  add,
  ConfigError,
  concatenate,
  dense,
  FormatError,
  input,
  Model,
  model,
  ShapeError,
  sequential,
  tiedDense,
} from '../../ts/index.ts'
import { pack, unpack } from '../../ts/model/bytes/container.ts'
import { allWeights } from './support.ts'

const x = input({ shape: [2], name: 'left' })
const hidden = dense({ units: 3, name: 'hidden' })
const h = hidden.apply(x)

/** A model of two outputs, compiled. */
function heads() {
  const outputs = { sort: dense({ units: 2 }).apply(h), size: dense({ units: 1 }).apply(h) }
  const net = model({ inputs: { left: x }, outputs })
  net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  return net
}

const chain = () => {
  const net = sequential({ inputShape: [2], layers: [dense({ units: 1 })] })
  net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  return net
}

describe('a description', () => {
  const make = (inputs: unknown, outputs: unknown) => () => model({ inputs, outputs } as never)

  it.each<[string, () => unknown, typeof ConfigError | typeof ShapeError, RegExp]>([
    [
      'widths that add() cannot take',
      () => add({ name: 'sum' }).apply([h, x]),
      ShapeError,
      /add 'sum' adds values of one width; value 0 has 3 features and value 1 has 2\. Bring them to one width with a dense layer, or use concatenate\(\)/,
    ],
    ['nothing to concatenate', () => concatenate({ name: 'all' }).apply([]), ShapeError, /concatenate 'all' needs at/],
    [
      'what is no value to concatenate',
      () => concatenate({ name: 'all' }).apply([h, hidden as never]),
      ConfigError,
      /concatenate 'all': apply must be called with what input\(\) or another apply\(\) returned/,
    ],
    [
      'several values for one',
      () => dense({ units: 1, name: 'out' }).apply([h, x]),
      ShapeError,
      /dense 'out' takes one value, not 2; join them with concatenate\(\) or add\(\) first/,
    ],
    ['an unconnected input', make({ x, spare: input({ shape: [1] }) }, h), ConfigError, /inputs\.spare is not used by/],
    [
      'an output of another input',
      make(input({ shape: [2] }), h),
      ConfigError,
      /layer 'hidden' depends on the input 'left', which is not among the model's inputs; add it/,
    ],
    [
      'an output of another input that has no name',
      make(x, dense({ units: 1, name: 'out' }).apply(concatenate().apply([h, input({ shape: [7] })]))),
      ConfigError,
      /layer 'concatenate' depends on an input of shape \[7\], which is not among the model's inputs; add it/,
    ],
    [
      'an output that is an input',
      make({ x }, { h, y: x }),
      ConfigError,
      /outputs\.y is an input; apply a layer to it/,
    ],
    [
      'a layer for an output',
      make(x, hidden),
      ConfigError,
      /outputs is the layer 'hidden' itself; apply it to a value/,
    ],
    ['a layer among outputs', make(x, { h, o: hidden }), ConfigError, /outputs\.o is the layer 'hidden' itself/],
    [
      'two layers of one name',
      make(x, dense({ units: 1, name: 'hidden' }).apply(h)),
      ConfigError,
      /two layers are called 'hidden'; give each a name of its own/,
    ],
    [
      'outputs whose logs have one name',
      () => {
        const [a, b] = [1, 2].map((units) => dense({ units }).apply(h))
        const net = model({ inputs: x, outputs: { a: a as never, a_loss: b as never } })
        net.compile({ optimizer: 'sgd', loss: 'huber', metrics: { a: ['meanSquaredError'] } })
        const clash = model({ inputs: x, outputs: { a: a as never, val_a: b as never } })
        clash.compile({ optimizer: 'sgd', loss: 'huber' })
      },
      ConfigError,
      /two logs would be called 'a_loss' \(or val_a_loss\); give the outputs other names/,
    ],
  ])('with %s is refused', (_, work, type, message) => {
    expect(work).toThrow(type)
    expect(work).toThrow(message)
  })

  it('cannot have a cycle: a value is there before it is used; in bytes one is refused', () => {
    const net = chain()
    const { header, floats } = unpack(net.toBytes())
    const nodes = [{ layer: 0, inputs: [1] }]
    const bytes = pack({ ...(header as object), nodes } as never, [floats])
    expect(() => Model.fromBytes(bytes)).toThrow(FormatError)
    expect(() => Model.fromBytes(bytes)).toThrow(/a node refers to what does not exist/)
  })
})

describe('compile', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an output without a loss', { loss: { sort: 'huber' } }, /compile: loss: output 'size' has no loss; add size: …/],
    ['no loss', {}, /compile: loss must be given/],
    [
      'a wrong name among losses',
      { loss: { sort: 'huber', sise: 'huber' } },
      /loss: there is no output 'sise'; did you mean 'size'\?/,
    ],
    [
      'a wrong name among metrics',
      { loss: 'huber', metrics: { sot: 'r2' } },
      /metrics: there is no output 'sot'; did you mean 'sort'\?/,
    ],
    [
      'a wrong name among weights',
      { loss: 'huber', lossWeights: { siz: 1 } },
      /lossWeights: there is no output 'siz'; did you mean 'size'\?/,
    ],
    [
      'a weight that is none',
      { loss: 'huber', lossWeights: { size: '1' } },
      /lossWeights\.size must be a finite number; got '1'/,
    ],
  ])('with %s is refused', (_, options, message) => {
    const net = heads()
    expect(() => net.compile({ optimizer: 'sgd', ...options } as never)).toThrow(ConfigError)
    expect(() => net.compile({ optimizer: 'sgd', ...options } as never)).toThrow(message)
    // What was compiled before still trains.
    expect(net.trainOnBatch({ left: [[1, 2]] }, { sort: [[1, 2]], size: [1] }).loss).toBeGreaterThan(0)
  })

  it.each(['loss', 'metrics', 'lossWeights'])('wants no record of %s for an output without a name', (option) => {
    const work = () => chain().compile({ optimizer: 'sgd', loss: 'huber', [option]: { size: 1 } } as never)
    expect(work).toThrow(ConfigError)
    expect(work).toThrow(
      new RegExp(
        `compile: ${option}: the model has one output, which has no name: pass the value itself, or name it .*outputs: \\{ size: … \\}`,
      ),
    )
  })
})

describe('data', () => {
  const features = { left: [[1, 2]] }
  const labels = { sort: [[1, 2]], size: [1] }

  it.each<[string, unknown, unknown, object, RegExp]>([
    ['an unknown input', { lift: [[1, 2]] }, labels, {}, /x: there is no input 'lift'; did you mean 'left'\?/],
    ['a missing input', {}, labels, {}, /x: input 'left' is missing; expected \{ left: … \}/],
    [
      'missing labels',
      features,
      { sort: [[1, 2]] },
      {},
      /y: output 'size' is missing; expected \{ sort: …, size: … \}/,
    ],
    [
      'an unknown output',
      features,
      { ...labels, sizes: [1] },
      {},
      /y: there is no output 'sizes'; did you mean 'size'\?/,
    ],
    [
      'labels without names',
      features,
      [[1, 2]],
      {},
      /y must be a record by name, \{ sort: …, size: … \}; got an array/,
    ],
    [
      'weights of an unknown output',
      features,
      labels,
      { sampleWeight: { sor: [1] } },
      /sampleWeight: there is no output 'sor'; did you mean 'sort'\?/,
    ],
    [
      'classes of an unknown output',
      features,
      labels,
      { classWeight: { sor: { 0: 1 } } },
      /classWeight: there is no output 'sor'; did you mean 'sort'\?/,
    ],
  ])('with %s is refused', async (_, given, expected, options, message) => {
    const net = heads()
    const before = allWeights(net)
    expect(() => net.trainOnBatch(given as never, expected as never, options)).toThrow(ConfigError)
    expect(() => net.trainOnBatch(given as never, expected as never, options)).toThrow(message)
    await expect(net.fit(given as never, expected as never, options)).rejects.toThrow(message)
    expect(allWeights(net)).toEqual(before)
  })

  it('wants no record where there is no name', () => {
    const net = chain()
    expect(() => net.predict({ left: [[1, 2]] } as never)).toThrow(
      /predict: x .*there are no names here, pass what 'left' has/,
    )
    expect(() => net.trainOnBatch([[1, 2]], { size: [1] } as never)).toThrow(
      /trainOnBatch: y .*no names here, pass what 'size'/,
    )
  })
})

describe('a tied layer', () => {
  it.each<[string, () => unknown, typeof ConfigError | typeof ShapeError, RegExp]>([
    [
      'to a name',
      () => tiedDense({ tiedTo: 'hidden' as never }),
      ConfigError,
      /tiedTo must be a dense layer, what dense\(\) returned; got 'hidden'/,
    ],
    ['to nothing', () => tiedDense({} as never), ConfigError, /tiedTo must be a dense layer/],
    [
      'to another kind',
      () => tiedDense({ tiedTo: add() }),
      ConfigError,
      /tiedTo must be a dense layer.*got a layer of kind 'add'/,
    ],
    [
      'to a layer without a shape',
      () => tiedDense({ tiedTo: dense({ units: 3, name: 'new' }) }).apply(h),
      ConfigError,
      /tiedDense: apply dense 'new' to a value first; until then its kernel has no shape/,
    ],
    [
      'on a value of another width',
      () => tiedDense({ tiedTo: hidden, name: 'back' }).apply(x),
      ShapeError,
      /tiedDense 'back' takes values of 3 features, the units of dense 'hidden', whose kernel it uses transposed; got 2/,
    ],
    [
      'to a layer of no part of the model',
      () => {
        const code = input({ shape: [3] })
        return model({ inputs: code, outputs: tiedDense({ tiedTo: hidden, name: 'back' }).apply(code) })
      },
      ConfigError,
      /layer 'back' is tied to dense 'hidden', which no output of the model depends on; use that layer in the model too/,
    ],
    [
      'to a layer behind it',
      () => {
        const [code, layer] = [input({ shape: [3] }), dense({ units: 3, name: 'later' })]
        layer.apply(input({ shape: [3] }))
        return model({ inputs: code, outputs: layer.apply(tiedDense({ tiedTo: layer, name: 'back' }).apply(code)) })
      },
      ConfigError,
      /layer 'back' is tied to dense 'later', which comes behind it; apply that layer first/,
    ],
    [
      'to a layer that reads another width here',
      () => {
        const [a, layer] = [input({ shape: [3] }), dense({ units: 3, name: 'owner' })]
        const own = layer.apply(a)
        layer.apply(input({ shape: [5] }))
        return model({ inputs: a, outputs: tiedDense({ tiedTo: layer, name: 'back' }).apply(own) })
      },
      ShapeError,
      /layer 'back' is tied to dense 'owner', which reads 3 features in this model and read 5 when they were tied; make new/,
    ],
  ])('%s is refused', (_, work, type, message) => {
    expect(work).toThrow(type)
    expect(work).toThrow(message)
  })
})

describe('sizes that do not fit in memory', () => {
  it('name the layer or the batch that is too large', async () => {
    const wide = () =>
      sequential({ inputShape: [20000], layers: [dense({ units: 4 }), dense({ units: 200_000_000, name: 'wide' })] })
    expect(wide).toThrow(ConfigError)
    expect(wide).toThrow(
      /largest part is the kernel of layer 'wide', 4 × 200000000 numbers, 3\.0 GiB\. Use fewer units/,
    )
    const net = sequential({ inputShape: [1], layers: [dense({ units: 20000, name: 'broad' }), dense({ units: 1 })] })
    net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const rows = new Float32Array(60000)
    const before = allWeights(net)
    await expect(net.fit(rows, rows, { batchSize: 'full' })).rejects.toThrow(
      /largest part is the output of layer 'broad' for a batch, 60000 × 20000 numbers, 4\.5 GiB\. Use a smaller batch/,
    )
    expect(allWeights(net)).toEqual(before)
    expect((await net.fit(rows.subarray(0, 64), rows.subarray(0, 64))).epochs.length).toBe(1)
    net.dispose()
  })
})
