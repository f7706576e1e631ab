/** Layers of the user's own: the numbers of built-in ones, what they are lent, and what happens when they go wrong. */

import { describe, expect, it } from 'vitest'
import {
  activation,
  add,
  ConfigError,
  concatenate,
  customLoss,
  dense,
  input,
  type LambdaContext,
  type LambdaOptions,
  type Layer,
  lambda,
  Model,
  model,
  NumericalError,
  ShapeError,
  StateError,
  sequential,
} from '../../ts/index.ts'
import { activate, activateGradient } from '../../ts/ops.ts'
import { allWeights, failureOf, randomNumbers } from '../model/support.ts'

const random = randomNumbers(8)
const x = Float32Array.from({ length: 40 * 3 }, () => 2 * random() - 1)
const y = Float32Array.from({ length: 40 * 2 }, () => random())

/** An element-wise layer. */
const each = (f: (x: number) => number, derivative: (x: number) => number, options: Partial<LambdaOptions> = {}) =>
  lambda({
    forward: (input, output) => output.set(input.map(f)),
    backward: (input, _, above, below) => below.set(above.map((g, i) => derivative(input[i] ?? 0) * g)),
    ...options,
  })
const relu = (options: Partial<LambdaOptions> = {}) =>
  each(
    (x) => Math.max(x, 0),
    (x) => Number(x > 0),
    options,
  )

/** `3 → 5 → the layer → 2`. */
function net(layer: Layer, width = 5) {
  const built = sequential({ inputShape: [3], seed: 4, layers: [dense({ units: width }), layer, dense({ units: 2 })] })
  built.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
  return built
}

describe('the numbers of a built-in layer', () => {
  it('to the bit, where the arithmetic is exact', async () => {
    const [own, built] = [net(relu()), net(activation('relu'))]
    for (const one of [own, built]) await one.fit(x, y, { epochs: 4, batchSize: 7 })
    expect(allWeights(own)).toEqual(allWeights(built))
    expect(own.predict(x)).toEqual(built.predict(x))
    expect(await own.evaluate(x, y, { batchSize: 9 })).toEqual(await built.evaluate(x, y, { batchSize: 9 }))
  })

  it('to the bit, where the kernels are the same', async () => {
    const gelu = lambda({
      forward: (input, output, { shape }) => output.set(activate('gelu', { data: input, shape: [...shape] }).data),
      backward: (input, _, above, below, { shape }) =>
        below.set(
          activateGradient('gelu', { data: input, shape: [...shape] }, { data: above, shape: [...shape] }).data,
        ),
    })
    const [own, built] = [net(gelu), net(activation('gelu'))]
    for (const one of [own, built]) await one.fit(x, y, { epochs: 3, batchSize: 16 })
    expect(allWeights(own)).toEqual(allWeights(built))
  })

  it('of tanh, but for rounding', async () => {
    const [own, built] = [net(each(Math.tanh, (x) => 1 - Math.tanh(x) ** 2)), net(activation('tanh'))]
    for (const one of [own, built]) await one.fit(x, y, { epochs: 4, batchSize: 8 })
    // Both are within a few units of float32's last place; 20 steps of Adam turn that into 1e-5.
    for (const [i, w] of allWeights(built).entries()) expect(allWeights(own)[i]).toBeCloseTo(w, 4)
  })

  it('on values with several users, and used twice', () => {
    const build = (layer: Layer) => {
      const source = input({ shape: [3] })
      const first = dense({ units: 4, name: 'first' }).apply(source)
      const second = dense({ units: 4, name: 'second' }).apply(layer.apply(first))
      const joined = concatenate().apply([first, layer.apply(second), add().apply([first, second])])
      const built = model({ inputs: source, outputs: dense({ units: 2, name: 'last' }).apply(joined), seed: 9 })
      built.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      return built
    }
    const [own, built] = [build(relu()), build(activation('relu'))]
    const [a, b] = [own.gradients(x, y), built.gradients(x, y)]
    expect(a).toEqual(b)
  })
})

