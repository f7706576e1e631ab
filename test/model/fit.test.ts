import { describe, expect, it } from 'vitest'
import { dense, dropout, type LossLike, l2, sequential, sgd, type Training } from '../../ts/index.ts'
import { ReferenceNetwork } from './reference.ts'
import { allWeights, blobs, classifier, randomNumbers, regression } from './support.ts'

const random = randomNumbers(5)
const rowsOf = (count: number, width: number) =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => 2 * random() - 1))

/** `3 → 5 → 2`, trained by plain gradient descent. */
const net = (penalty = 0) => {
  const model = sequential({
    inputShape: [3],
    seed: 9,
    layers: [
      dense({ units: 5, activation: 'tanh', kernelRegularizer: l2(penalty) }),
      dense({ units: 2, kernelRegularizer: l2(penalty) }),
    ],
  })
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'meanSquaredError' })
  return model
}

const closeTo = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 4))

describe('fit', () => {
  it('does what the formulas say, batch by batch', async () => {
    const x = rowsOf(10, 3)
    const y = rowsOf(10, 2)
    const sampleWeight = x.map(() => random() * 2)
    const model = net(0.01)
    const reference = new ReferenceNetwork(model.getWeights())
    const history = await model.fit(x, y, { epochs: 4, batchSize: 4, shuffle: false, sampleWeight })
    const losses = [0, 1, 2, 3].map(() => {
      let sum = 0
      for (let first = 0; first < 10; first += 4) {
        const part = [x, y].map((each) => each.slice(first, first + 4)) as [number[][], number[][]]
        sum += reference.step(...part, 0.1, sampleWeight.slice(first, first + 4), 0.01) * part[0].length
      }
      return sum / 10
    })
    expect([...(history.logs.loss ?? [])]).toEqual(closeTo(losses))
    expect(allWeights(model)).toEqual(closeTo(reference.flat))
  })

  it("with batchSize 'full' is gradient descent", async () => {
    const x = rowsOf(7, 3)
    const y = rowsOf(7, 2)
    const model = net()
    const reference = new ReferenceNetwork(model.getWeights())
    const history = await model.fit(x, y, { epochs: 5, batchSize: 'full' })
    expect([...(history.logs.loss ?? [])]).toEqual(closeTo([0, 1, 2, 3, 4].map(() => reference.step(x, y, 0.1))))
  })

  it('without shuffling is trainOnBatch on one batch after the other, to the bit', async () => {
    const { x, y } = blobs(50)
    const a = classifier()
    const b = classifier()
    await a.fit(x, y, { epochs: 2, batchSize: 16, shuffle: false })
    for (let epoch = 0; epoch < 2; epoch++) {
      for (let first = 0; first < 50; first += 16) {
        b.trainOnBatch(x.subarray(2 * first, 2 * (first + 16)), y.subarray(first, first + 16))
      }
    }
    expect(allWeights(a)).toEqual(allWeights(b))
  })

  it('shuffles: another order each epoch, every row once', async () => {
    // With a rate this small every batch of one row adds its own gradient, and the order tells the rows.
    const seen: number[][] = []
    const model = regression({ features: 1, optimizer: sgd({ learningRate: 1e-6 }) })
    model.setWeights({ 'dense/kernel': [0], 'dense/bias': [0] })
    const rows = Array.from({ length: 20 }, (_, i) => i + 1)
    let sum = 0
    await model.fit(new Float32Array(20), rows, {
      epochs: 3,
      batchSize: 1,
      callbacks: {
        onEpochBegin: () => {
          seen.push([])
          sum = 0
        },
        onBatchEnd: (batch, logs) => {
          const total = (logs.loss ?? 0) * (batch + 1)
          seen.at(-1)?.push(Math.round(Math.sqrt(total - sum)))
          sum = total
        },
      },
    })
    for (const order of seen) expect([...order].sort((a, b) => a - b)).toEqual(rows)
    expect(new Set(seen.map(String)).size).toBe(3)
    expect(seen[0]).not.toEqual(rows)
  })

  it('goes on where the last fit ended, so that two fits are one', async () => {
    const { x, y } = blobs(40)
    const make = () => {
      const model = sequential({
        inputShape: [2],
        seed: 3,
        layers: [
          dense({ units: 6, activation: 'relu' }),
          dropout({ rate: 0.3 }),
          dense({ units: 3, activation: 'softmax' }),
        ],
      })
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
      return model
    }
    const [once, twice, numbered] = [make(), make(), make()]
    const all = await once.fit(x, y, { epochs: 6, batchSize: 8 })
    await twice.fit(x, y, { epochs: 2, batchSize: 8 })
    await twice.fit(x, y, { epochs: 4, batchSize: 8 })
    expect(allWeights(twice)).toEqual(allWeights(once))
    await numbered.fit(x, y, { epochs: 2, batchSize: 8 })
    const rest = await numbered.fit(x, y, { initialEpoch: 2, epochs: 6, batchSize: 8 })
    expect(allWeights(numbered)).toEqual(allWeights(once))
    expect(rest.epochs).toEqual([2, 3, 4, 5])
    expect(rest.logs.loss).toEqual(all.logs.loss?.slice(2))
  })

  it('returns the figures of every epoch', async () => {
    const { x, y } = blobs(30)
    const model = classifier()
    const history = await model.fit(x, y, { epochs: 3, validationData: [x, y] })
    expect(history.epochs).toEqual([0, 1, 2])
    expect(Object.keys(history.logs)).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy'])
    for (const values of Object.values(history.logs)) {
      expect(values).toBeInstanceOf(Float64Array)
      expect(values.length).toBe(3)
    }
    const { loss, accuracy } = await model.evaluate(x, y)
    expect([history.logs.val_loss?.[2], history.logs.val_accuracy?.[2]]).toEqual([loss, accuracy])
  })

  it('learns', async () => {
    const { x, y } = blobs(150)
    const model = classifier()
    await model.fit(x, y, { epochs: 30, batchSize: 16 })
    expect((await model.evaluate(x, y)).accuracy).toBe(1)
  })

  it('has nothing to do when the epochs are over', async () => {
    const { x, y } = blobs(9)
    const model = classifier()
    const before = allWeights(model)
    const none = new Float64Array(0)
    const figures = { loss: none, accuracy: none }
    expect(await model.fit(x, y, { initialEpoch: 5, epochs: 5 })).toEqual({ epochs: [], logs: figures })
    const stop = { onTrainBegin: (_: unknown, training: Training) => training.stop() }
    expect(await model.fit(x, y, { validationData: [x, y], callbacks: stop })).toEqual({
      epochs: [],
      logs: { ...figures, val_loss: none, val_accuracy: none },
    })
    expect(await model.fitDataset([[x, y]], { callbacks: stop })).toEqual({ epochs: [], logs: figures })
    expect(allWeights(model)).toEqual(before)
  })
})

