/** What goes wrong ends training with one clear error, the model as after the last batch, and the source closed. */

import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  customLoss,
  dense,
  NumericalError,
  RavineError,
  StateError,
  sequential,
} from '../../../ts/index.ts'
import { allWeights, blobs, classifier, failureOf } from '../support.ts'
import { cut, later, turn, watched } from './support.ts'

const { x, y } = blobs(40)
const source = () => cut(x, y, [10])

describe('fitDataset refuses, and asks nothing of the source', () => {
  it.each<[string, object, RegExp]>([
    ['batch 0', { batchSize: 0 }, /fitDataset: batchSize must be a whole number from 1/],
    [
      "'full'",
      { batchSize: 'full' },
      /batchSize must be a whole number from 1 \('full' needs all rows in memory: use fit\)/,
    ],
    ['shuffle', { shuffle: true }, /unknown option 'shuffle'; did you mean 'shuffleRows'\?/],
    ['a misspelt option', { batchPerEpoch: 1 }, /unknown option 'batchPerEpoch'; did you mean 'batchesPerEpoch'\?/],
    ['a split', { validationSplit: 0.1 }, /unknown option 'validationSplit'; did you mean 'validationData'\?/],
    ['no batches', { batchesPerEpoch: 0 }, /batchesPerEpoch must be a whole number from 1/],
    ['half a row', { shuffleRows: 0.5 }, /shuffleRows must be a whole number from 0/],
    ['validation of one', { validationData: [x] }, /validationData must be \[x, y\] or \[x, y, sampleWeight\]/],
    ['validation that is no source', { validationData: { x, y } }, /validationData must be \[x, y\]/],
    ['wrong validation', { validationData: [x, [7]] }, /fitDataset: validationData: y/],
    ['epochs', { epochs: -1 }, /epochs must be/],
    ['a callback', { callbacks: [() => {}] }, /fitDataset: callbacks\[0\] is a function/],
    ['a signal', { signal: 1 }, /signal must be an AbortSignal/],
  ])('%s', async (_, options, message) => {
    const model = classifier()
    const before = allWeights(model)
    const chunks = watched(source())
    const error = await failureOf(() => model.fitDataset(chunks, options as never))
    expect(error).toBeInstanceOf(RavineError)
    expect(error.message).toMatch(message)
    expect(chunks.log).toEqual([])
    expect(allWeights(model)).toEqual(before)
  })

  it.each([[undefined], [null], [5], ['text'], [{}], [new Float32Array(6)]])('%s as a source', async (value) => {
    await expect(classifier().fitDataset(value as never)).rejects.toThrow(
      /fitDataset: source must be an \(async\) iterable of chunks \[x, y\], or a function that returns one; got/,
    )
  })

  it('a model that is not compiled, or is training', async () => {
    const model = sequential({ inputShape: [2], layers: [dense({ units: 3 })] })
    await expect(model.fitDataset(source())).rejects.toThrow(/fitDataset: the model has not been compiled/)
    const busy = classifier()
    const training = busy.fitDataset(later(source()))
    await expect(busy.fitDataset(source())).rejects.toBeInstanceOf(StateError)
    await expect(busy.fit(x, y)).rejects.toBeInstanceOf(StateError)
    await training
  })
})

