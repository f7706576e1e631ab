/** Where epochs begin and end. */

import { describe, expect, it } from 'vitest'
import { ConfigError, type Logs, ShapeError, type Training } from '../../../ts/index.ts'
import { allWeights, blobs, classifier, failureOf } from '../support.ts'
import { cut, later, watched } from './support.ts'

const { x, y } = blobs(60)

describe('a source that can be gone over only once', () => {
  it('is enough for one epoch', async () => {
    const model = classifier()
    expect((await model.fitDataset(cut(x, y, [7]), {})).epochs).toEqual([0])
    expect((await model.fitDataset(cut(x, y, [7]), { initialEpoch: 4, epochs: 5 })).epochs).toEqual([4])
  })

  it('is refused for several, before anything is asked of it', async () => {
    const source = later(cut(x, y, [7]))
    const error = await failureOf(() => classifier().fitDataset(source, { epochs: 3 }))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe(
      'fitDataset: source is an iterator, which can be gone over only once, but there are 3 epochs; ' +
        'pass a function that returns a new one for each, or set batchesPerEpoch to divide it',
    )
    // It is as good as before.
    await classifier().fitDataset(source)
    const validationData = cut(x, y, [7])
    await expect(classifier().fitDataset(() => cut(x, y, [9]), { epochs: 2, validationData })).rejects.toThrow(
      /validationData is an iterator/,
    )
  })

  it('that does not say so is found out by its second pass', async () => {
    const generator = cut(x, y, [7])
    const model = classifier()
    const once = classifier()
    await once.fitDataset(cut(x, y, [7]))
    const error = await failureOf(() => model.fitDataset({ [Symbol.iterator]: () => generator }, { epochs: 2 }))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/no rows when it is gone over again \(epoch 1\); pass a function/)
    expect(allWeights(model)).toEqual(allWeights(once))
  })
})

it('a function is called for each pass, with its epoch', async () => {
  const epochs: number[] = []
  const source = (epoch: number) => {
    epochs.push(epoch)
    return later(cut(x, y, [7 + epoch]))
  }
  await classifier().fitDataset(source, { initialEpoch: 2, epochs: 5 })
  expect(epochs).toEqual([2, 3, 4])
})

describe('batchesPerEpoch', () => {
  it('divides one pass into epochs', async () => {
    const [model, whole] = [classifier(), classifier()]
    const history = await model.fitDataset(cut(x, y, [7]), { batchSize: 4, batchesPerEpoch: 5, epochs: 3 })
    expect(history.epochs).toEqual([0, 1, 2])
    const parts: Logs[] = []
    for (let i = 0; i < 3; i++) {
      const { logs } = await whole.fit(x.subarray(40 * i, 40 * i + 40), y.subarray(20 * i, 20 * i + 20), {
        batchSize: 4,
        shuffle: false,
      })
      parts.push({ loss: logs.loss?.[0] as number })
    }
    expect([...(history.logs.loss as Float64Array)]).toEqual(parts.map((logs) => logs.loss))
    expect(allWeights(model)).toEqual(allWeights(whole))
  })

  it('goes over a source again that can be, across the borders of passes', async () => {
    const [model, whole] = [classifier(), classifier()]
    let passes = 0
    const source = () => {
      passes++
      return cut(x, y, [7])
    }
    await model.fitDataset(source, { batchSize: 8, batchesPerEpoch: 5, epochs: 3 })
    expect(passes).toBe(2)
    const twice = [Float32Array.from([...x, ...x]), Int32Array.from([...y, ...y])] as const
    await whole.fit(...twice, { batchSize: 8, shuffle: false })
    expect(allWeights(model)).toEqual(allWeights(whole))
    const array = classifier()
    await array.fitDataset([...cut(x, y, [60])], { batchSize: 8, batchesPerEpoch: 15 })
    expect(allWeights(array)).toEqual(allWeights(whole))
  })

  it('ends training where an iterator ends, with the batches of the last epoch', async () => {
    const ended: [number, number][] = []
    const callbacks = {
      onEpochEnd: (epoch: number, logs: Logs) => void ended.push([epoch, Object.keys(logs).length]),
      onTrainEnd: () => void ended.push([-1, 0]),
    }
    const model = classifier()
    const validationData = [x, y] as const
    const options = { batchSize: 8, batchesPerEpoch: 3, epochs: 100, callbacks, validationData }
    const history = await model.fitDataset(cut(x, y, [7]), options)
    // 60 rows are seven batches and a half.
    expect(history.epochs).toEqual([0, 1, 2])
    expect(ended).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
      [-1, 0],
    ])
    const whole = classifier()
    await whole.fit(x, y, { batchSize: 8, shuffle: false })
    expect(allWeights(model)).toEqual(allWeights(whole))
    // At the border of an epoch there is no further, empty one.
    const even = await classifier().fitDataset(cut(x, y, [7]), { batchSize: 10, batchesPerEpoch: 3, epochs: 100 })
    expect(even.epochs).toEqual([0, 1])
  })

  it('mixes over the whole source', async () => {
    const options = { batchSize: 8, batchesPerEpoch: 2, epochs: 10, shuffleRows: 16 }
    const [a, b, c] = [classifier(), classifier(), classifier()]
    await a.fitDataset(cut(x, y, [7]), options)
    await b.fitDataset(cut(x, y, [60]), options)
    await c.fitDataset(cut(x, y, [60]), { ...options, shuffleRows: 0 })
    expect(allWeights(a)).toEqual(allWeights(b))
    expect(allWeights(a)).not.toEqual(allWeights(c))
  })
})