describe('what it gets', () => {
  it('is told of shapes and training, and changes width', async () => {
    const seen: [string, LambdaContext][] = []
    /** The sums of neighbours. */
    const pairs = lambda({
      units: 3,
      name: 'pairs',
      forward(input, output, context) {
        seen.push(['forward', context])
        for (let i = 0; i < output.length; i++) output[i] = (input[2 * i] ?? 0) + (input[2 * i + 1] ?? 0)
      },
      backward(input, output, above, below, context) {
        seen.push(['backward', context])
        expect([input.length, output.length, above.length]).toEqual([below.length, above.length, below.length / 2])
        for (let i = 0; i < below.length; i++) below[i] = above[i >> 1] ?? 0
      },
    })
    const built = net(pairs, 6)
    expect(built.summary()).toMatch(/pairs \(lambda\) +\[batch, 3\] +0\n/)
    await built.fit(x, y, { epochs: 1, batchSize: 25 })
    const shapes = (rows: number) => ({ shape: [rows, 3], inputShape: [rows, 6], training: true })
    expect(seen).toEqual([25, 15].flatMap((rows) => ['forward', 'backward'].map((pass) => [pass, shapes(rows)])))
    seen.length = 0
    const part = built.outputAt('pairs')
    const { data, shape } = part.predict(x)
    expect(shape).toEqual([40, 3])
    expect(seen).toEqual([['forward', { ...shapes(40), training: false }]])
    const before = part.outputAt('dense').predict(x).data
    expect([...data]).toEqual([...data].map((_, i) => Math.fround((before[2 * i] ?? 0) + (before[2 * i + 1] ?? 0))))
    expect(built.getLayer('pairs').config.units).toBe(3)
  })

  it('is empty after the call, and what it is to write is 0 before', () => {
    const kept: Float32Array[] = []
    const keep = (...arrays: Float32Array[]) => {
      expect(kept.every((array) => array.length === 0)).toBe(true)
      expect(arrays.at(-1)?.every((value) => value === 0)).toBe(true)
      kept.push(...arrays)
    }
    const built = net(
      lambda({
        forward: (input, output) => {
          keep(input, output)
          output.set(input)
          input.fill(Number.NaN)
        },
        backward: (input, output, above, below) => {
          keep(input, output, above, below)
          below.set(above)
        },
      }),
    )
    const plain = net(activation('linear'))
    for (const one of [built, plain]) for (let i = 0; i < 3; i++) one.trainOnBatch(x, y)
    expect(allWeights(built)).toEqual(allWeights(plain))
    expect(kept.length).toBe(18)
  })

  it('is not asked for a gradient that nobody needs', async () => {
    const never = () => {
      throw new Error('it was asked')
    }
    const first = sequential({ inputShape: [3], seed: 1, layers: [relu({ backward: never }), dense({ units: 2 })] })
    first.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    await first.fit(x, y, { epochs: 1 })
    const frozen = net(relu({ backward: never }))
    frozen.getLayer('dense').trainable = false
    frozen.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    await frozen.fit(x, y, { epochs: 1 })
  })
})

