import { describe, expect, it, vi } from 'vitest'
import {
  batchNormalization,
  createOptimizer,
  customLoss,
  dense,
  dropout,
  lambda,
  Model,
  runtime,
  sequential,
} from '../../ts/index.ts'
import { blobs, classifier } from '../model/support.ts'

// Other tests may keep the machine busy.
vi.setConfig({ testTimeout: 120_000 })

const { x, y } = blobs(32)
const bytes = () => runtime().memoryBytes

/** One life of a model, with all that takes memory. */
function life(seed: number): void {
  const model = sequential({
    inputShape: [2],
    seed,
    layers: [
      dense({ units: 24, activation: 'relu' }),
      batchNormalization(),
      dropout({ rate: 0.2 }),
      dense({ units: 3, activation: 'softmax' }),
    ],
  })
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy', 'auc'] })
  model.trainOnBatch(x, y)
  model.predict(x)
  model.dispose()
}

describe('WebAssembly memory', () => {
  it('stays flat over 10,000 rounds of create, train, dispose', () => {
    for (let i = 0; i < 100; i++) life(i)
    const before = bytes()
    for (let i = 0; i < 10_000; i++) life(i)
    expect(bytes()).toBe(before)
  })

  it('stays flat over fits, evaluations, saves and copies', async () => {
    const round = async () => {
      const model = classifier()
      await model.fit(x, y, { epochs: 2, batchSize: 5, validationSplit: 0.2, classWeight: { 0: 1, 1: 1, 2: 2 } })
      await model.evaluate(x, y)
      model.gradients(x, y)
      model.setWeights(model.getWeights())
      const copy = Model.fromBytes(model.toBytes())
      const clone = copy.clone()
      const part = clone.outputAt('dense')
      part.predict(x)
      const optimizer = createOptimizer('adam', new Float32Array(1000))
      optimizer.step(new Float32Array(1000))
      for (const each of [model, copy, clone, part, optimizer]) each.dispose()
    }
    for (let i = 0; i < 20; i++) await round()
    const before = bytes()
    for (let i = 0; i < 500; i++) await round()
    expect(bytes()).toBe(before)
  })

  it('stays flat over functions of the user’s, also when they fail', () => {
    const round = (fail: boolean) => {
      const answer = () => {
        if (fail) throw new Error('no')
      }
      const model = sequential({
        inputShape: [2],
        seed: 1,
        layers: [dense({ units: 9 }), lambda({ units: 3, forward() {}, backward: answer })],
      })
      const loss = customLoss({ name: 'mine', evaluate: () => 1 })
      model.compile({ optimizer: 'adam', loss, metrics: [loss] })
      const train = () => model.trainOnBatch(x, new Float32Array(96))
      fail ? expect(train).toThrow("lambda 'lambda' threw: no") : train()
      model.clone().dispose()
      model.dispose()
    }
    for (let i = 0; i < 100; i++) round(i % 2 === 0)
    const before = bytes()
    for (let i = 0; i < 2000; i++) round(i % 2 === 0)
    expect(bytes()).toBe(before)
  })

  it('stays flat over calls that fail', async () => {
    const model = classifier()
    const saved = model.toBytes()
    const bad = Float32Array.from(x)
    bad[17] = Number.NaN
    const wrong = y.slice()
    wrong[31] = 7
    const failures: (() => unknown)[] = [
      () => sequential({ inputShape: [2], layers: [dense({ units: 30_000 }), dense({ units: 30_000 })] }),
      () => model.fit(x, wrong),
      () => model.fit(bad, y, { checkData: true }),
      () => model.fit(bad, y, { batchSize: 4 }),
      () => model.fit(x, y, { validationData: [x, wrong] }),
      () => model.fit(x, y, { classWeight: { 0: -1 } }),
      () => model.fit(x, y, { callbacks: { onBatchEnd: () => Promise.reject(new Error('stop')) } }),
      () => model.fit(x, y, { signal: AbortSignal.abort() }),
      () => model.evaluate(bad, y),
      () => model.trainOnBatch(x, wrong),
      () => model.predict([[1, 2], [3]]),
      () => Model.fromBytes(saved.subarray(0, -4)),
      () => model.compile({ optimizer: 'adam', loss: 'nonsense' as 'huber' }),
    ]
    const round = async () => {
      for (const work of failures) {
        let failed = false
        try {
          await work()
        } catch {
          failed = true
        }
        if (!failed) throw new Error(`${work} did not fail`)
      }
    }
    for (let i = 0; i < 10; i++) await round()
    const before = bytes()
    for (let i = 0; i < 200; i++) await round()
    global.gc?.()
    expect(bytes()).toBe(before)
  })

  it('is used again after large data', async () => {
    const model = classifier({ features: 100 })
    const rows = 20_000
    const data = [new Float32Array(rows * 100).fill(0.5), new Uint8Array(rows)] as const
    for (let i = 0; i < 2; i++) await model.fit(...data, { batchSize: 1000 })
    const before = bytes()
    for (let i = 0; i < 20; i++) await model.fit(...data, { batchSize: 1000 })
    expect(bytes()).toBe(before)
  })
})

describe('models that are forgotten', () => {
  it('are freed after garbage collection', async () => {
    const gc = global.gc
    if (!gc) throw new Error('these tests need node --expose-gc')
    const forget = () => {
      for (let i = 0; i < 20; i++) {
        const model = sequential({ inputShape: [256], layers: [dense({ units: 1024 })] })
        model.predict(new Float32Array(256))
      }
    }
    const settle = async () => {
      for (let i = 0; i < 5; i++) {
        gc()
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    }
    forget()
    await settle()
    const before = bytes()
    for (let i = 0; i < 10; i++) {
      forget()
      await settle()
    }
    // Each round forgets 40 MB; a few of the last may still wait.
    expect(bytes()).toBeLessThanOrEqual(before + 45e6)
  })

  it('are not freed twice when they were disposed', async () => {
    for (let i = 0; i < 200; i++) {
      const model = classifier()
      model.dispose()
      model.dispose()
    }
    for (let i = 0; i < 5; i++) {
      global.gc?.()
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(classifier().predict(x).shape).toEqual([32, 3])
  })
})

describe('growth of memory', () => {
  it('does not disturb models that are alive', async () => {
    const model = classifier()
    const expected = model.predict(x)
    const weights = model.getWeights()
    const other = classifier()
    const training = other.fit(x, y, { epochs: 3, batchSize: 4, yieldEvery: 0 })
    const before = bytes()
    const large = []
    while (bytes() < before + 30e6) {
      large.push(sequential({ inputShape: [1000], layers: [dense({ units: 1000 })] }))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(model.predict(x)).toEqual(expected)
    expect(model.getWeights()).toEqual(weights)
    const history = await training
    const again = classifier()
    expect(await again.fit(x, y, { epochs: 3, batchSize: 4 })).toEqual(history)
    for (const each of large) each.dispose()
  })
})