describe('a chunk that does not fit', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'no pair',
      [x],
      /fitDataset: chunk 1 must be \[x, y\], \[x, y, sampleWeight\] or \{ x, y, sampleWeight \}; got an array of 1/,
    ],
    ['nothing', null, /chunk 1 must be .*got null/],
    ['names of tf.js', { xs: x, ys: y }, /chunk 1: unknown option 'xs'; did you mean 'x'\?/],
    ['no labels', { x }, /chunk 1 must be/],
    [
      'ragged rows',
      [
        [[1, 2], [3]],
        [0, 1],
      ],
      /fitDataset: chunk 1: x is ragged: row 1/,
    ],
    ['fewer labels', [[[1, 2]], [0, 1]], /chunk 1: y has 2 rows/],
    [
      'a class that is none',
      [
        [
          [1, 2],
          [1, 2],
        ],
        [0, 3],
      ],
      /fitDataset: chunk 1: y: row 1 must be a class number/,
    ],
    [
      'too few weights',
      [
        [
          [1, 2],
          [1, 2],
        ],
        [0, 1],
        [1],
      ],
      /chunk 1: sampleWeight has 1 number|chunk 1 has sampleWeight/,
    ],
    [
      'weights all of a sudden',
      [[[1, 2]], [0], [1]],
      /chunk 1 has sampleWeight, but those before it had none; give it with every chunk or with none/,
    ],
  ])('%s', async (_, chunk, message) => {
    const [model, whole] = [classifier(), classifier()]
    const chunks = watched([[x, y], chunk, [x, y]] as never[])
    const error = await failureOf(() => model.fitDataset(chunks, { batchSize: 8 }))
    expect(error).toBeInstanceOf(RavineError)
    expect(error.message).toMatch(message)
    expect(chunks.log.at(-1)).toBe('return')
    await whole.fit(x, y, { batchSize: 8, shuffle: false })
    expect(allWeights(model)).toEqual(allWeights(whole))
    // The model is as usable as before.
    await model.fitDataset(source())
  })

  it('names the row of a later piece of a large chunk', async () => {
    const rows = 20_000
    const labels = new Int32Array(rows)
    labels[17_321] = 9
    await expect(classifier().fitDataset([[new Float32Array(2 * rows), labels]])).rejects.toThrow(
      /fitDataset: chunk 0: y: row 17321 must be a class number/,
    )
    const weights = new Float32Array(rows).fill(1)
    weights[9999] = -1
    const chunk = [new Float32Array(2 * rows), new Int32Array(rows), weights] as const
    await expect(classifier().fitDataset([chunk])).rejects.toThrow(/chunk 0: sampleWeight: row 9999 must be/)
  })

  it('weights that are missing all of a sudden', async () => {
    const chunks = [
      [x, y, new Float32Array(40)],
      [x, y],
    ] as const
    await expect(classifier().fitDataset(chunks)).rejects.toThrow(
      /chunk 1 has no sampleWeight, but those before it had one/,
    )
  })
})

describe('a source that throws', () => {
  it('ends training with its error as the cause, after what came before', async () => {
    const cause = new TypeError('the disk is gone')
    const sources = [
      function* () {
        yield [x, y] as const
        throw cause
      },
      async function* () {
        yield [x, y] as const
        await turn()
        throw cause
      },
    ]
    for (const throws of sources) {
      for (const batchSize of [8, 7]) {
        const [model, whole] = [classifier(), classifier()]
        const seen: unknown[] = []
        const callbacks = { onTrainError: (error: unknown) => void seen.push(error) }
        const error = await failureOf(() => model.fitDataset(throws(), { batchSize, callbacks }))
        expect(error).toBeInstanceOf(ConfigError)
        expect(error.message).toBe('fitDataset: source failed after 1 chunk of this pass: the disk is gone')
        expect(error.cause).toBe(cause)
        expect(seen).toEqual([error])
        const rows = batchSize * Math.floor(40 / batchSize)
        await whole.fit(x.subarray(0, 2 * rows), y.subarray(0, rows), { batchSize, shuffle: false })
        expect(allWeights(model)).toEqual(allWeights(whole))
      }
    }
  })

  it('when it is opened, or is no iterable then', async () => {
    const cause = new Error('no such file')
    const opening = [
      () => {
        throw cause
      },
      async () => {
        throw cause
      },
      {
        [Symbol.asyncIterator]() {
          throw cause
        },
      },
    ]
    for (const opens of opening) {
      const error = await failureOf(() => classifier().fitDataset(opens as never))
      expect(error.message).toMatch(/fitDataset: source failed after 0 chunks of this pass: no such file/)
      expect(error.cause).toBe(cause)
    }
    await expect(classifier().fitDataset((() => 5) as never)).rejects.toThrow(
      /fitDataset: source failed after 0 chunks of this pass: the function must return an \(async\) iterable of chunks; it returned 5/,
    )
    await expect(classifier().fitDataset({ [Symbol.iterator]: () => ({ next: () => 5 }) } as never)).rejects.toThrow(
      /the iterator's next returned 5/,
    )
  })

  it('and that of the validation is named', async () => {
    const validationData = async function* () {
      yield [x, y] as const
      throw new Error('gone')
    }
    await expect(classifier().fitDataset(source(), { validationData })).rejects.toThrow(
      /fitDataset: validationData failed after 1 chunk of this pass: gone/,
    )
  })

  it('an error that nobody waits for is not unhandled', async () => {
    const throws = async function* () {
      yield [x, y] as const
      throw new Error('later')
    }
    // Training ends while the next chunk, which fails, is under way.
    const wrong = customLoss({
      name: 'wrong',
      evaluate: () => {
        throw new Error('first')
      },
    })
    const model = sequential({ inputShape: [2], layers: [dense({ units: 1 })] })
    model.compile({ optimizer: 'sgd', loss: wrong })
    await expect(model.fitDataset(throws())).rejects.toThrow(/first/)
    await turn()
  })
})

