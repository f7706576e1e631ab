import { describe, expect, it } from 'vitest'
import {
  activation,
  adam,
  batchNormalization,
  type CompileOptions,
  ConfigError,
  customLoss,
  dense,
  exponentialDecay,
  type LossName,
  sequential,
  sgd,
  topKAccuracy,
} from '../../ts/index.ts'
import { blobs, classifier } from './support.ts'

const net = (units = 3) => sequential({ inputShape: [2], seed: 1, layers: [dense({ units, name: 'out' })] })

describe('compile', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /compile: optimizer must be given, for example 'adam'/],
    ['no optimizer', { loss: 'meanSquaredError' }, /optimizer must be given/],
    ['no loss', { optimizer: 'adam' }, /loss must be given, for example 'meanSquaredError'/],
    [
      'an unknown optimizer',
      { optimizer: 'adamm', loss: 'huber' },
      /optimizer: unknown optimizer 'adamm'; did you mean 'adam'\?/,
    ],
    [
      'an unknown loss',
      { optimizer: 'adam', loss: 'mse' },
      /loss: unknown loss 'mse'; did you mean 'meanSquaredError'\?/,
    ],
    [
      'an unknown metric',
      { optimizer: 'adam', loss: 'huber', metrics: ['acuracy'] },
      /metrics\[0\]: unknown metric 'acuracy'; did you mean 'accuracy'\?/,
    ],
    [
      'an unknown option',
      { optimizer: 'adam', loss: 'huber', metric: [] },
      /unknown option 'metric'; did you mean 'metrics'\?/,
    ],
    ['a negative rate', { optimizer: { kind: 'adam', learningRate: -1 }, loss: 'huber' }, /learningRate/],
    [
      'a clip of 0',
      { optimizer: 'adam', loss: 'huber', clipNorm: 0 },
      /clipNorm must be a finite number above 0; got 0/,
    ],
    ['a clip that is none', { optimizer: 'adam', loss: 'huber', clipValue: Number.NaN }, /clipValue .*got NaN/],
    [
      'classes as numbers in a metric',
      { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['r2'] },
      /metrics\[0\]: r2 compares numbers, but the labels of sparseCategoricalCrossentropy are class numbers/,
    ],
    [
      'rows as classes in a metric',
      { optimizer: 'adam', loss: 'meanSquaredError', metrics: 'sparseCategoricalAccuracy' },
      /metrics: sparseCategoricalAccuracy takes class numbers/,
    ],
    [
      'a loss on other labels as a metric',
      { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['categoricalCrossentropy'] },
      /categoricalCrossentropy expects labels of 3 numbers a row/,
    ],
    [
      'a sparse loss as a metric on rows',
      { optimizer: 'adam', loss: 'meanSquaredError', metrics: ['sparseCategoricalCrossentropy'] },
      /takes class numbers, but the labels of meanSquaredError are rows/,
    ],
    [
      'two losses of one’s own with one name',
      {
        optimizer: 'adam',
        loss: customLoss({ name: 'mine', evaluate: () => 0 }),
        metrics: [customLoss({ name: 'mine', evaluate: () => 1 })],
      },
      /two custom losses are called 'mine'/,
    ],
    [
      'a metric of one’s own on other labels',
      {
        optimizer: 'adam',
        loss: 'meanSquaredError',
        metrics: [customLoss({ name: 'mine', evaluate: () => 0, labelWidth: 1 })],
      },
      /customLoss 'mine' expects labels of 1 numbers a row, but those of meanSquaredError have 3/,
    ],
    [
      'a metric where labels are nothing that it knows',
      {
        optimizer: 'adam',
        loss: customLoss({ name: 'mine', evaluate: () => 0, labelWidth: 2 }),
        metrics: ['meanSquaredError'],
      },
      /cannot compare 3 units with the 2 numbers that labels of customLoss 'mine' have/,
    ],
    [
      'a metric of numbers on class numbers',
      {
        optimizer: 'adam',
        loss: customLoss({ name: 'mine', evaluate: () => 0, labelWidth: 1 }),
        metrics: ['r2'],
      },
      /labels of customLoss 'mine' are class numbers/,
    ],
  ])('refuses %s', (_, options, message) => {
    const model = net()
    expect(() => model.compile(options as CompileOptions)).toThrow(ConfigError)
    expect(() => model.compile(options as CompileOptions)).toThrow(message)
  })

  it('refuses classes in one unit', () => {
    expect(() => net(1).compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })).toThrow(
      /needs an output of at least 2 units.*binaryCrossentropy/,
    )
    expect(() => net(1).compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })).toThrow(ConfigError)
    expect(() =>
      net(1).compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['sparseCategoricalCrossentropy'] }),
    ).toThrow(ConfigError)
    expect(() => net(1).compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['topKAccuracy'] })).toThrow(
      /the output has one unit/,
    )
  })

  it('keeps the old settings when new ones are refused', async () => {
    const model = classifier()
    const { x, y } = blobs(12)
    expect(() => model.compile({ optimizer: 'adam', loss: 'nonsense' as 'huber' })).toThrow(ConfigError)
    expect(Object.keys(await model.evaluate(x, y))).toEqual(['loss', 'accuracy'])
  })

  it('starts the optimizer anew and keeps the weights', () => {
    const { x, y } = blobs(30)
    const model = classifier()
    for (let i = 0; i < 5; i++) model.trainOnBatch(x, y)
    const weights = model.getWeights()
    const compile = () =>
      model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: 'sparseCategoricalCrossentropy' })
    compile()
    expect(model.getWeights()).toEqual(weights)
    model.trainOnBatch(x, y)
    const first = model.getWeights()
    model.setWeights(weights)
    compile()
    model.trainOnBatch(x, y)
    expect(model.getWeights()).toEqual(first)
  })

  it('names metrics of one kind apart', () => {
    const model = net()
    const metrics = [topKAccuracy({ k: 1 }), topKAccuracy({ k: 2 }), 'accuracy'] as const
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics })
    const { x, y } = blobs(30)
    const logs = model.trainOnBatch(x, y)
    expect(Object.keys(logs)).toEqual(['loss', 'topKAccuracy', 'topKAccuracy_1', 'accuracy'])
    expect(logs.topKAccuracy).toBe(logs.accuracy)
    expect(logs.topKAccuracy_1).toBeGreaterThanOrEqual(logs.topKAccuracy ?? 1)
  })

  it("a metric that is the output's own loss is that loss, at saturation too", async () => {
    const far = (units: number, activation: 'softmax' | 'sigmoid', loss: LossName) => {
      const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units, activation, useBias: false })] })
      model.compile({ optimizer: 'sgd', loss, metrics: [loss] })
      model.setWeights({ 'dense/kernel': [1000, ...Array<number>(units - 1).fill(0)] })
      return model
    }
    const classes = far(3, 'softmax', 'sparseCategoricalCrossentropy')
    const one = await classes.evaluate([[1], [-1]], [1, 1])
    expect(one.sparseCategoricalCrossentropy).toBe(one.loss)
    expect(one.loss).toBeCloseTo((1000 + Math.log(2)) / 2, 3)
    const yes = far(1, 'sigmoid', 'binaryCrossentropy').trainOnBatch([[1]], [0])
    expect([yes.loss, yes.binaryCrossentropy]).toEqual([1000, 1000])
  })

  it('hinge reads labels of 0 and 1 as signs only if there are no others', async () => {
    const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1, kernelInitializer: 'zeros' })] })
    model.compile({ optimizer: 'sgd', loss: 'hinge' })
    model.setWeights({ 'dense/bias': [0.5] })
    const loss = async (y: number[]) => (await model.evaluate([1, 2, 3], y)).loss
    // 1 − y/2: as signs 1.5, 1.5, 0.5; as they are 1, 1.5, 0.5.
    expect(await loss([0, 0, 1])).toBeCloseTo(3.5 / 3, 6)
    expect(await loss([0, -1, 1])).toBeCloseTo(1, 6)
  })

  it('takes a loss as a metric', () => {
    const model = net()
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['meanSquaredError', 'huber', 'logCosh'] })
    const logs = model.trainOnBatch([[1, 2]], [[0.5, 0.5, 0.5]])
    expect(Object.keys(logs)).toEqual(['loss', 'meanSquaredError', 'huber', 'logCosh'])
    expect(logs.meanSquaredError).toBeCloseTo(logs.loss ?? 0, 6)
  })
})

