/** Losses of the user's own: the numbers of built-in ones, what they are lent, and what happens when they go wrong. */

import { describe, expect, it } from 'vitest'
import {
  activation,
  adam,
  ConfigError,
  type CustomLoss,
  customLoss,
  dense,
  type EvaluateLoss,
  type Features,
  input,
  type LossContext,
  type Matrix,
  Model,
  model,
  NumericalError,
  ShapeError,
  StateError,
  sequential,
} from '../../ts/index.ts'
import { lossGradient, lossValue, matmul } from '../../ts/ops.ts'
import { allWeights, blobs, failureOf, regression } from './support.ts'

const { x, y } = blobs(50)
const oneHot = Float32Array.from({ length: 150 }, (_, i) => Number(y[Math.floor(i / 3)] === i % 3))

const changed = (values: Float32Array, index: number, value: number) =>
  values.map((each, i) => (i === index ? value : each))

/** `mean (p − t)²`, as the built-in one. */
const squares: EvaluateLoss = (yTrue, yPred, gradient) => {
  let sum = 0
  for (const [i, p] of yPred.entries()) {
    const error = p - (yTrue[i] ?? 0)
    sum += error * error
    gradient[i] = (2 * error) / yPred.length
  }
  return sum / yPred.length
}
const mine = (evaluate: EvaluateLoss, labelWidth?: number) =>
  customLoss({ name: 'mine', evaluate, ...(labelWidth !== undefined && { labelWidth }) })

/** Cross-entropy of class numbers on logits, by its formula. */
const onLogits = mine((yTrue, yPred, gradient, { shape: [rows, columns] }) => {
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const logits = yPred.subarray(row * columns, (row + 1) * columns)
    const largest = Math.max(...logits)
    const total = logits.reduce((all, z) => all + Math.exp(z - largest), 0)
    const label = yTrue[row] ?? 0
    sum += Math.log(total) + largest - (logits[label] ?? 0)
    for (const [i, z] of logits.entries())
      gradient[row * columns + i] = (Math.exp(z - largest) / total - Number(i === label)) / rows
  }
  return sum / rows
}, 1)

/** Keras's cross-entropy of one-hot rows on probabilities: of each row divided by its sum. */
const onProbabilities = mine((yTrue, yPred, gradient, { shape: [rows, columns] }) => {
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const from = row * columns
    const total = yPred.subarray(from, from + columns).reduce((all, p) => all + p, 0)
    for (let i = from; i < from + columns; i++) {
      const [t, p] = [yTrue[i] ?? 0, yPred[i] ?? 0]
      if (t > 0) sum -= t * Math.log(p / total)
      gradient[i] = (1 / total - t / p) / rows
    }
  }
  return sum / rows
})

/** `2 → 8 tanh → 3`, its output as given; a layer behind it that does nothing keeps a built-in loss from being fused. */
function classifier(output: 'linear' | 'softmax', fused = true): Model<Features, Matrix> {
  const layers = [dense({ units: 8, activation: 'tanh' }), dense({ units: 3, activation: output })]
  return sequential({ inputShape: [2], seed: 5, layers: fused ? layers : [...layers, activation('linear')] })
}

