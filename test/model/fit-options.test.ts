import { describe, expect, it } from 'vitest'
import { RavineError } from '../../ts/index.ts'
import { allWeights, blobs, classifier } from './support.ts'

const { x, y } = blobs(10)

describe('fit refuses, and changes nothing', () => {
  it.each<[string, object, RegExp]>([
    ['batch 0', { batchSize: 0 }, /batchSize must be a whole number from 1 .*got 0/],
    ['a negative batch', { batchSize: -3 }, /batchSize .*got -3/],
    ['half a batch', { batchSize: 1.5 }, /batchSize .*got 1\.5/],
    ['a word for a batch', { batchSize: 'all' }, /batchSize must be a whole number from 1, or 'full'; got 'all'/],
    ['no epochs', { epochs: 0 }, /epochs must be a whole number from 1/],
    ['NaN epochs', { epochs: Number.NaN }, /epochs .*got NaN/],
    ['a misspelt option', { epoch: 3 }, /unknown option 'epoch'; did you mean 'epochs'\?/],
    ['a negative epoch', { initialEpoch: -1 }, /initialEpoch/],
    ['shuffle that is no flag', { shuffle: 'yes' }, /shuffle must be true or false/],
    [
      'a negative budget',
      { yieldEvery: -1 },
      /yieldEvery must be a number of milliseconds, at least 0, or Infinity; got -1/,
    ],
    ['a budget that is none', { yieldEvery: 'auto' }, /yieldEvery/],
    ['a signal that is none', { signal: {} }, /signal must be an AbortSignal; got an object/],
    ['a split of 1', { validationSplit: 1 }, /validationSplit must be a number above 0 and below 1; got 1/],
    ['a split below 0', { validationSplit: -0.1 }, /validationSplit/],
    [
      'a split that leaves nothing',
      { validationSplit: 0.99 },
      /validationSplit 0\.99 of 10 rows leaves 0 to train on and 10/,
    ],
    [
      'two kinds of validation',
      { validationSplit: 0.5, validationData: [x, y] },
      /give either validationData or validationSplit/,
    ],
    ['validation without labels', { validationData: [x] }, /validationData must be \[x, y\] or \[x, y, sampleWeight\]/],
    ['validation that is no array', { validationData: { x, y } }, /validationData must be/],
    [
      'ragged validation',
      {
        validationData: [
          [[1, 2], [3]],
          [0, 1],
        ],
      },
      /fit: validationData: x is ragged: row 1/,
    ],
    ['empty validation', { validationData: [[], []] }, /fit: validationData: x has no rows/],
    [
      'a class that is none in validation',
      { validationData: [[[1, 2]], [3]] },
      /fit: validationData: y: row 0 must be a class number/,
    ],
    [
      'too few weights',
      { sampleWeight: [1, 2] },
      /fit: sampleWeight has 2 numbers; expected one for each of the 10 rows/,
    ],
    [
      'a negative weight',
      { sampleWeight: [1, 1, 1, 1, 1, 1, 1, 1, 1, -1] },
      /sampleWeight: row 9 must be a finite number, at least 0; got -1/,
    ],
    ['a weight that is none', { sampleWeight: new Float32Array(10).fill(Number.NaN) }, /sampleWeight: row 0 .*got NaN/],
    [
      'a weight of no class',
      { classWeight: { 0: 1, 1: 1, 2: 1, 3: 1 } },
      /classWeight: there is no class '3'; classes are 0 to 2/,
    ],
    ['a named class', { classWeight: { cat: 1 } }, /there is no class 'cat'/],
    [
      'a negative class weight',
      { classWeight: { 0: -1, 1: 1, 2: 1 } },
      /class 0 must be a finite number, at least 0; got -1/,
    ],
    ['class weights in an array', { classWeight: [1, 1, 1] }, /classWeight must be a record by class number/],
    ['options that are none', 3 as unknown as object, /fit: expected an object of options/],
  ])('%s', async (_, options, message) => {
    const model = classifier()
    const before = allWeights(model)
    const promise = model.fit(x, y, options as Parameters<typeof model.fit>[2])
    await expect(promise).rejects.toThrow(message)
    await expect(promise).rejects.toBeInstanceOf(RavineError)
    expect(allWeights(model)).toEqual(before)
    expect((await model.fit(x, y)).epochs).toEqual([0])
  })

  it.each<[string, unknown, unknown, RegExp]>([
    ['no rows', [], [], /fit: x has no rows; expected at least one/],
    ['labels for other rows', x, y.subarray(1), /fit: y has 9 rows, x has 10; expected as many/],
    ['no labels', x, undefined, /fit: y must be numbers/],
    [
      'a class too large',
      x,
      [0, 1, 2, 3, 0, 1, 2, 0, 1, 2],
      /fit: y: row 3 must be a class number, whole and from 0 to 2 \(the output has 3 units\); got 3/,
    ],
    ['a negative class', x, [0, 1, 2, -1, 0, 1, 2, 0, 1, 2], /row 3 .*got -1/],
    ['half a class', x, [0, 1, 2, 0.5, 0, 1, 2, 0, 1, 2], /row 3 .*got 0\.5/],
    ['a class that is none', x, [Number.NaN, 1, 2, 0, 0, 1, 2, 0, 1, 2], /row 0 .*got NaN/],
    [
      'one-hot rows',
      x,
      Array.from(y, (k) => [0, 1, 2].map((c) => Number(c === k))),
      /fit: y has 3 numbers a row, but sparseCategoricalCrossentropy expects one class number a row .*use the loss 'categoricalCrossentropy'/,
    ],
    [
      'half a column',
      x,
      { data: new Float32Array(35), shape: [10, 3.5] },
      /fit: y: shape must be \[rows, columns\], whole numbers from 0; got \[10, 3\.5\]/,
    ],
    ['flat one-hot rows', x, new Float32Array(30), /fit: y has 3 numbers a row, but sparse/],
    [
      'class names',
      x,
      ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c', 'a'],
      /fit: y: row 0 must be a number; got 'a'; turn text into numbers/,
    ],
  ])('%s', async (_, features, labels, message) => {
    const model = classifier()
    const before = allWeights(model)
    await expect(model.fit(features as typeof x, labels as typeof y)).rejects.toThrow(message)
    await expect(model.evaluate(features as typeof x, labels as typeof y)).rejects.toThrow(RavineError)
    expect(() => model.trainOnBatch(features as typeof x, labels as typeof y)).toThrow(RavineError)
    expect(() => model.gradients(features as typeof x, labels as typeof y)).toThrow(RavineError)
    expect(allWeights(model)).toEqual(before)
  })

  it('class numbers where one-hot rows are expected', async () => {
    const model = classifier()
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
    await expect(model.fit(x, y)).rejects.toThrow(
      /fit: y has one number a row, but categoricalCrossentropy expects 3 numbers a row; for class numbers use the loss 'sparseCategoricalCrossentropy'/,
    )
    await expect(model.fit(x, new Float32Array(20).fill(1))).rejects.toThrow(/no whole number of rows of 3/)
    await expect(model.fit(x, new Float32Array(30).fill(2))).rejects.toThrow(
      /row 0, column 0 must be from 0 to 1 for categoricalCrossentropy; got 2/,
    )
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    await expect(model.fit(x, y)).rejects.toThrow(
      /meanSquaredError expects 3 numbers a row: labels have the width of the output/,
    )
  })
})
