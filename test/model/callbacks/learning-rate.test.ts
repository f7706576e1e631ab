import { describe, expect, it } from 'vitest'
import {
  type Callback,
  ConfigError,
  everyEpoch,
  exponentialDecay,
  learningRateScheduler,
  reduceLearningRateOnPlateau,
  sgd,
  stepDecay,
} from '../../../ts/index.ts'
import { blobs, classifier } from '../support.ts'
import { scripted } from './scripted.ts'

const { x, y } = blobs(12)
const model = () => classifier({ optimizer: sgd({ learningRate: 1 }) })
const rates = async (callbacks: Callback[], epochs: number) => {
  const history = await model().fit(x, y, { epochs, callbacks })
  return [...(history.logs.learningRate ?? [])].map((rate) => Number(rate.toPrecision(6)))
}

describe('the rate of the next step', () => {
  it('is that of the epoch to come, under a schedule by epochs', async () => {
    const halved = everyEpoch(stepDecay({ initialLearningRate: 1, stepSize: 1, gamma: 0.5 }))
    const stepped = classifier({ optimizer: sgd({ learningRate: halved }) })
    const begun: number[] = []
    const onEpochBegin: Callback['onEpochBegin'] = (_, __, training) => void begun.push(training.learningRate)
    await stepped.fit(x, y, { epochs: 3, callbacks: { onEpochBegin } })
    expect(begun).toEqual([1, 0.5, 0.25])
    expect(stepped.learningRate).toBe(0.125)
    await stepped.fit(x, y, { initialEpoch: 5, epochs: 6, callbacks: { onEpochBegin } })
    expect([begun[3], stepped.learningRate]).toEqual([2 ** -5, 2 ** -6])
  })
})

describe('reduceLearningRateOnPlateau', () => {
  // The rate during each epoch, by the rules of keras.callbacks.ReduceLROnPlateau.
  it.each<[string, number[], object, number[]]>([
    ['waits for patience epochs', [3, 3, 3, 3, 3], { patience: 2 }, [1, 1, 1, 0.1, 0.1]],
    ['patience 1', [3, 3, 3, 3], { patience: 1, factor: 0.5 }, [1, 1, 0.5, 0.25]],
    ['an improvement counts anew', [3, 3, 2, 2, 2], { patience: 2 }, [1, 1, 1, 1, 1]],
    ['less than minDelta is none', [3, 2.99995, 2.9999, 3], { patience: 1 }, [1, 1, 0.1, 0.01]],
    [
      'does nothing while it cools down',
      [3, 3, 3, 3, 3, 3],
      { patience: 1, cooldown: 2 },
      [1, 1, 0.1, 0.1, 0.01, 0.01],
    ],
    ['stops at the least rate', [3, 3, 3, 3, 3], { patience: 1, minLearningRate: 0.05 }, [1, 1, 0.1, 0.05, 0.05]],
    ['mode max', [1, 2, 2, 2], { patience: 1, mode: 'max' }, [1, 1, 1, 0.1]],
    ['NaN is no improvement', [1, Number.NaN, Number.NaN], { patience: 1 }, [1, 1, 0.1]],
  ])('%s', async (_, values, options, expected) => {
    const reduce = reduceLearningRateOnPlateau({ monitor: 'score', ...options })
    expect(await rates([scripted('score', values), reduce], values.length)).toEqual(expected)
  })

  it.each([
    [{ factor: 1 }, /factor must be a number above 0 and below 1; got 1/],
    [{ factor: 0 }, /factor/],
    [{ cooldown: -1 }, /cooldown/],
    [{ minLearningRate: -1 }, /minLearningRate/],
    [{ minLr: 0 }, /unknown option 'minLr'/],
  ])('refuses %j', (options, message) => {
    expect(() => reduceLearningRateOnPlateau(options as object)).toThrow(ConfigError)
    expect(() => reduceLearningRateOnPlateau(options as object)).toThrow(message)
  })
})

describe('learningRateScheduler', () => {
  it('sets the rate of each epoch', async () => {
    const seen: [number, number][] = []
    const schedule = learningRateScheduler((epoch, rate) => {
      seen.push([epoch, rate])
      return epoch < 2 ? rate : rate / 2
    })
    expect(await rates([schedule], 4)).toEqual([1, 1, 0.5, 0.25])
    expect(seen).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 0.5],
    ])
  })

  it('refuses what is no function, and rates that are none', async () => {
    expect(() => learningRateScheduler(0.1 as never)).toThrow(/schedule must be a function/)
    for (const rate of [Number.NaN, -1, Number.POSITIVE_INFINITY, '0.1' as never, undefined as never]) {
      const fit = model().fit(x, y, { callbacks: learningRateScheduler(() => rate) })
      await expect(fit).rejects.toThrow(
        /learningRateScheduler: the rate for epoch 0 must be a finite number, at least 0/,
      )
    }
    const slow = learningRateScheduler((async () => 0.1) as never)
    await expect(model().fit(x, y, { callbacks: slow })).rejects.toThrow(
      /learningRateScheduler: the function returned a promise; it must not be async, and return the rate itself/,
    )
  })
})

describe('a rate that follows a schedule already', () => {
  it('is left to it', async () => {
    const schedule = exponentialDecay({ initialLearningRate: 1, decaySteps: 10, decayRate: 0.5 })
    for (const callback of [reduceLearningRateOnPlateau({ monitor: 'loss' }), learningRateScheduler(() => 1)]) {
      const fit = classifier({ optimizer: sgd({ learningRate: schedule }) }).fit(x, y, { callbacks: callback })
      await expect(fit).rejects.toThrow(
        /the optimizer's learningRate is a schedule; give it a number, or leave this callback out/,
      )
    }
  })
})
