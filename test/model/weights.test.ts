import { describe, expect, it } from 'vitest'
import {
  type AnyModel,
  ConfigError,
  dense,
  ShapeError,
  sequential,
  sgd,
  unitNorm,
  type WeightsLike,
} from '../../ts/index.ts'
import { allWeights } from './support.ts'

const net = () =>
  sequential({ inputShape: [3], seed: 2, layers: [dense({ units: 2, name: 'h' }), dense({ units: 1 })] })

it('the norm of a bias is that of the whole vector, as in Keras, whatever the axis', () => {
  for (const axis of [0, 1]) {
    const model = sequential({
      inputShape: [1],
      seed: 1,
      layers: [dense({ units: 3, kernelConstraint: unitNorm({ axis }), biasConstraint: unitNorm({ axis }) })],
    })
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'meanSquaredError' })
    model.setWeights({ 'dense/kernel': [3, 4, -1], 'dense/bias': [3, 4, -1] })
    model.trainOnBatch([[1]], [[1, 1, 1]])
    const { 'dense/kernel': kernel, 'dense/bias': bias } = model.getWeights()
    const whole = [3, 4, -1].map((w) => expect.closeTo(w / Math.sqrt(26), 6))
    expect([...(bias?.data ?? [])]).toEqual(whole)
    expect([...(kernel?.data ?? [])]).toEqual(axis === 0 ? [1, 1, -1].map((w) => expect.closeTo(w, 6)) : whole)
  }
})

