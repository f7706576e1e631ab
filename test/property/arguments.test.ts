/** Nonsense in every argument of the public interface. */

import { afterAll, describe, expect, it, vi } from 'vitest'
import * as ravine from '../../ts/index.ts'
import * as ops from '../../ts/ops.ts'
import { classifier } from '../model/support.ts'
import { Chance, EFFORT } from './arbitrary.ts'
import { expectAlive, resultOrRavineError, showValue } from './expectations.ts'

vi.setConfig({ testTimeout: 60_000 * EFFORT })

type Anything = (...values: unknown[]) => unknown

/** Everything exported that is called and is no class. */
const FUNCTIONS = Object.entries(ravine).filter(
  ([, value]) => typeof value === 'function' && !/^class\b/.test(String(value)),
) as [string, Anything][]

/** Sensible first arguments of `ravine/ops`. */
const FIRST: Readonly<Record<string, unknown>> = {
  activate: 'relu',
  activateGradient: 'relu',
  initialize: 'zeros',
  lossGradient: 'meanSquaredError',
  lossValue: 'meanSquaredError',
  matmul: [[1, 2]],
}

const ROUNDS = 120 * EFFORT

afterAll(expectAlive)

it('knows every export', () => {
  const classes = Object.entries(ravine).flatMap(([name, value]) => (/^class\b/.test(String(value)) ? [name] : []))
  expect(classes.sort()).toEqual([
    'ConfigError',
    'FormatError',
    'Model',
    'NumericalError',
    'RavineError',
    'ShapeError',
    'StateError',
  ])
  expect(FUNCTIONS.length).toBeGreaterThan(90)
})

describe('every function', () => {
  it.each(FUNCTIONS)('%s', async (name, call) => {
    const chance = new Chance(name.length * 1000 + name.charCodeAt(0))
    for (let i = 0; i < ROUNDS; i++) {
      const values = chance.list(chance.whole(0, 3), () => chance.anything())
      const run = async () => {
        const result = await call(...values)
        // What came of it by chance is to be used, too.
        if (result instanceof ravine.Model) result.dispose()
      }
      await resultOrRavineError(run, () => `${name}(${values.map(showValue).join(', ')})`)
    }
  })
})

describe('every function of ravine/ops', () => {
  it.each(Object.entries(ops) as [string, Anything][])('%s', async (name, call) => {
    const chance = new Chance(name.length * 1000 + name.charCodeAt(0))
    for (let i = 0; i < ROUNDS; i++) {
      const values = chance.list(chance.whole(0, 4), () => chance.anything())
      // Nonsense in the first place would keep the rest from being looked at.
      if (chance.once(2) && FIRST[name] !== undefined) values[0] = FIRST[name]
      await resultOrRavineError(
        () => call(...values),
        () => `${name}(${values.map(showValue).join(', ')})`,
      )
    }
  })
})

describe('every method of a model', () => {
  const METHODS = Object.getOwnPropertyNames(ravine.Model.prototype).filter(
    (name) =>
      typeof Object.getOwnPropertyDescriptor(ravine.Model.prototype, name)?.value === 'function' &&
      name !== 'constructor',
  )
  it.each(METHODS)('%s', async (name) => {
    const chance = new Chance(name.length * 77 + name.charCodeAt(1))
    let model = classifier()
    for (let i = 0; i < ROUNDS; i++) {
      const values = chance.list(chance.whole(0, 3), () => chance.anything())
      const run = async () => {
        const result = await (model as unknown as Record<string, Anything>)[name]?.(...values)
        if (result instanceof ravine.Model) result.dispose()
      }
      await resultOrRavineError(run, () => `model.${name}(${values.map(showValue).join(', ')})`)
      if (model.disposed) model = classifier()
    }
    model.dispose()
  })

  it.each(['learningRate', 'stopTraining'])('setting %s', async (name) => {
    const chance = new Chance(5)
    const model = classifier()
    for (let i = 0; i < ROUNDS; i++) {
      const value = chance.anything()
      const run = () => {
        ;(model as unknown as Record<string, unknown>)[name] = value
      }
      await resultOrRavineError(run, () => `model.${name} = ${showValue(value)}`)
    }
    model.dispose()
  })

  it('fromBytes', async () => {
    const chance = new Chance(8)
    for (let i = 0; i < ROUNDS * 5; i++) {
      const bytes = chance.once(2)
        ? chance.anything()
        : Uint8Array.from(chance.list(chance.whole(0, 60), () => chance.whole(0, 255)))
      await resultOrRavineError(
        () => ravine.Model.fromBytes(bytes as Uint8Array).dispose(),
        () => showValue(bytes),
      )
    }
  })
})

