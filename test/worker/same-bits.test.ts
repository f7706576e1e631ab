/** A model in a worker gives what a model on the main thread gives, bit for bit. */

import { expect, it } from 'vitest'
import {
  adam,
  concatenate,
  dense,
  earlyStopping,
  model as graphModel,
  input,
  learningRateScheduler,
  Model,
  modelCheckpoint,
  reduceLearningRateOnPlateau,
  sequential,
  tiedDense,
} from '../../ts/index.ts'
import { workerModel } from '../../ts/worker.ts'
import { blobs, failureOf } from '../model/support.ts'
import { classifierInWorker, description, ends, settings } from './support.ts'

const { x, y } = blobs(90)

const onMain = () => {
  const model = sequential(description())
  model.compile(settings)
  return model
}

it('every method of a sequential model', async () => {
  const [main, worker] = [onMain(), await classifierInWorker()]
  const options = { epochs: 4, batchSize: 16, validationSplit: 0.2, classWeight: { 0: 2 } }
  expect(await worker.fit(x, y, options)).toEqual(await main.fit(x, y, options))
  expect(await worker.trainOnBatch(x, y)).toEqual(main.trainOnBatch(x, y))
  expect(await worker.gradients(x, y)).toEqual(main.gradients(x, y))
  expect(await worker.evaluate(x, y)).toEqual(await main.evaluate(x, y))
  expect(await worker.predict(x)).toEqual(main.predict(x))
  expect(await worker.getWeights()).toEqual(main.getWeights())
  expect(await worker.countParameters()).toBe(main.countParameters())
  expect(await worker.summary()).toBe(main.summary())
  expect(await worker.getLearningRate()).toBe(main.learningRate)
  expect(await worker.toBytes()).toEqual(main.toBytes())
  expect(worker.seed).toBe(main.seed)
  const zeros = { 'dense/bias': new Float32Array(8) }
  await worker.setWeights(zeros)
  main.setWeights(zeros)
  await worker.setLearningRate(0.5)
  main.learningRate = 0.5
  expect(await worker.fit(x, y, { epochs: 2 })).toEqual(await main.fit(x, y, { epochs: 2 }))
})

it('a graph with named inputs and outputs', async () => {
  const describe = () => {
    const [a, b] = [input({ shape: [1] }), input({ shape: [1] })]
    const hidden = dense({ units: 6, activation: 'relu' }).apply(concatenate().apply([a, b]))
    return {
      inputs: { a, b },
      outputs: { sum: dense({ units: 1 }).apply(hidden), sign: dense({ units: 1 }).apply(hidden) },
      seed: 3,
    }
  }
  const data = { a: [1, 2, 3, 4], b: [4, -3, 2, -1] }
  const labels = { sum: [5, -1, 5, 3], sign: [1, 0, 1, 0] }
  const compiled = { optimizer: adam(), loss: 'meanSquaredError', lossWeights: { sign: 0.5 } } as const
  const fit = { epochs: 3, batchSize: 2, validationData: [data, labels] } as const
  const main = graphModel(describe())
  main.compile(compiled)
  const worker = ends(await workerModel(describe()))
  await worker.compile(compiled)
  expect(await worker.fit(data, labels, fit)).toEqual(await main.fit(data, labels, fit))
  expect(await worker.predict(data)).toEqual(main.predict(data))
  const uploaded = await worker.upload(data)
  const part = { ...data, a: await worker.upload(data.a) }
  expect(await worker.predict(uploaded)).toEqual(main.predict(data))
  expect(await worker.predict(part)).toEqual(main.predict(data))
})

it('a layer that is tied to another', async () => {
  const describe = () => {
    const encoder = dense({ units: 1 })
    return { inputShape: [2], seed: 4, layers: [encoder, tiedDense({ tiedTo: encoder })] }
  }
  const main = sequential(describe())
  const worker = ends(await workerModel(describe()))
  const compiled = { optimizer: 'sgd', loss: 'meanSquaredError' } as const
  main.compile(compiled)
  await worker.compile(compiled)
  expect(await worker.fit(x, x, { epochs: 3 })).toEqual(await main.fit(x, x, { epochs: 3 }))
  expect(await worker.getWeights()).toEqual(main.getWeights())
})

