import { describe, expect, it } from 'vitest'
import {
  binaryCrossentropy,
  ConfigError,
  dense,
  type LossLike,
  NumericalError,
  RavineError,
  ShapeError,
  StateError,
  sequential,
  sgd,
} from '../../ts/index.ts'
import { allWeights, blobs, classifier, failureOf, regression } from './support.ts'

const { x, y } = blobs(30)

describe('before compile', () => {
  const model = sequential({ inputShape: [2], layers: [dense({ units: 3 })] })
  it.each<[string, () => unknown]>([
    ['fit', () => model.fit(x, y)],
    ['evaluate', () => model.evaluate(x, y)],
    ['trainOnBatch', () => model.trainOnBatch(x, y)],
    ['gradients', () => model.gradients(x, y)],
    ['learningRate', () => model.learningRate],
  ])('%s says what to call', async (call, work) => {
    const error = await failureOf(work)
    expect(error).toBeInstanceOf(StateError)
    expect(error.message).toBe(
      `${call}: the model has not been compiled; call model.compile({ optimizer, loss }) first`,
    )
  })
})

describe('after dispose', () => {
  it('every method names the model, and dispose does nothing more', async () => {
    const model = classifier()
    const { fit, evaluate, predict } = model
    const bytes = model.toBytes()
    model.dispose()
    model.dispose()
    expect(model.disposed).toBe(true)
    const calls: (() => unknown)[] = [
      () => fit.call(model, x, y),
      () => evaluate.call(model, x, y),
      () => predict.call(model, x),
      () => model.trainOnBatch(x, y),
      () => model.gradients(x, y),
      () => model.compile({ optimizer: 'sgd', loss: 'huber' }),
      () => model.getWeights(),
      () => model.setWeights({}),
      () => model.countParameters(),
      () => model.summary(),
      () => model.clone(),
      () => model.toBytes(),
      () => model.outputAt('dense'),
      () => model.learningRate,
    ]
    for (const call of calls) {
      const error = await failureOf(call)
      expect(error).toBeInstanceOf(StateError)
      expect(error.message).toMatch(/^this model 2 → 8 → 3 has been disposed/)
    }
    expect(bytes.length).toBeGreaterThan(0)
  })

  it('happens at the end of a block with using', () => {
    const model = classifier()
    const dispose = (model as unknown as Record<symbol, () => void>)[Symbol.dispose ?? Symbol.for('Symbol.dispose')]
    dispose?.call(model)
    expect(model.disposed).toBe(true)
  })
})

describe('while training', () => {
  it('another fit, trainOnBatch and compile are refused, reading is not', async () => {
    const model = classifier()
    const training = model.fit(x, y, { epochs: 3, yieldEvery: 0, batchSize: 4 })
    for (const call of [
      () => model.fit(x, y),
      () => model.trainOnBatch(x, y),
      () => model.compile({ optimizer: 'sgd', loss: 'huber' }),
    ]) {
      const error = await failureOf(call)
      expect(error).toBeInstanceOf(StateError)
      expect(error.message).toMatch(/^(fit|trainOnBatch|compile): the model is training; await the promise of fit/)
    }
    model.predict(x)
    model.getWeights()
    expect((await model.evaluate(x, y)).loss).toBeGreaterThan(0)
    expect((await training).epochs).toEqual([0, 1, 2])
    model.trainOnBatch(x, y)
  })

  it('evaluations at the same time do not disturb one another or the training', async () => {
    const [a, b] = [classifier(), classifier()]
    const options = { epochs: 4, batchSize: 4, validationData: [x, y] as const }
    const training = a.fit(x, y, { ...options, yieldEvery: 0 })
    const alone = (await b.evaluate(x, y, { batchSize: 7 })).loss
    const both = await Promise.all([
      b.evaluate(x, y, { batchSize: 7, yieldEvery: 0 }),
      b.evaluate(x.subarray(0, 20), y.subarray(0, 10), { yieldEvery: 0 }),
      b.evaluate(x, y, { batchSize: 7, yieldEvery: 0 }),
      a.evaluate(x, y, { batchSize: 2, yieldEvery: 0 }),
      a.evaluate(x, y, { batchSize: 3, yieldEvery: 0 }),
    ])
    expect([both[0]?.loss, both[2]?.loss]).toEqual([alone, alone])
    expect(both[1]?.loss).not.toBe(alone)
    expect(await training).toEqual(await b.fit(x, y, options))
  })

  it('dispose ends it with an error', async () => {
    const model = classifier()
    const training = model.fit(x, y, { epochs: 100, yieldEvery: 0, batchSize: 4 })
    await new Promise((resolve) => setTimeout(resolve, 2))
    model.dispose()
    await expect(training).rejects.toThrow(/fit: the model was disposed while the call was under way/)
    await expect(training).rejects.toBeInstanceOf(StateError)
    const evaluated = classifier()
    const evaluation = evaluated.evaluate(x, y, { yieldEvery: 0, batchSize: 2 })
    await Promise.resolve()
    await Promise.resolve()
    evaluated.dispose()
    await expect(evaluation).rejects.toBeInstanceOf(StateError)
    const inCallback = classifier()
    const callbacks = { onEpochEnd: () => inCallback.dispose() }
    await expect(inCallback.fit(x, y, { callbacks })).rejects.toThrow(
      /fit: the model was disposed while it was training/,
    )
  })
})