describe('every option of fit', () => {
  const OPTIONS: Record<string, unknown> = {
    epochs: 2,
    batchSize: 4,
    shuffle: true,
    validationSplit: 0.25,
    classWeight: { 0: 1, 1: 1, 2: 1 },
    sampleWeight: new Float32Array(8).fill(1),
    initialEpoch: 0,
    callbacks: [],
    verbose: 0,
    yieldEvery: 5,
    checkData: false,
  }
  it('one or more at a time', async () => {
    const chance = new Chance(21)
    const model = classifier()
    const y = Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1)
    let accepted = 0
    for (let i = 0; i < 3000 * EFFORT; i++) {
      const options = chance.spoil(OPTIONS, 4)
      // Only so many epochs, for time's sake; hugely many are a matter of patience, not of correctness.
      if (typeof options.epochs === 'number' && options.epochs > 50) options.epochs = 3
      if (chance.once(30)) options.validationData = chance.anything()
      const done = await resultOrRavineError(
        () => model.fit(new Float32Array(16).fill(0.5), y, options as never),
        () => `fit(x, y, ${showValue(options)})`,
      )
      if (done) accepted++
    }
    expect(accepted).toBeGreaterThan(300)
    expect(accepted).toBeLessThan(2700 * EFFORT)
    model.dispose()
  })
})

describe('every option of fitDataset, and chunks of all kinds', () => {
  const OPTIONS: Record<string, unknown> = {
    epochs: 2,
    batchSize: 3,
    batchesPerEpoch: 4,
    shuffleRows: 5,
    validationData: () => [[new Float32Array(4), [0, 1]]],
    classWeight: { 0: 1, 1: 1, 2: 1 },
    initialEpoch: 0,
    callbacks: [],
    verbose: 0,
    yieldEvery: 5,
    checkData: false,
  }
  it('one or more at a time', async () => {
    const chance = new Chance(22)
    const model = classifier()
    const chunk = (): unknown => {
      if (chance.once(60)) return chance.anything()
      const rows = chance.whole(0, 5)
      const parts = { x: new Float32Array(2 * rows).fill(0.5), y: chance.list(rows, () => chance.whole(0, 2)) }
      return chance.once(2) ? [parts.x, parts.y] : chance.spoil(parts, 20)
    }
    let accepted = 0
    for (let i = 0; i < 3000 * EFFORT; i++) {
      const options = chance.spoil(OPTIONS, 6)
      // As above.
      for (const name of ['epochs', 'batchesPerEpoch']) {
        const value = options[name]
        if (typeof value === 'number' && value > 50) options[name] = 3
      }
      const chunks = chance.list(chance.whole(0, 4), chunk)
      const source = chance.once(40) ? chance.anything() : chance.once(2) ? chunks : () => chunks.values()
      const done = await resultOrRavineError(
        () => model.fitDataset(source as never, options as never),
        () => `fitDataset(${showValue(chunks)}, ${showValue(options)})`,
      )
      if (done) accepted++
    }
    expect(accepted).toBeGreaterThan(300)
    expect(accepted).toBeLessThan(2700 * EFFORT)
    model.dispose()
  })
})