describe('a hand-written cross-entropy', () => {
  it('on logits gives the numbers of the built-in one', async () => {
    const [own, built] = [classifier('linear'), classifier('softmax')]
    own.compile({ optimizer: adam({ learningRate: 0.02 }), loss: onLogits, metrics: ['accuracy'] })
    built.compile({
      optimizer: adam({ learningRate: 0.02 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    })
    const options = { epochs: 8, batchSize: 8, validationSplit: 0.2 }
    const [a, b] = [await own.fit(x, y, options), await built.fit(x, y, options)]
    // The gradients differ in the last bits of float32 (exp in double here, in single there); 40 steps of Adam turn that into 1e-5.
    for (const [name, values] of Object.entries(b.logs))
      for (const [i, value] of values.entries()) expect(a.logs[name]?.[i], `${name} ${i}`).toBeCloseTo(value, 4)
    for (const [i, w] of allWeights(built).entries()) expect(allWeights(own)[i]).toBeCloseTo(w, 4)
    expect(a.logs.val_accuracy).toEqual(b.logs.val_accuracy)
    expect((await own.evaluate(x, y)).loss).toBeCloseTo((await built.evaluate(x, y)).loss ?? 0, 4)
  })

  it('on probabilities gives the numbers of the built-in one that is not fused', async () => {
    const own = classifier('softmax')
    own.compile({ optimizer: 'sgd', loss: onProbabilities, metrics: ['categoricalCrossentropy'] })
    const { loss } = own.gradients(x, oneHot)
    expect(loss).toBeCloseTo(lossValue('categoricalCrossentropy', { data: oneHot, shape: [50, 3] }, own.predict(x)), 6)
    const built = classifier('softmax', false)
    built.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' })
    const [a, b] = [own.gradients(x, oneHot).gradients, built.gradients(x, oneHot).gradients]
    for (const [key, { data }] of Object.entries(b))
      for (const [i, g] of data.entries()) expect(a[key]?.data[i], `${key} ${i}`).toBeCloseTo(g, 6)
    const logs = await own.evaluate(x, oneHot)
    expect(logs.categoricalCrossentropy).toBeCloseTo(logs.loss ?? 0, 6)
  })

  it('has the gradient of its value, in ravine/ops', () => {
    const yPred = { data: Float32Array.of(0.2, 0.5, 0.3, 0.1, 0.1, 0.8), shape: [2, 3] as [number, number] }
    const labels = [
      [0, 1, 0],
      [0.5, 0, 0.5],
    ]
    const { data, shape } = lossGradient(onProbabilities, labels, yPred)
    expect(shape).toEqual([2, 3])
    for (const [i, p] of yPred.data.entries()) {
      const at = (value: number) =>
        lossValue(onProbabilities, labels, { ...yPred, data: changed(yPred.data, i, value) })
      // Five points: the formula's error is of fourth order, that of predictions rounded to float32 about 1e-5.
      const [h, difference] = [p / 64, (step: number) => at(p + step) - at(p - step)]
      expect(data[i]).toBeCloseTo((8 * difference(h) - difference(2 * h)) / (12 * h), 3)
    }
    const built = lossGradient('categoricalCrossentropy', labels, yPred)
    for (const [i, g] of built.data.entries()) expect(data[i]).toBeCloseTo(g, 6)
    expect(lossValue(onLogits, [1], [[0, 0]])).toBeCloseTo(Math.log(2), 6)
    expect(lossGradient(onLogits, [], []).shape[0]).toBe(0)
    expect(() => lossValue(onLogits, [], [])).toThrow(ShapeError)
    expect(
      lossValue(
        mine(() => Number.NaN),
        [1],
        [1],
      ),
    ).toBeNaN()
  })
})

/** Two outputs over one body, compiled with these losses. */
function twoHeads(loss: Record<'a' | 'b', CustomLoss | 'meanSquaredError'>, weights = { a: 0.5, b: 2 }) {
  const source = input({ shape: [2] })
  const body = dense({ units: 4, activation: 'tanh' }).apply(source)
  const outputs = { a: dense({ units: 2, name: 'a' }).apply(body), b: dense({ units: 1, name: 'b' }).apply(body) }
  const net = model({ inputs: source, outputs, seed: 3 })
  net.compile({ optimizer: 'sgd', loss, lossWeights: weights, metrics: { b: [mine(() => 7)] } })
  return net
}

describe('with several outputs', () => {
  const labels = { a: x, b: x.filter((_, i) => i % 2 === 0) }

  it('counts with its weight, in logs, gradients and training', async () => {
    const own = twoHeads({ a: customLoss({ name: 'squares', evaluate: squares }), b: 'meanSquaredError' })
    const built = twoHeads({ a: 'meanSquaredError', b: 'meanSquaredError' })
    const [a, b] = [own.gradients(x, labels), built.gradients(x, labels)]
    expect(a.loss).toBeCloseTo(b.loss, 6)
    for (const [key, { data }] of Object.entries(b.gradients))
      for (const [i, g] of data.entries()) expect(a.gradients[key]?.data[i], key).toBeCloseTo(g, 6)
    const [logs, expected] = [await own.evaluate(x, labels), await built.evaluate(x, labels)]
    expect(Object.keys(logs)).toEqual(['loss', 'a_loss', 'b_loss', 'b_mine'])
    for (const [name, value] of Object.entries(expected)) expect(logs[name]).toBeCloseTo(value, 6)
    expect(logs.b_mine).toBe(7)
  })

  it('takes no weights, while other outputs do', async () => {
    const net = twoHeads({ a: customLoss({ name: 'squares', evaluate: squares }), b: 'meanSquaredError' })
    const ones = new Float32Array(50).fill(1)
    await expect(net.fit(x, labels, { sampleWeight: ones })).rejects.toThrow(
      "fit: sampleWeight.a: customLoss 'squares' takes no weights",
    )
    expect(() => net.trainOnBatch(x, labels, { classWeight: { a: { 0: 1 } } })).toThrow(ConfigError)
    await net.fit(x, labels, { sampleWeight: { b: ones }, epochs: 1 })
  })

  it('is named with its output', () => {
    const net = twoHeads({ a: 'meanSquaredError', b: customLoss({ name: 'bad', evaluate: () => 'x' as never }) })
    expect(() => net.gradients(x, labels)).toThrow(
      "gradients: customLoss 'bad' of output 'b' must return a number, the mean over the rows of the batch; it returned 'x'",
    )
  })
})

/** A linear model `2 → 1` with a loss of one's own. */
function line(evaluate: EvaluateLoss) {
  const net = regression()
  net.compile({ optimizer: 'adam', loss: mine(evaluate), metrics: ['meanSquaredError'] })
  return net
}
const targets = x.filter((_, i) => i % 2 === 0)

describe('what it gets', () => {
  it('is told of shapes and training, and its mean is weighted by rows', async () => {
    const seen: LossContext[] = []
    const net = line((yTrue, yPred, gradient, context) => {
      seen.push(context)
      expect([yTrue.length, yPred.length, gradient.length]).toEqual([context.shape[0], context.shape[0], yPred.length])
      expect(gradient.every((g) => g === 0)).toBe(true)
      return squares(yTrue, yPred, gradient, context)
    })
    const { loss, meanSquaredError } = await net.evaluate(x, targets, { batchSize: 32 })
    expect(loss).toBeCloseTo(meanSquaredError ?? 0, 6)
    expect(seen.map(({ shape, labelShape, training }) => [shape, labelShape, training])).toEqual([
      [[32, 1], [32, 1], false],
      [[18, 1], [18, 1], false],
    ])
    net.trainOnBatch(x, targets)
    expect(seen.at(-1)).toEqual({ shape: [50, 1], labelShape: [50, 1], training: true })
  })

  it('is empty after the call, and changes nothing by being kept', async () => {
    const kept: Float32Array[] = []
    const net = line((yTrue, yPred, gradient, context) => {
      for (const array of kept) {
        expect(array.length).toBe(0)
        array[0] = 1e9
      }
      kept.push(yTrue, yPred, gradient)
      return squares(yTrue, yPred, gradient, context)
    })
    const plain = line(squares)
    for (const each of [net, plain]) await each.fit(x, targets, { epochs: 3, batchSize: 7 })
    expect(allWeights(net)).toEqual(allWeights(plain))
    expect(kept.length).toBe(3 * 8 * 3)
    expect(kept.every((array) => array.length === 0 && array.buffer.byteLength === 0)).toBe(true)
  })

  it('may be written to, given memory grows or not', () => {
    const net = line((yTrue, yPred, gradient, context) => {
      const value = squares(yTrue, yPred, gradient, context)
      yTrue.fill(Number.NaN)
      yPred.fill(Number.NaN)
      // Takes some 60 MB of WebAssembly memory, which detaches every view of it.
      matmul({ data: new Float32Array(3e6), shape: [3e6, 1] }, { data: new Float32Array(4), shape: [1, 4] })
      return value
    })
    const plain = line(squares)
    for (const each of [net, plain]) each.trainOnBatch(x, targets)
    expect(allWeights(net)).toEqual(allWeights(plain))
  })

  it('labels are as wide as it says', async () => {
    const net = classifier('linear')
    net.compile({ optimizer: 'sgd', loss: onLogits })
    expect(() => net.trainOnBatch(x, oneHot)).toThrow(ShapeError)
    net.trainOnBatch(
      x,
      Float32Array.from(y, () => 0.5),
    )
    net.compile({ optimizer: 'sgd', loss: onLogits, metrics: ['accuracy'] })
    expect(() =>
      net.trainOnBatch(
        x,
        Float32Array.from(y, () => 0.5),
      ),
    ).toThrow('row 0 must be a class number')
    net.compile({ optimizer: 'sgd', loss: mine(squares) })
    expect(() => net.trainOnBatch(x, y)).toThrow(
      "has one number a row, but customLoss 'mine' expects 3 numbers a row; labelWidth says how many",
    )
    // Rows with a weight each as a fourth column.
    const weighted = mine((yTrue, yPred, gradient, { shape: [rows], labelShape }) => {
      expect(labelShape).toEqual([rows, 4])
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < 3; i++)
          gradient[3 * row + i] =
            (2 * (yTrue[4 * row + 3] ?? 0) * ((yPred[3 * row + i] ?? 0) - (yTrue[4 * row + i] ?? 0))) / 3 / rows
      return 0
    }, 4)
    const labels = Array.from(y, (label, row) => [...[0, 1, 2].map((i) => Number(i === label)), row % 3])
    const built = classifier('linear')
    net.setWeights(built.getWeights())
    net.compile({ optimizer: 'sgd', loss: weighted })
    built.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    net.trainOnBatch(x, labels)
    built.trainOnBatch(x, oneHot, { sampleWeight: Float32Array.from(y, (_, row) => row % 3) })
    for (const [i, w] of allWeights(built).entries()) expect(allWeights(net)[i]).toBeCloseTo(w, 6)
  })

  it('as a metric it is not differentiated, and may be NaN', async () => {
    const net = regression()
    const seen: number[] = []
    const watched = customLoss({
      name: 'watched',
      evaluate: (yTrue, yPred, gradient, context) => {
        seen.push(context.shape[0])
        gradient.fill(Number.NaN)
        return squares(yTrue, yPred, new Float32Array(yPred.length), context)
      },
    })
    const never = customLoss({ name: 'never', evaluate: () => Number.NaN })
    net.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: [watched, never, watched] })
    const { logs } = await net.fit(x, targets, { epochs: 2, batchSize: 20, shuffle: false })
    expect(Object.keys(logs)).toEqual(['loss', 'watched', 'never', 'watched_1'])
    for (const i of [0, 1]) {
      expect(logs.watched?.[i]).toBeCloseTo(logs.loss?.[i] ?? 0, 5)
      expect(logs.never?.[i]).toBeNaN()
    }
    expect(seen.slice(0, 6)).toEqual([20, 20, 20, 20, 10, 10])
  })
})

