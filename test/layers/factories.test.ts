import { describe, expect, it } from 'vitest'
import * as ravine from '../../ts/index.ts'
import { ConfigError, dense, type Layer } from '../../ts/index.ts'

/** Every layer: its name, the least options, the settings that follow, and what it must refuse. */
const LAYERS: {
  kind: string
  make: (options?: unknown) => Layer
  least?: Record<string, unknown>
  config: Record<string, unknown>
  wrong: [options: Record<string, unknown>, message: RegExp][]
}[] = [
  {
    kind: 'dense',
    make: ravine.dense as (options?: unknown) => Layer,
    least: { units: 4 },
    config: {
      units: 4,
      useBias: true,
      activation: { kind: 'linear' },
      kernelInitializer: { kind: 'glorotUniform' },
      biasInitializer: { kind: 'zeros' },
      kernelRegularizer: { kind: 'l1l2', l1: 0, l2: 0 },
      biasRegularizer: { kind: 'l1l2', l1: 0, l2: 0 },
      activityRegularizer: { kind: 'l1l2', l1: 0, l2: 0 },
      kernelConstraint: { kind: 'none' },
      biasConstraint: { kind: 'none' },
    },
    wrong: [
      [{}, /dense: units must be given/],
      [{ units: 0 }, /dense: units must be a whole number from 1 .*got 0/],
      [{ units: 2.5 }, /units .*got 2\.5/],
      [{ units: '3' }, /units .*got '3'/],
      [{ units: 3, activation: 'rellu' }, /dense: activation: unknown activation 'rellu'; did you mean 'relu'\?/],
      [{ units: 3, useBias: 1 }, /useBias must be true or false; got 1/],
      [{ units: 3, kernelInitializer: 'heNormall' }, /kernelInitializer: unknown initializer .*'heNormal'/],
      [{ units: 3, kernelRegularizer: 'l3' }, /kernelRegularizer: unknown regularizer/],
      [{ units: 3, kernelConstraint: 'maxnorm' }, /kernelConstraint: unknown constraint .*'maxNorm'/],
      [{ units: 3, name: 'body', activation: 'rellu' }, /dense 'body': activation/],
    ],
  },
  {
    kind: 'activation',
    make: ravine.activation as (options?: unknown) => Layer,
    least: { activation: 'relu' },
    config: { activation: { kind: 'relu' } },
    wrong: [
      [{}, /activation: activation must be given/],
      [{ activation: 'gellu' }, /did you mean 'gelu'\?/],
    ],
  },
  {
    kind: 'prelu',
    make: ravine.prelu as (options?: unknown) => Layer,
    config: {
      alphaInitializer: { kind: 'constant', value: 0.25 },
      alphaRegularizer: { kind: 'l1l2', l1: 0, l2: 0 },
      alphaConstraint: { kind: 'none' },
    },
    wrong: [[{ alphaInitializer: 3 }, /alphaInitializer: expected an initializer, got 3/]],
  },
  {
    kind: 'maxout',
    make: ravine.maxout as (options?: unknown) => Layer,
    least: { units: 3, pieces: 2 },
    config: {
      units: 3,
      pieces: 2,
      useBias: true,
      kernelInitializer: { kind: 'glorotUniform' },
      biasInitializer: { kind: 'zeros' },
      kernelRegularizer: { kind: 'l1l2', l1: 0, l2: 0 },
      biasRegularizer: { kind: 'l1l2', l1: 0, l2: 0 },
      kernelConstraint: { kind: 'none' },
    },
    wrong: [
      [{ units: 3 }, /maxout: pieces must be given/],
      [{ pieces: 3 }, /maxout: units must be given/],
      [{ units: 3, pieces: 0 }, /pieces must be a whole number from 1/],
    ],
  },
  {
    kind: 'dropout',
    make: ravine.dropout as (options?: unknown) => Layer,
    least: { rate: 0.3 },
    config: { rate: 0.3 },
    wrong: [
      [{}, /dropout: rate must be given/],
      [{ rate: 1 }, /rate must be a number from 0 to below 1; got 1/],
      [{ rate: -0.1 }, /rate .*got -0\.1/],
      [{ rate: Number.NaN }, /rate .*got NaN/],
    ],
  },
  {
    kind: 'gaussianNoise',
    make: ravine.gaussianNoise as (options?: unknown) => Layer,
    least: { standardDeviation: 0.1 },
    config: { standardDeviation: 0.1 },
    wrong: [
      [{}, /standardDeviation must be given/],
      [{ standardDeviation: -1 }, /standardDeviation .*got -1/],
    ],
  },
  {
    kind: 'batchNormalization',
    make: ravine.batchNormalization as (options?: unknown) => Layer,
    config: { momentum: 0.99, epsilon: 1e-3, center: true, scale: true },
    wrong: [
      [{ momentum: 1.5 }, /momentum .*got 1\.5/],
      [{ epsilon: -1 }, /epsilon .*got -1/],
      [{ centre: false }, /unknown option 'centre'; did you mean 'center'\?/],
    ],
  },
  {
    kind: 'layerNormalization',
    make: ravine.layerNormalization as (options?: unknown) => Layer,
    config: { epsilon: 1e-3, center: true, scale: true },
    wrong: [[{ scale: 2 }, /scale must be true or false/]],
  },
  {
    kind: 'slice',
    make: ravine.slice as (options?: unknown) => Layer,
    least: { width: 3 },
    config: { start: 0, width: 3 },
    wrong: [
      [{}, /slice: width must be given/],
      [{ width: 0 }, /width must be a whole number from 1/],
      [{ width: 1, start: -1 }, /start must be a whole number from 0/],
    ],
  },
  { kind: 'concatenate', make: ravine.concatenate as (options?: unknown) => Layer, config: {}, wrong: [] },
  { kind: 'add', make: ravine.add as (options?: unknown) => Layer, config: {}, wrong: [] },
]

