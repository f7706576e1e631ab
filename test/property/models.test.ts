/** Random models of random layers, trained with random settings on random data. */

import { afterAll, describe, expect, it, vi } from 'vitest'
import { VOCABULARY } from '../../ts/generated/vocabulary.ts'
import * as ravine from '../../ts/index.ts'
import { lossGradient } from '../../ts/ops.ts'
import { table } from '../../ts/vocabulary.ts'
import { Chance, EFFORT } from './arbitrary.ts'
import { expectAlive, resultOrRavineError, showValue } from './expectations.ts'

vi.setConfig({ testTimeout: 60_000 * EFFORT })

afterAll(expectAlive)

const name = (chance: Chance, family: keyof typeof VOCABULARY): string => {
  const members: readonly string[] | object = VOCABULARY[family]
  return chance.pick(Array.isArray(members) ? (members as readonly string[]) : Object.keys(members))
}

/** The range of numbers a setting may have, or beyond. */
const setting = (chance: Chance, range: string | readonly string[]): unknown => {
  if (chance.once(12)) return chance.anything(1)
  if (typeof range !== 'string') return chance.pick(range)
  switch (range) {
    case 'flag':
      return chance.once(2)
    case 'count':
      return chance.whole(1, 9)
    case 'index':
      return chance.whole(0, 9)
    case 'unit':
    case 'belowOne':
      return chance.once(4) ? chance.pick([0, 1, 0.999999]) : chance.unit()
    default:
      return chance.once(4) ? chance.number() : chance.unit()
  }
}

/** A member of a family by name, or as data with some settings. */
const member = (
  chance: Chance,
  family: 'activation' | 'loss' | 'optimizer' | 'initializer' | 'metric' | 'constraint',
): unknown => {
  if (chance.once(40)) return chance.anything()
  const [kind, params] = chance.pick(Object.entries(table(family)))
  if (chance.once(2)) return kind
  const settings = Object.entries(params).filter(() => chance.once(2))
  return { kind, ...Object.fromEntries(settings.map(([name, [range]]) => [name, setting(chance, range)])) }
}

const regularizer = (chance: Chance): unknown =>
  chance.pick<unknown>(['l1', 'l2', { kind: 'l1l2', l1: chance.unit() / 10, l2: 0 }])

/** What a function of the user's may do: mostly what it should, at times whatever comes to mind. */
function wild<A extends unknown[], R>(chance: Chance, tame: (...call: A) => R): (...call: A) => R {
  return (...call) => {
    if (!chance.once(60)) return tame(...call)
    const [array] = call
    if (array instanceof Float32Array) array.fill(chance.number())
    if (chance.once(3)) throw chance.anything()
    if (chance.once(3)) lossGradient('huber', [1], [2])
    return chance.once(2) ? (chance.anything() as R) : tame(...call)
  }
}

const lambdaOptions = (chance: Chance): Record<string, unknown> => ({
  ...(chance.once(3) && { units: chance.whole(0, 4) }),
  forward: wild(chance, (x: Float32Array, y: Float32Array) => y.set(y.map((_, i) => 0.5 * (x[i % x.length] ?? 0)))),
  backward: wild(chance, (x: Float32Array, _: Float32Array, dy: Float32Array, dx: Float32Array) =>
    dx.set(dx.map((_, i) => (i < dy.length && i < x.length ? 0.5 * (dy[i] ?? 0) : 0))),
  ),
})

const ownLoss = (chance: Chance): ravine.CustomLoss =>
  ravine.customLoss({
    name: 'own',
    evaluate: wild(chance, (yTrue: Float32Array, yPred: Float32Array, gradient: Float32Array) => {
      gradient.set(yPred.map((p, i) => (p - (yTrue[i] ?? 0)) / yPred.length))
      return gradient.reduce((sum, g) => sum + g * g, 0)
    }),
    ...(chance.once(4) && { labelWidth: chance.whole(1, 3) }),
  })