describe('when it goes wrong', () => {
  /** Works until the call of that number, then as given. */
  function failing(at: number, fail: EvaluateLoss) {
    let calls = 0
    const net = line((...call) => (calls++ === at ? fail(...call) : squares(...call)))
    return { net, fine: () => calls }
  }

  const boom = new TypeError('boom')
  const forever: EvaluateLoss = (...call) => forever(...call) + 1
  it.each<[string, EvaluateLoss, new (...args: never[]) => Error, string]>([
    [
      'it throws',
      () => {
        throw boom
      },
      ConfigError,
      "customLoss 'mine' threw: boom",
    ],
    [
      'it throws what is no error',
      () => {
        throw null
      },
      ConfigError,
      "customLoss 'mine' threw: null",
    ],
    [
      'it throws what cannot be looked at',
      () => {
        const trap = (): never => {
          throw hostile
        }
        const hostile: unknown = new Proxy({}, { getPrototypeOf: trap, get: trap, has: trap, ownKeys: trap })
        throw hostile
      },
      ConfigError,
      'threw something that cannot be shown',
    ],
    ['it never ends', (...call) => forever(...call), ConfigError, "customLoss 'mine' threw: Maximum call stack"],
    ['it returns nothing', () => undefined as never, ConfigError, 'must return a number'],
    ['it returns a text', () => '1' as never, ConfigError, "it returned '1'"],
    ['it is async', (async () => 1) as never, ConfigError, 'it must not be async'],
    ['it returns NaN', () => Number.NaN, NumericalError, "customLoss 'mine' returned NaN"],
    ['it returns infinity', () => Number.NEGATIVE_INFINITY, NumericalError, "customLoss 'mine' returned -Infinity"],
    [
      'it writes NaN',
      (_, __, gradient) => {
        gradient[3] = Number.NaN
        return 0
      },
      NumericalError,
      "customLoss 'mine' wrote NaN to gradient: row 3",
    ],
    [
      'it writes what overflows float32',
      (_, __, gradient) => {
        gradient[1] = 1e39
        return 0
      },
      NumericalError,
      "customLoss 'mine' wrote Infinity to gradient: row 1",
    ],
    [
      'it gives its memory away',
      (_, __, gradient) => {
        structuredClone(gradient.buffer, { transfer: [gradient.buffer as ArrayBuffer] })
        return 0
      },
      ConfigError,
      'gave away the memory that it was lent',
    ],
  ])('%s: an error that says where, and nothing has changed', async (_, fail, kind, message) => {
    const { net } = failing(7, fail)
    const twin = line(squares)
    // Epoch 1, batch 2 of five.
    const weights: number[][] = []
    const callbacks = { onBatchEnd: () => void weights.push(allWeights(net)) }
    const error = await failureOf(() => net.fit(x, targets, { epochs: 3, batchSize: 10, callbacks }))
    expect(error).toBeInstanceOf(kind)
    expect(error.message).toContain(message)
    expect(error.message).toContain('epoch 1, batch 2')
    expect(error.message).toContain('The weights are those before that batch.')
    if (error instanceof NumericalError) expect([error.epoch, error.batch]).toEqual([1, 2])
    if (message.endsWith('boom')) expect(error.cause).toBe(boom)
    expect(allWeights(net)).toEqual(weights.at(-1))
    expect(weights.length).toBe(7)
    // The optimizer went on where it was: a twin that trains on the same rows has the same bits.
    const epoch = { initialEpoch: 2, epochs: 3, batchSize: 10 }
    await twin.fit(x, targets, { epochs: 1, batchSize: 10 })
    let batches = 0
    await twin.fit(x, targets, {
      initialEpoch: 1,
      epochs: 2,
      batchSize: 10,
      yieldEvery: 0,
      callbacks: {
        onBatchEnd: () => {
          if (++batches === 2) twin.stopTraining = true
        },
      },
    })
    for (const each of [net, twin]) await each.fit(x, targets, epoch)
    expect(allWeights(net)).toEqual(allWeights(twin))
  })

  it('is told by every call', async () => {
    const fail = () => {
      throw boom
    }
    const one = () => failing(0, fail).net
    for (const [call, work] of [
      ['fit', () => one().fit(x, targets)],
      ['evaluate', () => one().evaluate(x, targets)],
      ['trainOnBatch', () => one().trainOnBatch(x, targets)],
      ['gradients', () => one().gradients(x, targets)],
    ] as const) {
      const error = await failureOf(work)
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message, call).toMatch(new RegExp(`^${call}: .*customLoss 'mine' threw: boom`))
      expect(error.cause).toBe(boom)
    }
    expect(() => failing(0, () => Number.NaN).net.gradients(x, targets)).toThrow(NumericalError)
    const metric = regression()
    metric.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: [mine(fail)] })
    const before = allWeights(metric)
    expect(() => metric.trainOnBatch(x, targets)).toThrow("trainOnBatch: in batch 0, customLoss 'mine' threw: boom")
    expect(allWeights(metric)).toEqual(before)
  })

  it('data or a layer that is to blame is blamed', async () => {
    const error = await failureOf(() => line(squares).fit(changed(x, 9, Number.NaN), targets))
    expect(error).toBeInstanceOf(NumericalError)
    expect(error.message).toMatch(/fit: x: row 4, column 1 is NaN/)
    const labels = await failureOf(() => line(squares).fit(x, changed(targets, 3, Number.NaN)))
    expect(labels.message).toMatch(/customLoss 'mine' returned NaN; fit: y: row 3 is NaN/)
    // Labels that are NaN on purpose are the loss's own affair.
    const masked = line((yTrue, yPred, gradient, context) =>
      squares(
        yTrue.map((t, i) => (Number.isNaN(t) ? (yPred[i] ?? 0) : t)),
        yPred,
        gradient,
        context,
      ),
    )
    await masked.fit(x, changed(targets, 3, Number.NaN))
  })

  it('an error in one call is no other call’s', async () => {
    const other = new Error('another')
    const errors = [boom, other]
    let asked: Promise<Error> | undefined
    const net = line((...call) => {
      // Runs after this batch, before fit goes on.
      if (errors.length === 2) queueMicrotask(() => (asked = failureOf(() => net.gradients(x, targets))))
      const error = errors.shift()
      if (error) throw error
      return squares(...call)
    })
    const error = await failureOf(() => net.fit(x, targets))
    expect([error.cause, error.message]).toEqual([boom, expect.stringContaining('epoch 0, batch 0')])
    expect((await asked)?.cause).toBe(other)
  })
})

