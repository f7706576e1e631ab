/** Errors of a model in a worker are those of a model on the main thread. */

import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  customLoss,
  dense,
  earlyStopping,
  FormatError,
  input,
  lambda,
  NumericalError,
  RavineError,
  ShapeError,
  StateError,
  sequential,
} from '../../ts/index.ts'
import { receiveError, sendError, ThrownOnPage } from '../../ts/worker/errors.ts'
import { type WorkerModel, workerModel } from '../../ts/worker.ts'
import { blobs, failureOf } from '../model/support.ts'
import { classifierInWorker, description, ends, settings } from './support.ts'

const { x, y } = blobs(12)
const wrong = (value: unknown) => value as never

describe('on their way', () => {
  const travel = (error: unknown, thrown = new Map<number, unknown>()) =>
    receiveError(structuredClone(sendError(error)), thrown)

  it.each([
    new ShapeError('a'),
    new ConfigError('b', { cause: new TypeError('c', { cause: 'd' }) }),
    new StateError('e'),
    new NumericalError('f', { epoch: 1, batch: 2, layer: 'g' }),
    new FormatError('h'),
    new RangeError('i'),
    Object.assign(new Error('j'), { errno: -2, path: 'k' }),
    new DOMException('l', 'AbortError'),
  ])('keep class, message, cause and fields: %s', (error) => {
    const arrived = travel(error) as Error
    expect(arrived).toBeInstanceOf(error.constructor)
    expect(arrived.name).toBe(error.name)
    expect(arrived).toEqual(error)
    expect(Object.entries(arrived)).toEqual(Object.entries(error))
    expect(arrived.cause).toEqual(error.cause)
  })

  it('keep their name where the page has no such class', () => {
    const error = new WebAssembly.CompileError('m')
    expect(travel(error)).toMatchObject({ name: 'CompileError', message: 'm' })
  })

  it('may be no errors', () => {
    expect([travel('text'), travel(undefined), travel({ a: 1 })]).toEqual(['text', undefined, '[object Object]'])
  })

  it('may have stayed on the page', () => {
    const thrown = new Map([[3, Symbol('mine')]])
    expect(travel(new ThrownOnPage(3), thrown)).toBe(thrown.get(3))
    const outer = travel(new StateError('n', { cause: new ThrownOnPage(3) }), thrown) as Error
    expect(outer.cause).toBe(thrown.get(3))
  })

  it('may go in circles', () => {
    const error = new Error('o')
    error.cause = error
    expect((travel(error) as Error).message).toBe('o')
  })
})

describe('of calls', () => {
  const calls: Record<string, (model: WorkerModel | ReturnType<typeof sequential>) => unknown> = {
    'a row too long': (model) => model.fit(wrong([[1, 2, 3]]), wrong([1])),
    'a class too many': (model) => model.evaluate(wrong([[1, 2]]), wrong([3])),
    'a ragged array': (model) => model.predict(wrong([[1, 2], [1]])),
    'no data': (model) => model.predict(wrong('text')),
    'an unknown option': (model) => model.fit(wrong(x), wrong(y), wrong({ epoch: 3 })),
    'options that are none': (model) => model.fit(wrong(x), wrong(y), wrong(3)),
    'options of evaluate that are none': (model) => model.evaluate(wrong(x), wrong(y), wrong([])),
    'a signal that is none': (model) => model.fit(wrong(x), wrong(y), { signal: wrong(1) }),
    'a callback that is none': (model) => model.fit(wrong(x), wrong(y), { callbacks: wrong(earlyStopping) }),
    'a figure that there is not': (model) =>
      model.fit(wrong(x), wrong(y), { callbacks: earlyStopping({ monitor: 'lss' }) }),
    'verbose out of range': (model) => model.fit(wrong(x), wrong(y), { verbose: wrong(5) }),
    'a weight of another shape': (model) => model.setWeights({ 'dense/bias': [1] }),
    'an unknown optimizer': (model) => model.compile({ ...settings, optimizer: wrong('adm') }),
    'data that is not finite': (model) =>
      model.fit(
        wrong([
          [1, 2],
          [Number.NaN, 1],
        ]),
        wrong([0, 1]),
        { shuffle: false, batchSize: 1 },
      ),
  }

  it.each(Object.keys(calls))('%s', async (name) => {
    const main = sequential(description())
    main.compile(settings)
    const worker = await classifierInWorker()
    const work = calls[name] as (typeof calls)[string]
    const [expected, error] = [await failureOf(() => work(main)), await failureOf(() => work(wrong(worker)))]
    expect(error).toBeInstanceOf(RavineError)
    expect(error.constructor).toBe(expected.constructor)
    expect(error.message).toBe(expected.message)
    expect({ ...error }).toEqual({ ...expected })
    // It is as usable as before.
    expect((await worker.fit(x, y)).epochs).toEqual([0])
  })

  it('name the place of the call', async () => {
    const worker = await classifierInWorker()
    const error = await failureOf(() => worker.predict([[1]]))
    expect(error.stack).toMatch(/^ShapeError: predict: [\s\S]*errors\.test\.ts/)
  })

  it('during a training are those of the main thread', async () => {
    const worker = await classifierInWorker()
    const training = worker.fit(x, y, { epochs: 1e6, yieldEvery: 1 })
    for (const call of [worker.compile(settings), worker.trainOnBatch(x, y), worker.fit(x, y)]) {
      const error = await failureOf(() => call)
      expect(error).toBeInstanceOf(StateError)
      expect(error.message).toContain('the model is training')
    }
    expect((await worker.predict(x)).shape).toEqual([12, 3])
    expect(await worker.evaluate(x, y)).toHaveProperty('loss')
    await worker.stopTraining()
    expect((await training).epochs.length).toBeGreaterThan(0)
  })
})