describe('when it goes wrong', () => {
  const boom = new TypeError('boom')
  const fail = () => {
    throw boom
  }

  it('every call says so, and nothing has changed', async () => {
    for (const [call, part, work] of [
      ['predict', 'forward', (one) => one.predict(x)],
      ['evaluate', 'forward', (one) => one.evaluate(x, y)],
      ['fit', 'backward', (one) => one.fit(x, y)],
      ['trainOnBatch', 'backward', (one) => one.trainOnBatch(x, y)],
      ['gradients', 'backward', (one) => one.gradients(x, y)],
    ] as [string, 'forward' | 'backward', (one: ReturnType<typeof net>) => unknown][]) {
      let failing = true
      const good = relu().config as unknown as Required<LambdaOptions>
      const layer = lambda({
        name: 'mine',
        forward: (...arrays) => (failing && part === 'forward' ? fail() : good.forward(...arrays)),
        backward: (...arrays) => (failing && part === 'backward' ? fail() : good.backward(...arrays)),
      })
      const [one, twin] = [net(layer), net(relu({ name: 'mine' }))]
      const error = await failureOf(() => work(one))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toMatch(new RegExp(`^${call}: .*lambda 'mine' threw: boom`))
      expect(error.cause).toBe(boom)
      failing = false
      for (const each of [one, twin]) await each.fit(x, y, { epochs: 2 })
      expect(allWeights(one), call).toEqual(allWeights(twin))
    }
  })

  it('a gradient that is not finite is met before it reaches a weight', async () => {
    let batch = 0
    const layer = relu({ name: 'mine' })
    const { forward, backward } = layer.config as unknown as Required<LambdaOptions>
    const one = net(
      lambda({
        name: 'mine',
        forward,
        backward(input, output, above, below, context) {
          backward(input, output, above, below, context)
          if (++batch === 3) below[7] = 1e39
        },
      }),
    )
    const error = await failureOf(() => one.fit(x, y, { batchSize: 10 }))
    expect(error).toBeInstanceOf(NumericalError)
    expect(error).toMatchObject({ epoch: 0, batch: 2 })
    expect(error.message).toContain("lambda 'mine' wrote Infinity to inputGradient: row 1, column 2")
    expect(allWeights(one).every(Number.isFinite)).toBe(true)
  })

  it('but what comes spoilt from above is not the layer’s', () => {
    const one = net(relu())
    expect(
      one
        .gradients(
          x,
          y.map(() => Number.NaN),
        )
        .gradients['dense/kernel']?.data.some(Number.isNaN),
    ).toBe(true)
    const bad = customLoss({ name: 'bad', evaluate: (_, __, gradient) => gradient.fill(Number.NaN).length })
    const never = () => {
      throw new Error('it was asked')
    }
    for (const backward of [relu().config.backward as LambdaOptions['backward'], never]) {
      const two = net(relu({ backward }))
      two.compile({ optimizer: 'sgd', loss: bad })
      for (let i = 0; i < 2; i++)
        expect(() => two.gradients(x, y)).toThrow("gradients: customLoss 'bad' wrote NaN to gradient")
      expect(() => two.trainOnBatch(x, y)).toThrow("customLoss 'bad' wrote NaN to gradient")
      expect(two.predict(x).data.every(Number.isFinite)).toBe(true)
    }
  })

  it('an output that is not finite is the layer’s', async () => {
    const one = net(each(Math.log, (x) => 1 / x, { name: 'logarithm' }))
    const error = await failureOf(() => one.fit(x, y))
    expect(error).toBeInstanceOf(NumericalError)
    expect(error).toMatchObject({ layer: 'logarithm', batch: 0 })
    expect(one.predict(x).data.some(Number.isNaN)).toBe(true)
  })

  it('async functions and use of the model are refused', async () => {
    expect(() => net(relu({ forward: async () => {} })).predict(x)).toThrow('must not be async')
    const one = net(relu({ forward: () => one.predict(x) }))
    expect(() => one.predict(x)).toThrow(StateError)
    expect(() => one.predict(x)).toThrow("the model cannot be used by lambda 'lambda', which it is waiting for")
    const disposing = net(relu({ forward: () => disposing.dispose() }))
    expect(() => disposing.predict(x)).toThrow(StateError)
    expect(disposing.disposed).toBe(false)
  })

  it('so are settings that are none', () => {
    const functions = { forward: () => {}, backward: () => {} }
    for (const [options, message] of [
      [undefined, /lambda: forward must be a function \(input, output, context\) → nothing; got undefined/],
      [{ forward: functions.forward }, /lambda: backward must be a function/],
      [{ ...functions, units: -1 }, /units must be/],
      [{ ...functions, units: 1.5 }, /units must be/],
      [{ ...functions, forwards: 1 }, /unknown option 'forwards'; did you mean 'forward'/],
    ] as const)
      expect(() => lambda(options as never)).toThrow(message)
    const a = input({ shape: [2] })
    expect(() => lambda(functions).apply([a, a])).toThrow(ShapeError)
  })
})

describe('saved and copied', () => {
  it('a clone has the same functions, whatever the layer is called since', async () => {
    const layer = relu()
    const one = net(layer)
    // Another model, in which the name is taken.
    sequential({ inputShape: [3], layers: [relu({ name: 'lambda' }), layer] })
    const copy = one.clone()
    for (const each of [one, copy]) await each.fit(x, y, { epochs: 2 })
    expect(allWeights(copy)).toEqual(allWeights(one))
  })

  it('bytes have its name, and want the functions back', () => {
    const one = net(relu({ name: 'mine' }))
    const bytes = one.toBytes()
    const copy = Model.fromBytes(bytes, { custom: [relu({ name: 'mine' })] })
    expect(copy.predict(x)).toEqual(one.predict(x))
    for (const [custom, message] of [
      [[], /the model has the lambda layer 'mine', and bytes cannot hold functions/],
      [[relu()], /the lambda layer 'mine'/],
      [[relu({ name: 'mine', units: 4 })], /lambda 'mine' was saved with units 0, the one in custom has 4/],
    ] as const) {
      expect(() => Model.fromBytes(bytes, { custom })).toThrow(ConfigError)
      expect(() => Model.fromBytes(bytes, { custom })).toThrow(message)
    }
  })
})