describe('a number that is not finite', () => {
  it('of a cross-entropy on numbers that are no probabilities says what to do', async () => {
    const train = (loss: LossLike, labels: readonly number[]) => {
      const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
      model.compile({ optimizer: 'adam', loss })
      return model.fit([1e3, -1e3, 1e3, -1e3], labels)
    }
    const advice =
      /the loss is not finite\..* binaryCrossentropy takes probabilities: end the output with a sigmoid, or use/
    await expect(train('binaryCrossentropy', [1, 1, 0, 0])).rejects.toThrow(advice)
    await train(binaryCrossentropy({ fromLogits: true }), [1, 1, 0, 0])
    await expect(train('meanSquaredError', [3e38, 3e38, 3e38, 3e38])).rejects.toThrow(
      /before that batch\. A lower learning/,
    )
  })

  it('names the layer whose weights the last update of an epoch spoils', async () => {
    const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1, name: 'only' })] })
    model.compile({ optimizer: sgd({ learningRate: 3e38 }), loss: 'meanSquaredError' })
    const error = await model.fit([1, 2], [100, 200], { batchSize: 2, verbose: 0 }).catch((reason) => reason)
    expect(error).toBeInstanceOf(NumericalError)
    expect(error.message).toMatch(/its update left weights of layer 'only' that are not finite/)
    expect([error.epoch, error.batch, error.layer]).toEqual([0, 0, 'only'])
    model.dispose()
  })

  it('names the update that spoilt the weights, not the batch that shows it, and weights that were spoilt before', async () => {
    const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1, name: 'only' })] })
    model.compile({ optimizer: sgd({ learningRate: 3e38 }), loss: 'meanSquaredError' })
    const caught = (promise: Promise<unknown>) =>
      promise.then(
        () => expect.unreachable(),
        (reason: NumericalError) => reason,
      )
    const error = await caught(model.fit([1, 2], [100, 200], { batchSize: 1, verbose: 0, shuffle: false }))
    expect(error.message).toMatch(/epoch 0, batch 0 .*its update left weights of layer 'only' that are not finite/)
    expect([error.epoch, error.batch, error.layer]).toEqual([0, 0, 'only'])
    const later = await caught(model.evaluate([1], [1]))
    expect(later).toBeInstanceOf(NumericalError)
    expect(later.message).toMatch(/the weights of layer 'only' were not finite before; give it others with setWeights/)
    expect(() => model.trainOnBatch([1], [1])).toThrow(/the weights of layer 'only' were not finite before/)
    model.dispose()
  })

  it('a validation that is not finite names its epoch', async () => {
    const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const validationData = [[Number.NaN], [1]] as [number[], number[]]
    const error = await model.fit([1], [1], { verbose: 0, initialEpoch: 2, epochs: 3, validationData }).catch((e) => e)
    expect(error.message).toMatch(/validationData met a number that is not finite in epoch 2, batch 0/)
    expect([error.epoch, error.batch]).toEqual([2, 0])
    expect(error.message).not.toMatch(/weights are those/)
    model.dispose()
  })

  it('stops training, naming epoch, batch and layer, with the weights of the batch before', async () => {
    // The last weight is drawn: one near 0 would put off what is to happen.
    const model = sequential({
      inputShape: [1],
      seed: 1,
      layers: [dense({ units: 1, name: 'steps', kernelInitializer: 'ones' }), dense({ units: 1, name: 'end' })],
    })
    model.compile({ optimizer: sgd({ learningRate: 1e30 }), loss: 'meanSquaredError' })
    const other = model.clone()
    const rows = [[1], [1e10], [2], [3]]
    const error = await failureOf(() => model.fit(rows, [1, 2, 3, 4], { batchSize: 1, shuffle: false }))
    expect(error).toBeInstanceOf(NumericalError)
    const { epoch, batch, layer } = error as NumericalError
    expect([epoch, batch, layer]).toEqual([0, 1, 'steps'])
    expect(error.message).toMatch(
      /^fit met a number that is not finite in epoch 0, batch 1 \(counted from 0\): the output of layer 'steps' is the first that is not finite\. The weights are those before that batch\. A lower learning rate/,
    )
    other.trainOnBatch([[1]], [1])
    expect(allWeights(model)).toEqual(allWeights(other))
  })

  it('in the data is named, features and labels', async () => {
    const model = regression()
    const before = allWeights(model)
    const rows = [
      [1, 2],
      [3, Number.NaN],
    ]
    const error = await failureOf(() => model.fit(rows, [1, 2]))
    expect(error.message).toMatch(/fit met .* epoch 0, batch 0 .*: fit: x: row 1, column 1 is NaN\..*checkData: true/)
    const label = await failureOf(() => model.fit([[1, 2]], [Number.POSITIVE_INFINITY]))
    expect(label.message).toMatch(/fit: y: row 0 is Infinity/)
    const split = await failureOf(() =>
      model.fit([...rows.slice(0, 1), [1, 1], [0, Number.NaN]], [0, 0, 0], {
        validationSplit: 0.4,
        epochs: 1,
        batchSize: 1,
      }),
    )
    expect(split.message).toMatch(/fit: x: row 2, column 1 is NaN/)
    expect(label).toBeInstanceOf(NumericalError)
    const batch = await failureOf(() => model.trainOnBatch(rows, [1, 2]))
    expect(batch.message).toMatch(
      /^trainOnBatch met .* in batch 0: trainOnBatch: x: row 1, column 1 is NaN\. The weights are those before/,
    )
    const evaluation = await failureOf(() => model.evaluate(rows, [1, 2]))
    expect(evaluation.message).toMatch(/^evaluate met .* in batch 0: evaluate: x: row 1, column 1 is NaN\. Remove/)
    expect(before.length).toBe(3)
  })

  it('is found before training when asked', async () => {
    const model = regression()
    const before = allWeights(model)
    const rows = [
      [1, 2],
      [3, 4],
      [Number.NEGATIVE_INFINITY, 1],
    ]
    await expect(model.fit(rows, [1, 2, 3], { checkData: true, batchSize: 1 })).rejects.toThrow(
      /^fit: x: row 2, column 0 is -Infinity; numbers must be finite \(as float32\)$/,
    )
    await expect(model.fit([[1e39, 1]], [1], { checkData: true })).rejects.toThrow(/row 0, column 0 is Infinity/)
    await expect(model.fit([[1, 1]], [Number.NaN], { checkData: true })).rejects.toThrow(/fit: y: row 0 is NaN/)
    await expect(
      model.fit([[1, 1]], [1], {
        checkData: true,
        validationData: [
          [
            [1, 1],
            [2, Number.NaN],
          ],
          [1, 2],
        ],
      }),
    ).rejects.toThrow(/fit: validationData: x: row 1, column 1 is NaN/)
    await expect(model.evaluate(rows, [1, 2, 3], { checkData: true })).rejects.toBeInstanceOf(NumericalError)
    expect(() => model.gradients(rows, [1, 2, 3], { checkData: true })).toThrow(/gradients: x: row 2/)
    expect(allWeights(model)).toEqual(before)
  })
})

describe('errors', () => {
  it('are RavineErrors with a code', async () => {
    const cases: [new (message: string) => RavineError, string][] = [
      [ShapeError, 'shape'],
      [ConfigError, 'config'],
      [StateError, 'state'],
      [NumericalError, 'numerical'],
    ]
    for (const [Class, code] of cases) {
      const error = new Class('what')
      expect([error.code, error.name, error instanceof RavineError, error instanceof Error]).toEqual([
        code,
        Class.name,
        true,
        true,
      ])
    }
  })

  it('of fit come as rejections, never thrown', () => {
    const model = classifier()
    const promise = model.fit(undefined as never, undefined as never)
    expect(promise).toBeInstanceOf(Promise)
    return expect(promise).rejects.toBeInstanceOf(ConfigError)
  })
})