it('a model that was trained on the page, and one from bytes, go on as they would there', async () => {
  const main = onMain()
  await main.fit(x, y, { epochs: 2 })
  const bytes = main.toBytes()
  const [copy, read] = [ends(await workerModel(main)), ends(await workerModel(bytes))]
  const expected = await main.fit(x, y, { epochs: 3 })
  expect(await copy.fit(x, y, { epochs: 3 })).toEqual(expected)
  expect(await read.fit(x, y, { epochs: 3 })).toEqual(expected)
  const back = Model.fromBytes(await copy.toBytes())
  expect(back.predict(x)).toEqual(main.predict(x))
})

it('a clone is a model in a worker of its own', async () => {
  const worker = await classifierInWorker()
  await worker.fit(x, y)
  const clone = ends(await worker.clone())
  expect(await clone.fit(x, y)).toEqual(await worker.fit(x, y))
  await worker.dispose()
  expect((await clone.predict(x)).shape).toEqual([90, 3])
})

it('layers bring the weights that they have, and whether they learn', async () => {
  const shared = dense({ units: 3, name: 'shared' })
  const source = sequential({ inputShape: [2], seed: 1, layers: [shared] })
  const worker = ends(await workerModel({ inputShape: [2], seed: 2, layers: [shared, dense({ units: 1 })] }))
  const before = source.getWeights()
  expect(await worker.getWeights()).toMatchObject(before)
  shared.trainable = false
  await worker.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  await worker.fit([[1, 2]], [3])
  expect(await worker.getWeights()).toMatchObject(before)
  shared.trainable = true
  await worker.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  await worker.fit([[1, 2]], [3])
  expect((await worker.getWeights())['shared/kernel']).not.toEqual(before['shared/kernel'])
})

it('callbacks of ravine’s', async () => {
  const train = async (inWorker: boolean) => {
    const model = inWorker ? await classifierInWorker() : onMain()
    const saved: number[] = []
    const best = modelCheckpoint({ monitor: 'loss', saveBestOnly: true, save: (bytes) => saved.push(bytes.length) })
    const stop = earlyStopping({ monitor: 'loss', minDelta: 0.05, patience: 2, restoreBestWeights: true })
    const reduce = reduceLearningRateOnPlateau({ monitor: 'loss', minDelta: 0.1, patience: 1, factor: 0.5 })
    const callbacks = [best, stop, reduce]
    const history = await model.fit(x, y, { epochs: 60, batchSize: 16, callbacks })
    const weights = await model.getWeights()
    const scheduled = learningRateScheduler((epoch, rate) => rate / (epoch + 1))
    const second = await model.fit(x, y, { epochs: 3, callbacks: scheduled })
    const found = [stop.stoppedEpoch, stop.bestEpoch, stop.best, best.epoch, best.best, best.bytes]
    return { history, weights, second, found, saved }
  }
  const [main, worker] = [await train(false), await train(true)]
  expect(main.history.epochs.length).toBeLessThan(60)
  expect(main.saved.length).toBeGreaterThan(0)
  expect(worker).toEqual(main)
})

it('the build that init chooses there', async () => {
  const worker = await classifierInWorker({ init: { deterministic: true } })
  expect(await worker.runtime()).toMatchObject({
    variant: 'simd',
    started: true,
    reason: expect.stringContaining('deterministic'),
  })
  const unasked = await classifierInWorker()
  expect(await unasked.runtime()).toMatchObject({ variant: 'simd' })
  const wrong = await failureOf(() => workerModel(description(), { init: { variant: 'fast' as never } }))
  expect(wrong.message).toBe("init: variant must be one of 'auto', 'simd', 'relaxed'; got 'fast'")
})
