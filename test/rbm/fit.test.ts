/** Training of Boltzmann machines: what it reaches, that it can be repeated, paused and stopped. */

import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  earlyStopping,
  learningRateScheduler,
  modelCheckpoint,
  progress,
  type RbmCallback,
  type RbmFitOptions,
  rbm,
} from '../../ts/index.ts'
import { halves, mean } from './support.ts'

const x = halves(200)
const machine = (seed = 1) => rbm({ visible: 8, hidden: 6, seed })

/** All weights after a training. */
async function weightsAfter(...trainings: RbmFitOptions[]): Promise<number[]> {
  using trained = machine()
  for (const options of trainings) await trained.fit(x, options)
  return Object.values(trained.getWeights()).flatMap((matrix) => [...matrix.data])
}

describe('learning', () => {
  it.each([
    ['CD-1', {}],
    ['CD-3', { k: 3 }],
    ['persistent chains', { persistent: true, learningRate: 0.05 }],
    ['momentum and decay', { momentum: 0.5, weightDecay: 1e-4 }],
  ])('%s learns which half is on', async (_, options) => {
    using trained = machine()
    const before = mean(trained.pseudoLogLikelihood(x))
    const { logs, epochs } = await trained.fit(x, { epochs: 40, ...options })
    expect(epochs).toHaveLength(40)
    const errors = logs.reconstructionError as Float64Array
    expect(errors.at(-1)).toBeLessThan(0.5 * (errors[0] as number))
    // Of eight fair coins the pseudo-log-likelihood is 8 ln ½ = −5.5; of units that are noise-free but for 1 in 20 it is −1.6.
    expect(before).toBeLessThan(-5)
    expect(mean(trained.pseudoLogLikelihood(x))).toBeGreaterThan(-2.5)
    // What it has learnt has a lower free energy than the same number of units lit in another pattern.
    const [known = 0, strange = 0] = trained.freeEnergy([
      [1, 1, 1, 1, 0, 0, 0, 0],
      [1, 0, 1, 0, 1, 0, 1, 0],
    ])
    expect(known).toBeLessThan(strange - 3)
  })

  it('normal units learn the two centres of normal data', async () => {
    const data = halves(200).map((value, i) => 2 * value - 1 + 0.1 * Math.sin(i))
    using trained = rbm({ visible: 8, hidden: 4, visibleUnits: 'gaussian', seed: 2 })
    const { logs } = await trained.fit(data, { epochs: 60, learningRate: 0.01 })
    const errors = logs.reconstructionError as Float64Array
    expect(errors.at(-1)).toBeLessThan(0.4 * (errors[0] as number))
    const { data: back } = trained.reconstruct([1, 1, 1, 1, -1, -1, -1, -1])
    expect(back.map(Math.sign)).toEqual(Float32Array.of(1, 1, 1, 1, -1, -1, -1, -1))
  })

  it('the learning rate 0 changes nothing', async () => {
    const fresh = machine()
    expect(await weightsAfter({ learningRate: 0, epochs: 2 })).toEqual(
      Object.values(fresh.getWeights()).flatMap((matrix) => [...matrix.data]),
    )
    fresh.dispose()
  })
})

describe('the same bits', () => {
  const options = { epochs: 4, batchSize: 7, persistent: true, momentum: 0.5 }
  it('whatever the time budget, and with a callback after each batch', async () => {
    const expected = await weightsAfter({ ...options, yieldEvery: Number.POSITIVE_INFINITY })
    expect(await weightsAfter({ ...options, yieldEvery: 0 })).toEqual(expected)
    expect(await weightsAfter({ ...options, callbacks: { onBatchEnd() {} } })).toEqual(expected)
  })

  it('in one fit or in two', async () => {
    const half = { ...options, epochs: 2 }
    expect(await weightsAfter(half, half)).toEqual(await weightsAfter(options))
  })

  it('from the same seed, and others from another', async () => {
    expect(await weightsAfter(options)).toEqual(await weightsAfter(options))
    using other = machine(2)
    using one = machine(1)
    expect(other.getWeights().kernel.data).not.toEqual(one.getWeights().kernel.data)
  })

  it('whatever is asked while training', async () => {
    using trained = machine()
    await trained.fit(x, {
      ...options,
      callbacks: {
        onBatchEnd() {
          trained.transform(halves(40))
          trained.sample({ rows: 3, steps: 1 })
        },
      },
    })
    const weights = Object.values(trained.getWeights()).flatMap((matrix) => [...matrix.data])
    expect(weights).toEqual(await weightsAfter(options))
  })
})