describe('validation', () => {
  it('takes the last rows before shuffling', async () => {
    const { x, y } = blobs(20)
    const split = classifier()
    const apart = classifier()
    const a = await split.fit(x, y, { epochs: 3, batchSize: 4, validationSplit: 0.3 })
    const validationData = [x.subarray(28), y.subarray(14)] as const
    const b = await apart.fit(x.subarray(0, 28), y.subarray(0, 14), { epochs: 3, batchSize: 4, validationData })
    expect(a).toEqual(b)
    expect(allWeights(split)).toEqual(allWeights(apart))
  })

  it('splits weights with their rows and leaves class weights out', async () => {
    const { x, y } = blobs(20)
    const sampleWeight = Float32Array.from({ length: 20 }, () => random())
    const split = classifier()
    const apart = classifier()
    const classWeight = { 0: 2, 1: 0.5, 2: 1 }
    const a = await split.fit(x, y, { epochs: 2, validationSplit: 0.5, sampleWeight, classWeight })
    const b = await apart.fit(x.subarray(0, 20), y.subarray(0, 10), {
      epochs: 2,
      classWeight,
      sampleWeight: sampleWeight.subarray(0, 10),
      validationData: [x.subarray(20), y.subarray(10), sampleWeight.subarray(10)],
    })
    expect(a).toEqual(b)
  })

  it('changes nothing in training', async () => {
    const { x, y } = blobs(20)
    const [plain, validated] = [classifier(), classifier()]
    await plain.fit(x, y, { epochs: 3 })
    await validated.fit(x, y, { epochs: 3, validationData: [x, y] })
    expect(allWeights(validated)).toEqual(allWeights(plain))
  })
})