describe('a source without rows', () => {
  it.each([
    ['no chunk', []],
    ['empty chunks', [[[], []]]],
  ])('is refused: %s', async (_, chunks) => {
    for (const options of [{}, { batchesPerEpoch: 2 }, { epochs: 2, shuffleRows: 5 }]) {
      const error = await failureOf(() => classifier().fitDataset(() => chunks as never, options))
      expect(error).toBeInstanceOf(ShapeError)
      expect(error.message).toBe('fitDataset: the source has no rows; expected at least one')
    }
    await expect(
      classifier().fitDataset(() => cut(x, y, [9]), { validationData: () => chunks as never }),
    ).rejects.toThrow(/fitDataset: validationData: the source has no rows/)
  })
})

describe('callbacks', () => {
  it('are told how many batches there are as soon as that is known', async () => {
    const seen: [string, number][] = []
    const note = (name: string) => (_: unknown, __: unknown, training: Training) =>
      void seen.push([name, training.batches])
    const callbacks = { onEpochBegin: note('begin'), onEpochEnd: note('end') }
    await classifier().fitDataset(() => cut(x, y, [7]), { epochs: 2, batchSize: 8, callbacks })
    expect(seen).toEqual([
      ['begin', Number.NaN],
      ['end', 8],
      ['begin', 8],
      ['end', 8],
    ])
    seen.length = 0
    await classifier().fitDataset(() => cut(x, y, [7]), { batchesPerEpoch: 3, callbacks })
    expect(seen).toEqual([
      ['begin', 3],
      ['end', 3],
    ])
  })

  it('see each batch and its figures as in fit', async () => {
    const record = () => {
      const seen: unknown[] = []
      return { seen, onBatchEnd: (batch: number, logs: Logs) => void seen.push([batch, logs]) }
    }
    const [whole, pieces] = [record(), record()]
    await classifier().fit(x, y, { batchSize: 8, shuffle: false, callbacks: whole, epochs: 2 })
    await classifier().fitDataset(() => cut(x, y, [5]), { batchSize: 8, callbacks: pieces, epochs: 2 })
    expect(pieces.seen).toEqual(whole.seen)
  })

  it('may stop training, which closes the source', async () => {
    const source = watched(cut(x, y, [8]))
    const callbacks = {
      onBatchEnd: (batch: number, _: Logs, training: Training) => {
        if (batch === 2) training.stop()
      },
    }
    const history = await classifier().fitDataset(source, { batchSize: 8, callbacks })
    expect(history.epochs).toEqual([0])
    expect(source.log.at(-1)).toBe('return')
    // The chunk after the third had been asked for.
    expect(source.log.filter((name) => name === 'next').length).toBe(4)
  })

  it('show progress of an unknown number', async () => {
    const lines: string[] = []
    const { progress } = await import('../../../ts/index.ts')
    const show = progress({ write: (text) => void lines.push(text), live: true })
    await classifier().fitDataset(() => cut(x, y, [7]), { batchSize: 8, yieldEvery: 0, callbacks: show, epochs: 2 })
    expect(lines[0]).toMatch(/Epoch 1\/2 ╌+ 0\/\? 0\.0 s/)
    expect(lines.join('')).toMatch(/Epoch 1\/2 ━+ 8\/8 .*loss/)
    expect(lines.join('')).toMatch(/Epoch 2\/2 ╌+ 0\/8/)
  })
})