describe('of what cannot be sent', () => {
  const custom = customLoss({ name: 'mine', evaluate: () => 0 })

  it('a customLoss', async () => {
    const worker = await classifierInWorker()
    for (const options of [
      { loss: custom },
      { loss: 'meanSquaredError' as const, metrics: ['accuracy' as const, custom] },
    ]) {
      const error = await failureOf(() => worker.compile(wrong({ optimizer: 'sgd', ...options })))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toMatch(
        /^compile: (loss|metrics\[1\]) is a customLoss, and functions cannot be sent to a worker/,
      )
    }
  })

  it('a lambda layer', async () => {
    const layer = lambda({ name: 'twice', forward: () => {}, backward: () => {} })
    const error = await failureOf(() => workerModel({ inputShape: [1], layers: [layer] }))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/^workerModel: 'twice' is a lambda layer, and functions cannot be sent/)
  })

  it('a model with functions', async () => {
    const layers = [
      lambda({ forward: (a, b) => b.set(a), backward: (_a, _b, from, to) => to.set(from) }),
      dense({ units: 1 }),
    ]
    const withLambda = sequential({ inputShape: [1], layers })
    const withLoss = sequential({ inputShape: [1], layers: [dense({ units: 1 })] })
    withLoss.compile({ optimizer: 'sgd', loss: custom })
    for (const [model, what] of [
      [withLambda, 'lambda layer'],
      [withLoss, 'customLoss'],
    ] as const) {
      const error = await failureOf(() => workerModel(model))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toContain(`the model has a ${what}, and functions cannot be sent to a worker`)
    }
  })

  it('functions and symbols anywhere', async () => {
    const worker = await classifierInWorker()
    const error = await failureOf(() =>
      worker.fit(
        wrong(x),
        wrong(() => y),
      ),
    )
    expect(error.message).toBe('fit: y is a function, which cannot be sent to a worker')
    const symbol = await failureOf(() => worker.predict(wrong([[1, Symbol('a')]])))
    expect(symbol).toBeInstanceOf(ConfigError)
  })
})

describe('of what is no model', () => {
  it.each([
    ['nothing', undefined, ConfigError, /^workerModel: expected what sequential\(\) or model\(\) takes/],
    ['an array', [], ConfigError, /^workerModel: expected what/],
    ['an unknown option', { inputShape: [1], layer: [] }, ConfigError, /^sequential: unknown option 'layer'/],
    ['a graph without outputs', { inputs: input({ shape: [1] }) }, ConfigError, /^model: outputs must be/],
    ['other bytes', new Uint8Array(40), FormatError, /^fromBytes/],
  ])('%s', async (_, given, Class, message) => {
    const error = await failureOf(() => workerModel(wrong(given)))
    expect(error).toBeInstanceOf(Class)
    expect(error.message).toMatch(message)
  })

  it('or no options', async () => {
    for (const [options, message] of [
      [{ worker: {} }, /^workerModel: worker must be a Worker that runs the file 'ravine\/worker-script'/],
      [{ wroker: 1 }, /^workerModel: unknown option 'wroker'; did you mean 'worker'/],
      [{ init: true }, /^workerModel: init must be an object of options/],
    ] as const) {
      const error = await failureOf(async () => ends(await workerModel(description(), wrong(options))))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toMatch(message)
    }
  })
})