describe('weights of rows and classes', () => {
  it('a class weight is a sample weight for its rows', async () => {
    const { x, y } = blobs(24)
    const classWeight = { 0: 0.5, 1: 2, 2: 1 } as const
    const sampleWeight = Array.from(y, (k) => classWeight[k as 0 | 1 | 2])
    const [a, b, both] = [classifier(), classifier(), classifier()]
    const first = await a.fit(x, y, { epochs: 2, classWeight })
    expect(await b.fit(x, y, { epochs: 2, sampleWeight })).toEqual(first)
    const root = sampleWeight.map(Math.sqrt)
    await both.fit(x, y, { epochs: 2, classWeight: { 0: Math.SQRT1_2, 1: Math.SQRT2, 2: 1 }, sampleWeight: root })
    expect(allWeights(both)).toEqual(allWeights(a).map((value) => expect.closeTo(value, 4)))
  })

  it('a class without a weight counts as it is', () => {
    const { x, y } = blobs(24)
    const [a, b] = [classifier(), classifier()]
    expect(a.trainOnBatch(x, y, { classWeight: { 1: 3 } })).toEqual(
      b.trainOnBatch(x, y, { classWeight: { 0: 1, 1: 3, 2: 1 } }),
    )
    expect(allWeights(a)).toEqual(allWeights(b))
  })

  it('classes are found in one-hot rows and in yes-or-no labels', () => {
    const oneHot = classifier()
    oneHot.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'categoricalCrossentropy' })
    const x = [
      [1, 2],
      [3, 4],
    ]
    const y = [
      [0, 1, 0],
      [0, 0, 1],
    ]
    const weigh = (classWeight: Record<number, number>) => oneHot.trainOnBatch(x, y, { classWeight }).loss ?? 0
    expect(weigh({ 1: 3, 2: 0 })).toBeCloseTo(3 * weigh({ 1: 1, 2: 0 }), 5)
    const binary = sequential({ inputShape: [2], seed: 1, layers: [dense({ units: 1, activation: 'sigmoid' })] })
    binary.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'binaryCrossentropy' })
    const share = (classWeight: Record<number, number>) => binary.trainOnBatch(x, [0, 1], { classWeight }).loss ?? 0
    expect(share({ 0: 1, 1: 5 })).toBeCloseTo(share({ 0: 1, 1: 0 }) + 5 * share({ 0: 0, 1: 1 }), 5)
  })

  it('labels that are no classes have no class weight', async () => {
    const weigh = (units: number, y: number[] | number[][], loss: LossLike, first = 0) => {
      const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units, activation: 'sigmoid' })] })
      model.compile({ optimizer: sgd({ learningRate: 0 }), loss })
      const x = Array.from({ length: y.length }, (_, i) => [i])
      return first ? model.trainOnBatch(x, y, { classWeight: { 1: first } }).loss : model.trainOnBatch(x, y).loss
    }
    for (const [units, y, loss] of [
      [1, [0, 7], 'meanSquaredError'],
      [
        3,
        [
          [0, 1, 0],
          [5, 1, 2],
        ],
        'meanSquaredError',
      ],
      [
        3,
        [
          [0, 1, 0],
          [0, 1, 1],
        ],
        'binaryCrossentropy',
      ],
    ] as const) {
      expect(() => weigh(units, y as never, loss, 2)).toThrow(
        /classWeight weighs rows by class, but the labels of row 1/,
      )
    }
    // One-hot rows and labels of −1 and 1 are classes whatever the loss.
    expect(
      weigh(
        2,
        [
          [0, 1],
          [1, 0],
        ],
        'meanSquaredError',
        1,
      ),
    ).toBe(
      weigh(
        2,
        [
          [0, 1],
          [1, 0],
        ],
        'meanSquaredError',
      ),
    )
    expect(weigh(1, [-1, 1], 'hinge', 3)).toBeGreaterThan(weigh(1, [-1, 1], 'hinge') ?? 0)
  })

  it('rows of weight 0 do not count', async () => {
    const { x, y } = blobs(20)
    const model = classifier()
    const sampleWeight = Array.from({ length: 20 }, (_, i) => (i < 10 ? 2 : 0))
    const { loss } = await model.evaluate(x, y, { sampleWeight })
    const half = await model.evaluate(x.subarray(0, 20), y.subarray(0, 10))
    expect(loss).toBeCloseTo(half.loss ?? 0, 5)
  })
})
