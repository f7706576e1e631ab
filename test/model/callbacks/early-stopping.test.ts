import { describe, expect, it } from 'vitest'
import { ConfigError, earlyStopping, sgd } from '../../../ts/index.ts'
import { allWeights, blobs, classifier, regression } from '../support.ts'
import { scripted } from './scripted.ts'

const { x, y } = blobs(12)

/** Trains while a figure `score` takes these values; says how many epochs there were. */
async function epochsWith(values: number[], options: object): Promise<number> {
  const stopping = earlyStopping({ monitor: 'score', ...options })
  const history = await classifier().fit(x, y, {
    epochs: values.length,
    callbacks: [scripted('score', values), stopping],
  })
  return history.epochs.length
}

describe('earlyStopping', () => {
  // Expected numbers of epochs by the rules of keras.callbacks.EarlyStopping.
  it.each<[string, number[], object, number]>([
    ['stops at the first epoch that is no better', [5, 4, 4, 3], {}, 3],
    ['waits for patience epochs', [5, 4, 4, 4.5, 3], { patience: 2 }, 4],
    ['counts anew after an improvement', [5, 6, 4, 5, 5, 5], { patience: 2 }, 5],
    ['stops at once after patience, counted from the best', [1, 2, 3, 4, 5, 6], { patience: 3 }, 4],
    ['asks for more than minDelta', [5, 4.9, 4.8, 4.7], { minDelta: 0.5 }, 2],
    ['mode max', [1, 2, 3, 2, 9], { mode: 'max' }, 4],
    ['starts late', [1, 5, 4, 3, 3], { startFromEpoch: 2 }, 5],
    ['a baseline must be beaten too', [5, 4, 3, 3.5, 2], { baseline: 1, patience: 2 }, 4],
    ['a baseline that is beaten lets training go on', [5, 4, 3, 3.5, 2], { baseline: 10, patience: 2 }, 5],
    ['never stops at the first epoch', [Number.NaN, 1, 2, 0], {}, 3],
    ['NaN is no improvement', [1, Number.NaN, Number.NaN, Number.NaN], { patience: 2 }, 3],
    ['NaN first is not the best', [Number.NaN, 2, 1, Number.NaN, 1], { patience: 2 }, 5],
    ['infinity is worse than any number', [Number.POSITIVE_INFINITY, 3, 2], {}, 3],
  ])('%s', async (_, values, options, expected) => {
    expect(await epochsWith(values, options)).toBe(expected)
  })

  it('tells by the name whether a figure should grow', async () => {
    for (const name of ['accuracy', 'val_accuracy', 'item_topKAccuracy_1', 'auc', 'f1', 'r2', 'precision', 'recall']) {
      const callbacks = [scripted(name, [1, 2, 3, 4]), earlyStopping({ monitor: name })]
      expect((await classifier().fit(x, y, { epochs: 4, callbacks })).epochs.length, name).toBe(4)
    }
    for (const name of ['cost', 'val_cost', 'meanSquaredError', 'aucklandLoss']) {
      const callbacks = [scripted(name, [1, 2, 3, 4]), earlyStopping({ monitor: name })]
      expect((await classifier().fit(x, y, { epochs: 4, callbacks })).epochs.length, name).toBe(2)
    }
  })

  it('restores the best weights, whether it stopped training or not', async () => {
    for (const values of [
      [3, 1, 2, 2, 2],
      [3, 1, 2],
    ]) {
      const kept: number[][] = []
      const model = classifier()
      const stopping = earlyStopping({ monitor: 'score', patience: 2, restoreBestWeights: true })
      const keep = { onEpochEnd: () => void kept.push(allWeights(model)) }
      await model.fit(x, y, { epochs: values.length, callbacks: [scripted('score', values), stopping, keep] })
      expect(allWeights(model)).toEqual(kept[1])
      expect([stopping.best, stopping.bestEpoch]).toEqual([1, 1])
      expect(stopping.stoppedEpoch).toBe(values.length === 5 ? 3 : undefined)
    }
  })

  it('keeps the last weights when no epoch was better than nothing', async () => {
    const model = classifier()
    const other = classifier()
    const stopping = earlyStopping({ monitor: 'score', patience: 9, restoreBestWeights: true })
    await model.fit(x, y, { epochs: 3, callbacks: [scripted('score', [Number.NaN, Number.NaN, Number.NaN]), stopping] })
    await other.fit(x, y, { epochs: 3 })
    expect(allWeights(model)).toEqual(allWeights(other))
  })

  it('can be used again', async () => {
    const stopping = earlyStopping({ monitor: 'score' })
    for (const values of [
      [1, 2, 3],
      [5, 4, 6, 7],
    ]) {
      const history = await classifier().fit(x, y, { epochs: 9, callbacks: [scripted('score', values), stopping] })
      expect(history.epochs.length).toBe(values.length - 1)
    }
  })

  it('says at once that there is no such figure, and changes nothing', async () => {
    const model = classifier()
    const before = allWeights(model)
    const train = (monitor?: string, more = {}) =>
      model.fit(x, y, { epochs: 2, callbacks: earlyStopping({ monitor }), ...more })
    await expect(train()).rejects.toThrow(
      /earlyStopping: there is no log 'val_loss'; there is no validation data: pass validationData or validationSplit, or monitor one that there is\. Known: loss, accuracy/,
    )
    await expect(train('val_acuracy', { validationData: [x, y] })).rejects.toThrow(
      /no log 'val_acuracy'; did you mean 'val_accuracy'\? Known: loss, accuracy, val_loss, val_accuracy/,
    )
    await expect(train()).rejects.toBeInstanceOf(ConfigError)
    expect(allWeights(model)).toEqual(before)
    await train('loss')
  })

  it('says so after the first epoch when another callback might have added it', async () => {
    const callbacks = [scripted('other', [1, 2]), earlyStopping({ monitor: 'score' })]
    await expect(classifier().fit(x, y, { epochs: 2, callbacks })).rejects.toThrow(/no log 'score'/)
  })

  it.each([
    [{ patience: -1 }, /patience/],
    [{ patience: 1.5 }, /patience/],
    [{ mode: 'up' }, /mode must be one of 'auto', 'min', 'max'/],
    [{ monitor: '' }, /monitor/],
    [{ baseline: '3' }, /baseline must be a number/],
    [{ minDelta: Number.NaN }, /minDelta/],
    [{ restoreBestWeight: true }, /did you mean 'restoreBestWeights'\?/],
  ])('refuses %j', (options, message) => {
    expect(() => earlyStopping(options as object)).toThrow(ConfigError)
    expect(() => earlyStopping(options as object)).toThrow(message)
  })

  it('finds the end of real progress', async () => {
    const model = regression({ optimizer: sgd({ learningRate: 0.1 }) })
    const history = await model.fit(
      [
        [1, 0],
        [0, 1],
      ],
      [1, 2],
      {
        epochs: 2000,
        callbacks: earlyStopping({ monitor: 'loss', minDelta: 1e-6, patience: 3 }),
      },
    )
    expect(history.epochs.length).toBeLessThan(1000)
    expect(history.logs.loss?.at(-1)).toBeLessThan(1e-4)
  })
})