describe('what training obeys', () => {
  it('to train what is all frozen is refused; to predict, evaluate and ask for gradients is not', async () => {
    const model = classifier()
    const { x, y } = blobs(30)
    const compile = () => model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
    for (const layer of model.layers) layer.trainable = false
    await model.fit(x, y) // as it was compiled
    compile()
    const before = model.toBytes()
    const message =
      'nothing learns, every layer with weights was frozen at compile; set trainable = true on some and compile again'
    await expect(model.fit(x, y)).rejects.toThrow(ConfigError)
    await expect(model.fit(x, y)).rejects.toThrow(`fit: ${message}`)
    expect(() => model.trainOnBatch(x, y)).toThrow(`trainOnBatch: ${message}`)
    expect(model.toBytes()).toEqual(before)
    expect(model.predict(x).shape).toEqual([30, 3])
    expect((await model.evaluate(x, y)).loss).toBeCloseTo(model.gradients(x, y).loss, 5)
    for (const layer of model.layers) layer.trainable = true
    await expect(model.fit(x, y)).rejects.toThrow(ConfigError)
    compile()
    await model.fit(x, y)
  })

  it('running statistics alone may learn, and what has no weights may go through the motions', async () => {
    const { x } = blobs(30)
    const norm = batchNormalization({ center: false, scale: false })
    const moved = sequential({ inputShape: [2], layers: [norm, dense({ units: 2, trainable: false })] })
    const bare = sequential({ inputShape: [2], layers: [activation('tanh')] })
    for (const model of [moved, bare]) model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const before = moved.getWeights()
    for (const model of [moved, bare]) await model.fit(x, x)
    expect(moved.getWeights()['batchNormalization/movingMean']).not.toEqual(before['batchNormalization/movingMean'])
  })

  it('a frozen layer has no gradients and no state', () => {
    const memoryWith = (trainable: boolean) => {
      const [body] = model.layers
      if (body) body.trainable = trainable
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
      return model.summary().match(/(parameters|gradients|optimizer state): .*/g)
    }
    const model = classifier()
    expect(memoryWith(true)).toEqual(['parameters: 256 B', 'gradients: 256 B', 'optimizer state: 512 B'])
    expect(memoryWith(false)).toEqual(['parameters: 256 B', 'gradients: 128 B', 'optimizer state: 256 B'])
  })

  it('a frozen layer keeps its bits from the next compile on', () => {
    const model = classifier()
    const { x, y } = blobs(30)
    const [body] = model.layers
    if (!body) throw new Error('no layer')
    body.trainable = false
    const before = model.getWeights()
    model.trainOnBatch(x, y)
    expect(model.getWeights()['dense/kernel']).not.toEqual(before['dense/kernel'])
    const frozen = model.getWeights()
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
    for (let i = 0; i < 3; i++) model.trainOnBatch(x, y)
    expect(model.getWeights()['dense/kernel']).toEqual(frozen['dense/kernel'])
    expect(model.getWeights()['dense_1/kernel']).not.toEqual(frozen['dense_1/kernel'])
    expect(Object.keys(model.gradients(x, y).gradients)).toEqual(['dense_1/kernel', 'dense_1/bias'])
  })

  it('learningRateScale multiplies the rate of a layer', () => {
    const step = (scale: number) => {
      const model = sequential({ inputShape: [2], seed: 1, layers: [dense({ units: 1, learningRateScale: scale })] })
      model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'meanSquaredError' })
      const before = model.getWeights()['dense/bias']?.data[0] ?? 0
      model.trainOnBatch([[1, 2]], [3])
      return (model.getWeights()['dense/bias']?.data[0] ?? 0) - before
    }
    expect(step(0)).toBe(0)
    expect(step(0.25)).toBeCloseTo(step(1) / 4, 6)
  })

  it('clipValue and clipNorm bound an update', () => {
    const step = (clip: object) => {
      const model = sequential({ inputShape: [2], seed: 1, layers: [dense({ units: 1, kernelInitializer: 'zeros' })] })
      model.compile({ optimizer: sgd({ learningRate: 1 }), loss: 'meanSquaredError', ...clip })
      model.trainOnBatch([[3, 4]], [100])
      return [...(model.getWeights()['dense/kernel']?.data ?? []), ...(model.getWeights()['dense/bias']?.data ?? [])]
    }
    // The gradient is −200 · (3, 4, 1).
    expect(step({ clipValue: 0.5 })).toEqual([0.5, 0.5, 0.5])
    const [a = 0, b = 0, c = 0] = step({ clipNorm: 2 })
    expect(Math.hypot(a, b, c)).toBeCloseTo(2, 5)
    expect([a / c, b / c]).toEqual([expect.closeTo(3, 4), expect.closeTo(4, 4)])
  })

  it('a schedule goes by steps, and a rate that is set replaces it', () => {
    const model = net(1)
    const schedule = exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 })
    model.compile({ optimizer: sgd({ learningRate: schedule }), loss: 'meanSquaredError' })
    const rates = [0, 1, 2].map(() => {
      const rate = model.learningRate
      model.trainOnBatch([[0, 0]], [0])
      return rate
    })
    expect(rates).toEqual([1, 0.5, 0.25])
    model.learningRate = 0.3
    model.trainOnBatch([[0, 0]], [0])
    expect(model.learningRate).toBe(0.3)
    expect(() => {
      model.learningRate = -1
    }).toThrow(/learningRate must be a finite number, at least 0; got -1/)
  })
})