describe('callbacks', () => {
  it('are called in order, with the figures', async () => {
    const calls: string[] = []
    const callbacks: RbmCallback = {
      onTrainBegin: (_, training) => calls.push(`begin ${training.epochs} × ${training.batches}: ${training.logNames}`),
      onEpochBegin: (epoch) => calls.push(`epoch ${epoch}`),
      onBatchEnd: (batch, logs) => calls.push(`batch ${batch} ${(logs.reconstructionError as number) > 0}`),
      onEpochEnd: (epoch, logs, { batchesDone }) => calls.push(`end ${epoch} ${batchesDone} ${Object.keys(logs)}`),
      onTrainEnd: () => calls.push('end'),
    }
    using trained = machine()
    await trained.fit(x, { epochs: 1, batchSize: 100, callbacks })
    expect(calls).toEqual([
      'begin 1 × 2: reconstructionError',
      'epoch 0',
      'batch 0 true',
      'batch 1 true',
      'end 0 2 reconstructionError',
      'end',
    ])
  })

  it('may stop before the first epoch: then figures have no values', async () => {
    using trained = machine()
    const callbacks: RbmCallback = { onTrainBegin: (_, training) => training.stop() }
    expect(await trained.fit(x, { callbacks })).toEqual({
      epochs: [],
      logs: { reconstructionError: new Float64Array(0) },
    })
  })

  it('may set weights, from which training goes on', async () => {
    using donor = machine(2)
    const given = donor.getWeights()
    using twice = machine()
    const options = { epochs: 1, momentum: 0.5 }
    await twice.fit(x, options)
    twice.setWeights(given)
    await twice.fit(x, options)
    using once = machine()
    await once.fit(x, {
      ...options,
      epochs: 2,
      callbacks: { onEpochEnd: (epoch) => epoch === 0 && once.setWeights(given) },
    })
    expect(once.getWeights()).toEqual(twice.getWeights())
    // In the middle of an epoch too.
    const set = (batch: number) => batch === 0 && once.setWeights(given)
    await once.fit(x, { epochs: 1, learningRate: 0, callbacks: { onBatchEnd: set } })
    expect(once.getWeights()).toEqual(given)
  })

  it('of models alone are refused before anything is learnt, with what serves instead', async () => {
    using trained = machine()
    const before = trained.getWeights()
    for (const [callback, message] of [
      [
        modelCheckpoint(),
        /^modelCheckpoint: a Boltzmann machine has no toBytes\(\); save its getWeights\(\) in a callback/,
      ],
      [
        earlyStopping(),
        /^earlyStopping: there is no log 'val_loss'; there is no validation data: give monitor: 'reconstructionError'\. Known/,
      ],
    ] as const) {
      const fitting = trained.fit(x, { epochs: 2, callbacks: callback as RbmCallback })
      await expect(fitting).rejects.toThrow(ConfigError)
      await expect(fitting).rejects.toThrow(message)
    }
    expect(trained.getWeights()).toEqual(before)
  })

  it("ravine's own serve here", async () => {
    using trained = machine()
    const stop = earlyStopping({ monitor: 'reconstructionError', patience: 2, minDelta: 10, restoreBestWeights: true })
    const lines: string[] = []
    const rates: number[] = []
    const { epochs } = await trained.fit(x, {
      epochs: 20,
      callbacks: [
        stop,
        progress({ write: (text) => lines.push(text), live: false }),
        learningRateScheduler((epoch) => 0.1 / (epoch + 1)),
        { onEpochEnd: (_, __, training) => rates.push(training.learningRate) },
      ],
    })
    expect(epochs).toHaveLength(3)
    expect(stop.stoppedEpoch).toBe(2)
    expect(lines[0]).toMatch(/Epoch {2}1\/20 .*reconstructionError 0\.\d+/)
    expect(rates).toEqual([0.1, 0.05, 0.1 / 3])
  })

  it('an error that one throws ends the training, and the machine can go on', async () => {
    using trained = machine()
    const boom = new Error('boom')
    const onTrainError = (error: unknown) => expect(error).toBe(boom)
    const fitting = trained.fit(x, {
      callbacks: {
        onEpochEnd() {
          throw boom
        },
        onTrainError,
      },
    })
    await expect(fitting).rejects.toBe(boom)
    await trained.fit(x, { epochs: 1 })
  })
})

describe('stopping', () => {
  it('by a signal', async () => {
    using trained = machine()
    const abort = new AbortController()
    const fitting = trained.fit(x, { epochs: 1e6, yieldEvery: 1, signal: abort.signal })
    setTimeout(() => abort.abort(new Error('enough')), 20)
    await expect(fitting).rejects.toThrow('enough')
    await expect(trained.fit(x, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
    await trained.fit(x, { epochs: 1 })
  })

  it('by a callback', async () => {
    using trained = machine()
    const { epochs } = await trained.fit(x, { callbacks: { onEpochEnd: (epoch, _, t) => epoch === 1 && t.stop() } })
    expect(epochs).toEqual([0, 1])
  })

  it('leaves turns to the event loop', async () => {
    using trained = machine()
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await trained.fit(x, { epochs: 200, yieldEvery: 2 })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(1)
  })
})