/** Options for a kind of layer. */
const LAYERS: Record<string, (chance: Chance) => Record<string, unknown>> = {
  dense: (c) => ({
    units: c.whole(1, 12),
    activation: member(c, 'activation'),
    ...(c.once(4) && { useBias: c.once(2) }),
    ...(c.once(4) && { kernelInitializer: member(c, 'initializer') }),
    ...(c.once(4) && { biasInitializer: member(c, 'initializer') }),
    ...(c.once(4) && { kernelRegularizer: regularizer(c) }),
    ...(c.once(4) && { activityRegularizer: regularizer(c) }),
    ...(c.once(4) && { kernelConstraint: member(c, 'constraint') }),
    ...(c.once(8) && { biasConstraint: member(c, 'constraint') }),
  }),
  activation: (c) => ({ activation: member(c, 'activation') }),
  prelu: (c) => (c.once(2) ? {} : { alphaInitializer: member(c, 'initializer') }),
  maxout: (c) => ({ units: c.whole(1, 6), pieces: c.whole(1, 4) }),
  dropout: (c) => ({ rate: setting(c, 'belowOne') }),
  gaussianNoise: (c) => ({ standardDeviation: c.unit() }),
  batchNormalization: (c) => (c.once(2) ? {} : { momentum: setting(c, 'unit'), epsilon: setting(c, 'nonNegative') }),
  layerNormalization: (c) => (c.once(2) ? {} : { center: c.once(2), scale: c.once(2) }),
  slice: (c) => ({ start: c.whole(0, 3), width: c.whole(1, 3) }),
  lambda: lambdaOptions,
  concatenate: () => ({}),
  add: () => ({}),
}

const makeLayer = (chance: Chance): ravine.Layer => {
  const kind = chance.pick(Object.keys(LAYERS))
  const options = chance.spoil(
    {
      ...LAYERS[kind]?.(chance),
      ...(chance.once(20) && { name: chance.pick(['a', 'b', '__proto__', 'dense_1']) }),
      ...(chance.once(8) && { trainable: chance.once(2) }),
      ...(chance.once(20) && { learningRateScale: chance.unit() }),
    },
    40,
  )
  return (ravine as unknown as Record<string, (options: unknown) => ravine.Layer>)[kind]?.(options) as ravine.Layer
}

/** A chain, or a graph in which layers use any value that there is already. */
const makeModel = (chance: Chance, log: unknown[]): ravine.AnyModel => {
  const seed = chance.once(20) ? chance.anything() : chance.whole(0, 1e9)
  const features = chance.whole(1, 6)
  const layers: ravine.Layer[] = []
  for (let count = chance.whole(1, 5); count > 0; count--) {
    const owner = layers.filter((layer) => layer.kind === 'dense').at(-1)
    const tied = owner !== undefined && chance.once(4)
    layers.push(tied ? ravine.tiedDense({ tiedTo: owner, useBias: chance.once(2) }) : makeLayer(chance))
  }
  log.push(
    features,
    layers.map(({ kind, config }) => [kind, config]),
  )
  if (chance.once(2))
    return ravine.sequential({ inputShape: [features], layers, seed: seed as number }) as ravine.AnyModel
  const a = ravine.input({ shape: [features] })
  const b = ravine.input({ shape: [chance.whole(1, 4)] })
  const values = [a, b]
  for (const layer of layers) {
    const several = ['add', 'concatenate'].includes(layer.kind) && chance.once(2)
    values.push(layer.apply(several ? chance.list(chance.whole(0, 3), () => chance.pick(values)) : chance.pick(values)))
  }
  const last = values.at(-1) as ravine.SymbolicTensor
  const outputs = chance.once(2) ? last : { first: last, second: chance.pick(values.slice(2)) }
  const inputs = chance.once(3) ? a : { a, b }
  return ravine.model({ inputs, outputs, seed: seed as number } as never) as ravine.AnyModel
}

const data = (chance: Chance, rows: number, width: number, labels: boolean): unknown => {
  if (chance.once(40)) return chance.anything()
  const number = () => {
    if (chance.once(500)) return chance.number()
    return labels ? (chance.once(3) ? chance.unit() : chance.whole(0, 1)) : 4 * chance.unit() - 2
  }
  const nested = () => chance.list(rows, () => chance.list(width, number))
  return chance.pick<() => unknown>([
    nested,
    () => nested().flat(),
    () => Float32Array.from(nested().flat()),
    () => Float64Array.from(nested().flat()),
    () => ({ data: Float32Array.from(nested().flat()), shape: [rows, width] }),
  ])()
}

