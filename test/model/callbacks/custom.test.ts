import { describe, expect, it } from 'vitest'
import { type Callback, ConfigError, earlyStopping, type Training } from '../../../ts/index.ts'
import { allWeights, blobs, classifier } from '../support.ts'

const { x, y } = blobs(20)

describe('callbacks of one’s own', () => {
  it('are called in order, with figures', async () => {
    const calls: unknown[][] = []
    const names = (logs: object) => Object.keys(logs).join(' ')
    const callback: Callback = {
      onTrainBegin: (logs, training) => calls.push(['train', names(logs), training.epochs, training.batches]),
      onEpochBegin: (epoch, logs) => calls.push(['epoch', epoch, names(logs)]),
      onBatchEnd: (batch, logs) => calls.push(['batch', batch, names(logs)]),
      onEpochEnd: (epoch, logs) => calls.push(['end', epoch, names(logs)]),
      onTrainEnd: (logs) => calls.push(['done', names(logs)]),
    }
    await classifier().fit(x, y, { epochs: 2, batchSize: 8, callbacks: [callback], validationData: [x, y] })
    const epoch = (number: number) => [
      ['epoch', number, ''],
      ['batch', 0, 'loss accuracy'],
      ['batch', 1, 'loss accuracy'],
      ['batch', 2, 'loss accuracy'],
      ['end', number, 'loss accuracy val_loss val_accuracy'],
    ]
    expect(calls).toEqual([
      ['train', '', 2, 3],
      ...epoch(0),
      ...epoch(1),
      ['done', 'loss accuracy val_loss val_accuracy'],
    ])
  })

  it('get means over the epoch so far in onBatchEnd', async () => {
    const model = classifier()
    const other = classifier()
    const seen: number[] = []
    const onBatchEnd = (_: number, logs: Record<string, number>) => void seen.push(logs.loss ?? 0)
    await model.fit(x, y, { batchSize: 8, shuffle: false, callbacks: { onBatchEnd } })
    const sizes = [8, 8, 4]
    const losses = sizes.map(
      (size, i) => other.trainOnBatch(x.subarray(16 * i, 16 * i + 2 * size), y.subarray(8 * i, 8 * i + size)).loss ?? 0,
    )
    const mean = (count: number) => {
      const rows = sizes.slice(0, count).reduce((a, b) => a + b)
      return losses.slice(0, count).reduce((sum, loss, i) => sum + loss * (sizes[i] ?? 0), 0) / rows
    }
    expect(seen).toEqual([1, 2, 3].map((count) => expect.closeTo(mean(count), 6)))
    expect(allWeights(model)).toEqual(allWeights(other))
  })

  it('are awaited, and train the same with or without', async () => {
    const order: string[] = []
    const wait = (name: string) => async () => {
      order.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 2))
      order.push(`${name} ends`)
    }
    const [a, b] = [classifier(), classifier()]
    await a.fit(x, y, {
      epochs: 1,
      batchSize: 10,
      callbacks: [{ onBatchEnd: wait('batch'), onEpochEnd: wait('epoch') }],
    })
    await b.fit(x, y, { epochs: 1, batchSize: 10 })
    const call = (name: string) => [`${name} begins`, `${name} ends`]
    expect(order).toEqual([...call('batch'), ...call('batch'), ...call('epoch')])
    expect(allWeights(a)).toEqual(allWeights(b))
  })

  it('may add figures, which go to the history', async () => {
    const callback: Callback = {
      onEpochEnd: (epoch, logs) => {
        if (epoch !== 1) logs.mine = epoch * 10
      },
    }
    const history = await classifier().fit(x, y, { epochs: 3, callbacks: callback })
    expect(history.logs.mine).toEqual(Float64Array.of(0, Number.NaN, 20))
  })

  it('may use the model in between without changing what is trained', async () => {
    const busy = async (training: Training) => {
      training.model.predict(x)
      training.model.gradients(x, y)
      training.model.summary()
      training.model.clone().dispose()
      const { loss } = await training.model.evaluate(x, y, { yieldEvery: 0, batchSize: 3 })
      expect(loss).toBeGreaterThan(0)
    }
    const callback: Callback = {
      onBatchEnd: (_, __, training) => busy(training),
      onEpochBegin: (_, __, training) => busy(training),
      onEpochEnd: (_, __, training) => busy(training),
      onTrainEnd: (_, training) => busy(training),
    }
    const [a, b] = [classifier(), classifier()]
    const first = await a.fit(x, y, { epochs: 3, batchSize: 8, callbacks: callback, validationData: [x, y] })
    const second = await b.fit(x, y, { epochs: 3, batchSize: 8, validationData: [x, y] })
    expect(first).toEqual(second)
    expect(allWeights(a)).toEqual(allWeights(b))
  })

  it('stop training from any place, keeping the history', async () => {
    const stopIn = async (callback: Callback) =>
      (await classifier().fit(x, y, { epochs: 5, batchSize: 4, callbacks: callback })).epochs
    expect(await stopIn({ onTrainBegin: (_, training) => training.stop() })).toEqual([])
    expect(await stopIn({ onEpochBegin: (epoch, _, training) => epoch === 2 && training.stop() })).toEqual([0, 1])
    expect(await stopIn({ onEpochEnd: (epoch, _, training) => epoch === 1 && training.stop() })).toEqual([0, 1])
    const batches: number[] = []
    const onBatchEnd = (batch: number, _: unknown, training: Training) => {
      batches.push(batch)
      if (batch === 2) training.stop()
    }
    expect(await stopIn({ onBatchEnd })).toEqual([0])
    expect(batches).toEqual([0, 1, 2])
  })

  it('model.stopTraining does the same', async () => {
    const model = classifier()
    const history = await model.fit(x, y, {
      epochs: 5,
      callbacks: {
        onEpochEnd: () => {
          model.stopTraining = true
        },
      },
    })
    expect(history.epochs).toEqual([0])
    expect((await model.fit(x, y, { epochs: 2 })).epochs).toEqual([0, 1])
  })

  it('end training with their errors, and the model stays usable', async () => {
    const model = classifier()
    const seen: unknown[] = []
    for (const hook of ['onTrainBegin', 'onEpochBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd']) {
      const error = new Error(hook)
      const callback = {
        [hook]: () => {
          throw error
        },
      }
      const witness: Callback = { onTrainError: (reason) => seen.push(reason) }
      await expect(model.fit(x, y, { callbacks: [witness, callback as Callback] })).rejects.toBe(error)
      expect(seen.pop()).toBe(error)
    }
    const late = {
      onEpochEnd: async () => Promise.reject(new Error('late')),
      onTrainError: () => Promise.reject(new Error('dropped')),
    }
    await expect(model.fit(x, y, { callbacks: late })).rejects.toThrow('late')
    await model.fit(x, y)
  })

  class Misspelt {
    onEpochEnd() {}
    onBatchEnds() {}
  }

  it('may have methods and figures of its own', async () => {
    const callback = { onEpochEnd() {}, onEpoch() {}, emit() {}, toJSON() {}, onEpochEndCount: 3, on() {} }
    await classifier().fit(x, y, { callbacks: callback })
  })

  it.each<[unknown, RegExp]>([
    [earlyStopping, /callbacks\[0\] is a function; call it/],
    [{}, /callbacks\[0\] must be an object with one of onTrainBegin/],
    [{ onEpochEnds() {} }, /callbacks\[0\] has a method 'onEpochEnds'; did you mean 'onEpochEnd'\?/],
    [{ onEpochEnd() {}, onEpochBegn() {} }, /callbacks\[0\] has a method 'onEpochBegn'; did you mean 'onEpochBegin'\?/],
    [new Misspelt(), /has a method 'onBatchEnds'; did you mean 'onBatchEnd'/],
    [[null], /callbacks\[0\] must be an object/],
    [[{ onEpochEnd: 3 }], /callbacks\[0\]\.onEpochEnd must be a function; got 3/],
    ['progress', /callbacks\[0\] must be an object .*got 'progress'/],
  ])('%o is none', async (callbacks, message) => {
    const fit = classifier().fit(x, y, { callbacks: callbacks as Callback[] })
    await expect(fit).rejects.toThrow(message)
    await expect(fit).rejects.toBeInstanceOf(ConfigError)
  })
})