describe('an iterator', () => {
  it('is closed when training ends early, and not when it has ended itself', async () => {
    const whole = watched(source())
    await classifier().fitDataset(whole)
    expect(whole.log).toEqual(['open', 'next', 'next', 'next', 'next', 'next'])

    const bad = Float32Array.from(x)
    bad[25] = Number.NaN
    const failing = watched(cut(bad, y, [5]))
    await failureOf(() => classifier().fitDataset(failing, { batchSize: 5 }))
    expect(failing.log).toEqual(['open', 'next', 'next', 'next', 'next', 'return'])

    const enough = watched(cut(x, y, [5]))
    await classifier().fitDataset(enough, { batchSize: 5, batchesPerEpoch: 2, epochs: 2 })
    expect(enough.log).toEqual(['open', 'next', 'next', 'next', 'next', 'next', 'return'])

    const validation = watched(cut(bad, y, [5]))
    await failureOf(() => classifier().fitDataset(source(), { validationData: () => validation }))
    expect(validation.log.at(-1)).toBe('next')
    const callback = watched(source())
    const callbacks = { onBatchEnd: () => Promise.reject(new Error('stop')) }
    await expect(classifier().fitDataset(callback, { callbacks, batchSize: 4 })).rejects.toThrow('stop')
    expect(callback.log.at(-1)).toBe('return')
  })

  it('has run its finally before the promise settles', async () => {
    let closed = false
    const chunks = async function* () {
      try {
        for (;;) yield [x, y] as const
      } finally {
        await turn()
        closed = true
      }
    }
    await classifier().fitDataset(chunks(), { batchesPerEpoch: 7, epochs: 2 })
    expect(closed).toBe(true)
  })

  it('may have no return, or one that fails', async () => {
    const bare = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: [x, y] as const }) }) }
    await classifier().fitDataset(bare as never, { batchesPerEpoch: 2 })
    const sour = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: [x, y] as const }),
        return: () => {
          throw new Error('sour')
        },
      }),
    }
    await classifier().fitDataset(sour as never, { batchesPerEpoch: 2 })
  })
})

describe('numbers that are not finite', () => {
  it('are named by epoch, batch and place, whatever the chunks', async () => {
    const bad = Float32Array.from(x)
    bad[2 * 27 + 1] = Number.NaN
    for (const sizes of [[3], [10], [40]]) {
      const [model, whole] = [classifier(), classifier()]
      let pass = 0
      const chunks = () => cut(pass++ < 2 ? x : bad, y, sizes)
      const error = await failureOf(() => model.fitDataset(chunks, { epochs: 5, batchSize: 5 }))
      expect(error).toBeInstanceOf(NumericalError)
      expect(error).toMatchObject({ epoch: 2, batch: 5 })
      expect(error.message).toBe(
        'fitDataset met a number that is not finite in epoch 2, batch 5 (counted from 0): ' +
          'fitDataset: x of that batch: row 2, column 1 is NaN. The weights are those before that batch. ' +
          'Remove or replace such numbers (checkData: true names them before training)',
      )
      await whole.fit(x, y, { epochs: 2, batchSize: 5, shuffle: false })
      await whole.fit(x.subarray(0, 50), y.subarray(0, 25), { batchSize: 5, shuffle: false })
      expect(allWeights(model)).toEqual(allWeights(whole))
    }
  })

  it('are found before training by checkData, by chunk and row', async () => {
    const bad = Float32Array.from(x)
    bad[2 * 27 + 1] = Number.NaN
    await expect(classifier().fitDataset(cut(bad, y, [10]), { checkData: true })).rejects.toThrow(
      /fitDataset: chunk 2: x: row 7, column 1 is NaN; numbers must be finite/,
    )
  })

  it('in the very last update are found too', async () => {
    const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
    model.compile({ optimizer: { kind: 'sgd', learningRate: 1e38 } as never, loss: 'meanSquaredError' })
    const chunk = [Float32Array.of(1e10, 1e10), Float32Array.of(1, 1)] as const
    const error = await failureOf(() => model.fitDataset([chunk], { batchSize: 2 }))
    expect(error).toBeInstanceOf(NumericalError)
    expect(error.message).toMatch(/epoch 0, batch 0 .*its update left weights of layer 'dense' that are not finite/)
  })

  it('in a validation name its batch', async () => {
    const bad = Float32Array.from(x)
    bad[3] = Number.NaN
    await expect(classifier().fitDataset(source(), { validationData: () => cut(bad, y, [4]) })).rejects.toThrow(
      /validationData met a number that is not finite in epoch 0, batch 0 .*: .*validationData: x of that batch: row 1, column 1 is NaN/,
    )
  })
})