describe.each(LAYERS)('$kind', ({ kind, make, least, config, wrong }) => {
  it('has frozen settings with all defaults', () => {
    const layer = make(least)
    expect(layer.kind).toBe(kind)
    expect(layer.config).toEqual(config)
    expect(Object.isFrozen(layer.config)).toBe(true)
    expect(layer.name).toBe(kind)
    expect(layer.trainable).toBe(true)
    expect(layer.learningRateScale).toBe(1)
  })

  it('takes what every layer takes', () => {
    const layer = make({ ...least, name: 'mine', trainable: false, learningRateScale: 0.5 })
    expect([layer.name, layer.trainable, layer.learningRateScale]).toEqual(['mine', false, 0.5])
  })

  it('refuses names that are none and unknown options', () => {
    expect(() => make({ ...least, name: '' })).toThrow(/name must be a text that is not empty/)
    expect(() => make({ ...least, name: 3 })).toThrow(ConfigError)
    expect(() => make({ ...least, trainabel: false })).toThrow(/unknown option 'trainabel'; did you mean 'trainable'\?/)
    expect(() => make(7)).toThrow(ConfigError)
    expect(() => make([1])).toThrow(ConfigError)
  })

  it.each(wrong)('refuses %j', (options, message) => {
    expect(() => make(options)).toThrow(ConfigError)
    expect(() => make(options)).toThrow(message)
  })
})

describe('activation in short', () => {
  it('takes a name or data for its options', () => {
    expect(ravine.activation('tanh').config).toEqual({ activation: { kind: 'tanh' } })
    expect(ravine.activation(ravine.leakyRelu({ negativeSlope: 0.1 })).config).toEqual({
      activation: { kind: 'leakyRelu', negativeSlope: 0.1 },
    })
  })
})

describe('what can be changed', () => {
  it('trainable and learningRateScale, to sensible values only', () => {
    const layer = dense({ units: 1, name: 'out' })
    layer.trainable = false
    layer.learningRateScale = 0
    expect([layer.trainable, layer.learningRateScale]).toEqual([false, 0])
    expect(() => {
      layer.trainable = 1 as unknown as boolean
    }).toThrow(/dense 'out': trainable must be true or false; got 1/)
    expect(() => {
      layer.learningRateScale = -1
    }).toThrow(/learningRateScale/)
    expect([layer.trainable, layer.learningRateScale]).toEqual([false, 0])
  })
})