const byName = (
  named: Record<string, ravine.SymbolicTensor> | ravine.SymbolicTensor,
  make: (width: number) => unknown,
): unknown =>
  'width' in named && typeof named.width === 'number'
    ? make(named.width)
    : Object.fromEntries(
        Object.entries(named as Record<string, ravine.SymbolicTensor>).map(([key, { width }]) => [key, make(width)]),
      )

/** Makes, trains and uses a model; returns how far it came. */
async function attempt(chance: Chance, log: unknown[]): Promise<string> {
  let reached = 'nothing'
  const model = makeModel(chance, log)
  try {
    reached = 'built'
    const rows = chance.whole(0, 20)
    const x = byName(model.inputs, (width) => data(chance, rows, width, false)) as never
    model.summary()
    model.predict(x)
    const losses = Object.keys(VOCABULARY.loss)
    const sparse = chance.once(4)
    const own = chance.once(5) ? ownLoss(chance) : undefined
    const loss = sparse
      ? 'sparseCategoricalCrossentropy'
      : own
        ? own
        : chance.once(10)
          ? member(chance, 'loss')
          : chance.pick(losses)
    const options = chance.spoil(
      {
        optimizer: member(chance, 'optimizer'),
        loss,
        metrics: chance.list(chance.whole(0, 2), () =>
          own && chance.once(4) ? own : chance.once(4) ? chance.pick(losses) : name(chance, 'metric'),
        ),
        ...(chance.once(6) && { clipNorm: chance.number() }),
        ...(chance.once(6) && { clipValue: chance.unit() }),
      },
      30,
    )
    log.push(options)
    model.compile(options as never)
    reached = 'compiled'
    const y = byName(model.outputs, (width) =>
      loss === 'sparseCategoricalCrossentropy'
        ? chance.list(rows, () => chance.whole(0, chance.once(30) ? width : width - 1))
        : data(chance, rows, own?.labelWidth ?? width, true),
    ) as never
    const fitting = chance.spoil(
      {
        epochs: chance.whole(1, 3),
        batchSize: chance.pick<unknown>([1, 3, 7, 1000, 'full']),
        shuffle: chance.once(2),
        yieldEvery: chance.pick([0, 12, Number.POSITIVE_INFINITY]),
        ...(chance.once(4) && { validationSplit: chance.unit() }),
        ...(chance.once(4) && { sampleWeight: chance.list(rows, () => chance.unit()) }),
      },
      30,
    )
    if (typeof fitting.epochs === 'number' && fitting.epochs > 50) fitting.epochs = 2
    log.push(rows, fitting)
    model.gradients(x, y)
    await model.fit(x, y, fitting as never)
    reached = 'trained'
    await model.evaluate(x, y)
    model.trainOnBatch(x, y)
    const lambdas = model.layers.filter(({ kind }) => kind === 'lambda')
    const custom = own ? [own, ...lambdas] : lambdas
    const copy = ravine.Model.fromBytes(model.toBytes(), { custom }) as unknown as ravine.AnyModel
    if (lambdas.length === 0) expect(copy.predict(x)).toEqual(model.predict(x))
    copy.dispose()
    reached = 'finished'
  } catch (error) {
    if (error instanceof ravine.RavineError) return reached
    throw error
  } finally {
    model.dispose()
  }
  return reached
}

describe('random models', () => {
  it.each(Array.from({ length: 4 * EFFORT }, (_, i) => i + 1))(
    'work or are refused with an error of ravine’s, series %i',
    async (series) => {
      const counts: Record<string, number> = {}
      for (let i = 0; i < 1000; i++) {
        const chance = new Chance(series * 100_000 + i)
        const log: unknown[] = []
        let reached = 'nothing'
        await resultOrRavineError(
          async () => {
            reached = await attempt(chance, log)
          },
          () => `series ${series}, model ${i}: ${showValue(log)}`,
        )
        counts[reached] = (counts[reached] ?? 0) + 1
      }
      // The test is worth something only if many come far and many are refused.
      expect(counts.finished, JSON.stringify(counts)).toBeGreaterThan(100)
      expect(1000 - (counts.finished ?? 0)).toBeGreaterThan(100)
    },
  )
})
