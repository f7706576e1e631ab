/** Bad input to Boltzmann machines: an error that says what and where, and a machine that is as before. */

import { describe, expect, it } from 'vitest'
import { ConfigError, NumericalError, type Rbm, rbm, ShapeError, StateError } from '../../ts/index.ts'
import { Chance, EFFORT } from '../property/arbitrary.ts'
import { resultOrRavineError, showValue } from '../property/expectations.ts'
import { halves } from './support.ts'

const make = (visibleUnits: 'bernoulli' | 'gaussian' = 'bernoulli') =>
  rbm({ visible: 4, hidden: 3, visibleUnits, seed: 1 })
const good = halves(10, 4)

describe('rbm', () => {
  it.each([
    [{ hidden: 3 }, /rbm: visible must be a whole number from 1/],
    [{ visible: 4, hidden: 0 }, /rbm: hidden must be a whole number from 1 .*got 0/],
    [{ visible: 4, hidden: 3, visibleUnits: 'normal' }, /visibleUnits must be one of 'bernoulli', 'gaussian'/],
    [{ visible: 4, hidden: 3, seed: -1 }, /rbm: seed must be/],
    [{ visible: 4, hiden: 3 }, /unknown option 'hiden'; did you mean 'hidden'/],
    [{ visible: 1e6, hidden: 1e6 }, /GiB in training; WebAssembly can address 4 GiB/],
  ])('%o', (options, message) => {
    expect(() => rbm(options as never)).toThrow(ConfigError)
    expect(() => rbm(options as never)).toThrow(message)
  })
})

describe('data', () => {
  const calls: [string, (machine: Rbm, x: never) => unknown][] = [
    ['fit', (machine, x) => machine.fit(x, { epochs: 1 })],
    ['transform', (machine, x) => machine.transform(x)],
    ['reconstruct', (machine, x) => machine.reconstruct(x)],
    ['freeEnergy', (machine, x) => machine.freeEnergy(x)],
    ['pseudoLogLikelihood', (machine, x) => machine.pseudoLogLikelihood(x)],
    ['sample', (machine, x) => machine.sample({ from: x })],
  ]
  const row = (value: number) => [
    [0, 1, 0, 1],
    [0, 1, value, 1],
  ]

  it.each(calls)('%s names the row, the column and the value out of range, and the cure', async (name, call) => {
    using machine = make()
    const before = machine.getWeights()
    const attempt = async (x: unknown) => call(machine, x as never)
    for (const value of [7, -0.01, 1.001]) {
      const shown = String(Math.fround(value))
      await expect(attempt(row(value))).rejects.toThrow(ConfigError)
      await expect(attempt(row(value))).rejects.toThrow(
        new RegExp(`^${name}: (x|from): row 1, column 2 is ${shown}; Bernoulli units take numbers from 0 to 1. Scale`),
      )
    }
    await expect(attempt(row(Number.NaN))).rejects.toThrow(NumericalError)
    await expect(attempt(row(Number.NaN))).rejects.toThrow(/row 1, column 2 is NaN/)
    await expect(attempt([[1, 0, 1]])).rejects.toThrow(ShapeError)
    await expect(attempt('rows')).rejects.toThrow(ConfigError)
    expect(machine.getWeights()).toEqual(before)
    await machine.fit(good, { epochs: 1 })
  })

  it('of normal units may be any finite numbers', async () => {
    using machine = make('gaussian')
    await machine.fit(row(-2.5), { epochs: 1, learningRate: 0.01 })
    await expect(machine.fit(row(Number.POSITIVE_INFINITY))).rejects.toThrow(NumericalError)
    expect(() => machine.pseudoLogLikelihood(good)).toThrow(/defined for Bernoulli units alone/)
  })

  it('of no rows: nothing to learn, empty answers', async () => {
    using machine = make()
    await expect(machine.fit([])).rejects.toThrow(/no rows/)
    expect(machine.transform([])).toEqual({ data: new Float32Array(0), shape: [0, 3] })
    expect(machine.freeEnergy([])).toHaveLength(0)
  })
})