describe('weights', () => {
  it('are copies by layer and name, kernels [in, out]', () => {
    const model = net()
    const weights = model.getWeights()
    expect(Object.entries(weights).map(([key, { shape }]) => [key, shape])).toEqual([
      ['h/kernel', [3, 2]],
      ['h/bias', [1, 2]],
      ['dense/kernel', [2, 1]],
      ['dense/bias', [1, 1]],
    ])
    weights['h/kernel']?.data.fill(7)
    expect(model.getWeights()['h/kernel']?.data).not.toContain(7)
  })

  it('mean what their names say', () => {
    const model = net()
    model.setWeights({
      'h/kernel': [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      'h/bias': [10, 20],
      'dense/kernel': new Float32Array([1, 100]),
      'dense/bias': { data: new Float32Array([0.5]), shape: [1, 1] },
    })
    // (1 + 3·2 + 5·3 + 10) + 100 · (2 + 4·2 + 6·3 + 20) + 0.5
    expect(model.predict([[1, 2, 3]]).data[0]).toBe(32 + 4800 + 0.5)
  })

  it('that are not named stay', () => {
    const model = net()
    const before = model.getWeights()
    model.setWeights({ 'dense/bias': [3] })
    expect(model.getWeights()).toEqual({ ...before, 'dense/bias': { data: new Float32Array([3]), shape: [1, 1] } })
    model.setWeights({})
  })

  it('move between models of the same shape', () => {
    const [a, b] = [
      net(),
      sequential({ inputShape: [3], layers: [dense({ units: 2, name: 'h' }), dense({ units: 1 })] }),
    ]
    b.setWeights(a.getWeights())
    expect(allWeights(b)).toEqual(allWeights(a))
  })

  it.each<[string, unknown, RegExp]>([
    [
      'an unknown name',
      { 'h/kernl': [1] },
      /setWeights: unknown weight 'h\/kernl'; did you mean 'h\/kernel'\? Known: h\/kernel,/,
    ],
    ['another shape', { 'h/kernel': [[1, 2, 3]] }, /'h\/kernel' must be \[3, 2\]; its rows have 3 numbers/],
    [
      'a transposed kernel',
      {
        'h/kernel': [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      /'h\/kernel' must be \[3, 2\]; its rows have 3 numbers; it is the transpose: kernels are \[in, out\] here/,
    ],
    ['too few rows', { 'h/kernel': [[1, 2]] }, /'h\/kernel' must be \[3, 2\], 6 numbers; got 1 row of 2/],
    ['too many numbers', { 'h/bias': [1, 2, 3, 4] }, /'h\/bias' must be \[1, 2\]/],
    ['an odd number of numbers', { 'h/bias': [1, 2, 3] }, /flat array of 3 numbers/],
    [
      'no number',
      { 'h/bias': [1, Number.NaN] },
      /'h\/bias': every number must be finite \(as float32\); number 1 is NaN/,
    ],
    ['what no float32 holds', { 'h/bias': [1, 1e39] }, /number 1 is Infinity/],
    ['a text', { 'h/bias': 'zeros' }, /'h\/bias' must be numbers/],
    ['nothing', undefined, /setWeights: weights must be a record/],
    ['null', null, /setWeights: weights must be a record, for example \{ 'h\/kernel': … \}; got null/],
    ['an array', [[1]], /setWeights: weights must be a record/],
  ])('refuse %s and change nothing', (_, weights, message) => {
    const model = net()
    const before = allWeights(model)
    const set = () => model.setWeights({ 'dense/bias': [9], ...(weights as WeightsLike) })
    const bare = () => model.setWeights(weights as WeightsLike)
    expect(weights === undefined || weights === null || Array.isArray(weights) ? bare : set).toThrow(message)
    try {
      bare()
    } catch (error) {
      expect(error instanceof ConfigError || error instanceof ShapeError).toBe(true)
    }
    expect(allWeights(model)).toEqual(before)
  })
})

describe('countParameters and summary', () => {
  it('count', () => {
    expect(net().countParameters()).toBe(3 * 2 + 2 + 2 + 1)
  })

  it('show a table', () => {
    const model = net()
    const [first] = model.layers
    if (first) first.trainable = false
    const lines = model.summary().split('\n')
    expect(lines.slice(0, 9)).toEqual([
      'Layer              Output shape  Parameters',
      '───────────────────────────────────────────',
      'input (input)      [batch, 3]             0',
      'h (dense, frozen)  [batch, 2]             8',
      'dense (dense)      [batch, 1]             3',
      '───────────────────────────────────────────',
      'Parameters: 11 (44 B)',
      '  trainable: 3',
      '  not trainable: 8',
    ])
    // Memory comes in cache lines of 64 bytes. The largest parts of a batch: 3 and 2 numbers a row.
    const rest = () => model.summary().split('\n').slice(9)
    expect(rest()).toEqual([
      'Memory, alignment included, with 32 rows a batch:',
      '  parameters: 128 B',
      expect.stringMatching(/^ {2}activations in inference: [\d.]+ (B|KiB)$/),
    ])
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    expect(rest()).toEqual([
      'Memory, alignment included, with 32 rows a batch:',
      '  parameters: 128 B',
      '  gradients: 64 B',
      '  optimizer state: 128 B',
      expect.stringMatching(/^ {2}activations in training: [\d.]+ (B|KiB)$/),
      expect.stringMatching(/^ {2}activations in inference: [\d.]+ (B|KiB)$/),
    ])
  })

  it('show the memory of a batch', () => {
    const bytes = (model: AnyModel, what: string, batchSize: number): number => {
      const text = model.summary({ batchSize })
      const [, number = '', unit = ''] = new RegExp(`activations in ${what}: ([\\d.]+) (\\w+)`).exec(text) ?? []
      return Number(number) * ({ B: 1, KiB: 2 ** 10, MiB: 2 ** 20 }[unit] ?? Number.NaN)
    }
    const deep = (layers: number) => {
      const model = sequential({
        inputShape: [64],
        layers: Array.from({ length: layers }, () => dense({ units: 64, activation: 'relu' })),
      })
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      return model as unknown as AnyModel
    }
    const [four, forty] = [deep(4), deep(40)]
    expect(bytes(forty, 'inference', 256)).toBe(bytes(four, 'inference', 256))
    // Training keeps each layer's output: 256 · 64 numbers.
    expect(bytes(forty, 'training', 256) - bytes(four, 'training', 256)).toBeCloseTo(36 * 256 * 64 * 4, -6)
    expect(bytes(forty, 'training', 512)).toBeGreaterThan(1.9 * bytes(forty, 'training', 256))
    // More than WebAssembly can hold is still told, as long as it can be counted.
    const plain = sequential({ inputShape: [64], layers: [dense({ units: 64 })] })
    expect(plain.summary({ batchSize: 2e7 })).toMatch(/activations in inference: 9\.5 GiB/)
    expect(() => four.summary({ batchSize: 2e8 })).toThrow(/largest part is .* 200000000 × 64 numbers, 47\.7 GiB/)
    expect(() => four.summary({ batchSize: 0 })).toThrow(/summary: batchSize must be a whole number from 1/)
    expect(() => four.summary({ batchsize: 1 } as never)).toThrow(
      /unknown option 'batchsize'; did you mean 'batchSize'/,
    )
  })
})