describe('what it may use', () => {
  it('the model that calls it is in use: every method is a StateError', async () => {
    const calls: Record<string, (net: Model<Features, Matrix>) => unknown> = {
      predict: (net) => net.predict(x),
      trainOnBatch: (net) => net.trainOnBatch(x, targets),
      gradients: (net) => net.gradients(x, targets),
      getWeights: (net) => net.getWeights(),
      setWeights: (net) => net.setWeights({ 'dense/bias': [0] }),
      compile: (net) => net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' }),
      summary: (net) => net.summary(),
      toBytes: (net) => net.toBytes(),
      clone: (net) => net.clone(),
      outputAt: (net) => net.outputAt('dense'),
      countParameters: (net) => net.countParameters(),
      learningRate: (net) => net.learningRate,
      'learningRate =': (net) => {
        net.learningRate = 1
      },
      dispose: (net) => net.dispose(),
      'a model with its layers': (net) => sequential({ inputShape: [2], layers: [...net.layers] }),
    }
    for (const [name, call] of Object.entries(calls)) {
      const net = line((...arrays) => {
        call(net)
        return squares(...arrays)
      })
      const before = allWeights(net)
      const error = await failureOf(() => net.fit(x, targets))
      expect(error, name).toBeInstanceOf(StateError)
      expect(error.cause, name).toBeInstanceOf(StateError)
      expect(error.message, name).toContain("the model cannot be used by customLoss 'mine', which it is waiting for")
      expect([net.disposed, allWeights(net)], name).toEqual([false, before])
    }
  })

  it('fit and evaluate within it are rejected', async () => {
    const inner: Promise<Error>[] = []
    const net = line((...arrays) => {
      inner.push(
        failureOf(() => net.fit(x, targets)),
        failureOf(() => net.evaluate(x, targets)),
      )
      net.stopTraining = true
      return squares(...arrays)
    })
    await net.fit(x, targets, { batchSize: 25, epochs: 1 })
    const errors = await Promise.all(inner)
    expect(errors.length).toBeGreaterThanOrEqual(2)
    for (const error of errors) expect(error).toBeInstanceOf(StateError)
  })

  it('other models, in any depth, and operations are free', async () => {
    const teacher = regression({ seed: 1 })
    const inner = line((yTrue, yPred, gradient) => {
      gradient.set(
        lossGradient(
          'meanSquaredError',
          { data: yTrue, shape: [yTrue.length, 1] },
          { data: yPred, shape: [yPred.length, 1] },
        ).data,
      )
      return teacher.predict([1, 2]).data[0] ?? 0
    })
    const net = line((...arrays) => {
      const extra = regression()
      inner.trainOnBatch(x, targets)
      extra.trainOnBatch(x, targets)
      extra.dispose()
      return squares(...arrays)
    })
    const plain = line(squares)
    for (const each of [net, plain]) await each.fit(x, targets, { epochs: 2 })
    expect(allWeights(net)).toEqual(allWeights(plain))
  })

  it('a model that its loss refers to is freed when it is forgotten', async () => {
    const make = () => {
      const net = line((...arrays) => (net.disposed ? 0 : squares(...arrays)))
      net.trainOnBatch(x, targets)
      return new WeakRef(net)
    }
    const forgotten = make()
    for (let i = 0; i < 50 && forgotten.deref(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      globalThis.gc?.()
    }
    expect(forgotten.deref()).toBeUndefined()
  })
})

describe('saved and copied', () => {
  it('a clone has the same functions', async () => {
    const net = line(squares)
    await net.fit(x, targets, { epochs: 1 })
    const copy = net.clone()
    for (const each of [net, copy]) await each.fit(x, targets, { initialEpoch: 1, epochs: 3 })
    expect(allWeights(copy)).toEqual(allWeights(net))
  })

  it('bytes have their names, and want the functions back', async () => {
    const other = customLoss({ name: 'other', evaluate: squares })
    const net = regression()
    net.compile({ optimizer: 'adam', loss: mine(squares, 1), metrics: [other] })
    await net.fit(x, targets, { epochs: 1 })
    const bytes = net.toBytes()
    const copy = Model.fromBytes(bytes, { custom: [mine(squares, 1), other] })
    for (const each of [net, copy]) await each.fit(x, targets, { initialEpoch: 1, epochs: 2 })
    expect(allWeights(copy)).toEqual(allWeights(net))
    for (const [custom, message] of [
      [
        undefined,
        /the model has the custom loss 'mine', and bytes cannot hold functions; pass it: fromBytes\(bytes, \{ custom/,
      ],
      [[mine(squares, 1)], /the custom loss 'other'/],
      [[mine(squares), other], /customLoss 'mine' was saved with labelWidth 1, the one in custom has undefined/],
      [['mine'], /custom\[0\] must be what customLoss\(\) or lambda\(\) returned; got 'mine'/],
      [[dense({ units: 1 })], /custom\[0\] must be/],
      [mine(squares), /custom must be an array/],
    ] as const) {
      expect(() => Model.fromBytes(bytes, { custom: custom as never })).toThrow(ConfigError)
      expect(() => Model.fromBytes(bytes, { custom: custom as never })).toThrow(message)
    }
  })
})