describe('options', () => {
  it.each([
    ['epochs', 0],
    ['batchSize', 0],
    ['batchSize', 'all'],
    ['learningRate', -0.1],
    ['learningRate', Number.NaN],
    ['k', 0],
    ['k', 1.5],
    ['persistent', 1],
    ['momentum', 1],
    ['weightDecay', -1],
    ['shuffle', 'yes'],
    ['verbose', 3],
    ['yieldEvery', -1],
    ['signal', {}],
  ])('fit refuses %s: %s', async (name, value) => {
    using machine = make()
    await expect(machine.fit(good, { [name]: value })).rejects.toThrow(ConfigError)
    await expect(machine.fit(good, { [name]: value })).rejects.toThrow(new RegExp(`^fit: ${name} must be`))
  })

  it('of other calls', async () => {
    using machine = make()
    await expect(machine.fit(good, { learnRate: 1 } as never)).rejects.toThrow(/did you mean 'learningRate'/)
    expect(() => machine.sample({ steps: 0 })).toThrow(/sample: steps must be/)
    expect(() => machine.sample({ rows: 2, from: good })).toThrow(/either rows or from/)
    expect(() => machine.sample({ rows: 2 ** 31 - 1, steps: 1 })).toThrow(ConfigError)
    for (const units of [0, 5, 1.5, '4', null]) {
      expect(() => machine.pseudoLogLikelihood(good, { units } as never)).toThrow(
        /units must be a whole number from 1 to 4 \(the visible units\), or 'all'; got/,
      )
    }
    expect(machine.pseudoLogLikelihood(good, { units: 4 })).toHaveLength(10)
    expect(() => machine.setWeights({ kernel: [1, 2] })).toThrow(ShapeError)
    expect(() => machine.setWeights({ hiddenBias: [1, 2, Number.NaN] })).toThrow(/must be finite/)
    expect(() => machine.setWeights({ bias: [1] } as never)).toThrow(/unknown weight 'bias'/)
  })
})

describe('state', () => {
  it('a training that diverges says so, and leaves the weights of before the epoch', async () => {
    using machine = make('gaussian')
    const x = Float32Array.from({ length: 400 }, (_, i) => i % 40)
    const before = machine.getWeights()
    const fitting = machine.fit(x, { learningRate: 1e6, k: 3, batchSize: 1 })
    await expect(fitting).rejects.toThrow(NumericalError)
    await expect(fitting).rejects.toThrow(/epoch 0 .*diverged.*lower learning rate/)
    expect(machine.getWeights()).toEqual(before)
    const { logs } = await machine.fit(x, { learningRate: 1e-6, epochs: 1 })
    expect(Number.isFinite(logs.reconstructionError?.[0])).toBe(true)
  })

  it('two trainings at a time are refused', async () => {
    using machine = make()
    const first = machine.fit(good, { epochs: 300, yieldEvery: 0 })
    await expect(machine.fit(good)).rejects.toThrow(StateError)
    await first
    await machine.fit(good, { epochs: 1 })
  })

  it('after dispose everything is a StateError', async () => {
    const machine = make()
    machine.dispose()
    machine.dispose()
    expect(machine.disposed).toBe(true)
    const uses: (() => unknown)[] = [
      () => machine.transform(good),
      () => machine.sample(),
      () => machine.freeEnergy([]),
      () => machine.pseudoLogLikelihood(good),
      () => machine.getWeights(),
      () => machine.setWeights({}),
      () => machine.memoryBytes,
    ]
    for (const use of uses) expect(use).toThrow(/restricted Boltzmann machine of 4 × 3 units has been disposed/)
    await expect(machine.fit(good)).rejects.toThrow(StateError)
  })

  it('dispose during training', async () => {
    const machine = make()
    const fitting = machine.fit(good, { epochs: 1000, yieldEvery: 0 })
    machine.dispose()
    await expect(fitting).rejects.toThrow(StateError)
  })
})

it('nonsense in every method gives a result or a RavineError', async () => {
  const names = [
    'fit',
    'transform',
    'reconstruct',
    'sample',
    'freeEnergy',
    'pseudoLogLikelihood',
    'setWeights',
  ] as const
  using machine = make()
  for (const name of names) {
    const chance = new Chance(name.length)
    for (let i = 0; i < 60 * EFFORT; i++) {
      const values = chance.list(chance.whole(0, 2), () => chance.anything())
      const call = () => (machine[name] as unknown as (...values: unknown[]) => unknown).call(machine, ...values)
      await resultOrRavineError(
        async () => void (await call()),
        () => `${name}(${values.map(showValue).join(', ')})`,
      )
    }
  }
  await machine.fit(good, { epochs: 1 })
}, 60_000)
