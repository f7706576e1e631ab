import { describe, expect, it, vi } from 'vitest'
import {
  adam,
  concatenate,
  dense,
  dropout,
  exponentialDecay,
  FormatError,
  input,
  l1l2,
  Model,
  maxNorm,
  model,
  sequential,
  topKAccuracy,
} from '../../ts/index.ts'
import { crc32 } from '../../ts/model/bytes/crc32.ts'
import { allWeights, blobs, classifier, randomNumbers } from './support.ts'

vi.setConfig({ testTimeout: 60_000 })

const { x, y } = blobs(30)

/** The header's JSON of saved bytes. */
const headerOf = (bytes: Uint8Array): Record<string, unknown> => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true)
  return JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + length)))
}

/** Saved bytes with another header and a checksum that fits. */
const forge = (bytes: Uint8Array, header: unknown): Uint8Array => {
  const oldLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true)
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Math.ceil(text.length / 4) * 4
  const floats = bytes.subarray(16 + oldLength)
  const forged = new Uint8Array(16 + length + floats.length).fill(0x20)
  forged.set(bytes.subarray(0, 8))
  forged.set(text, 16)
  forged.set(floats, 16 + length)
  const view = new DataView(forged.buffer)
  view.setUint32(12, length, true)
  view.setUint32(8, crc32(forged.subarray(12)), true)
  return forged
}

/** A deep copy with changes somewhere inside. */
const changed = (header: Record<string, unknown>, change: (copy: never) => void): unknown => {
  const copy = structuredClone(header)
  change(copy as never)
  return copy
}

describe('toBytes and fromBytes', () => {
  it('give the same model back', () => {
    const model = sequential({
      inputShape: [2],
      seed: 12,
      layers: [
        dense({
          units: 5,
          activation: 'gelu',
          kernelRegularizer: l1l2({ l1: 0.1, l2: 0.2 }),
          kernelConstraint: maxNorm(),
        }),
        dropout({ rate: 0.25, name: 'noise' }),
        dense({ units: 3, activation: 'softmax', trainable: false, learningRateScale: 0.5, useBias: false }),
      ],
    })
    const copy = Model.fromBytes(model.toBytes())
    expect(copy.seed).toBe(12)
    expect(copy.getWeights()).toEqual(model.getWeights())
    expect(copy.predict(x)).toEqual(model.predict(x))
    expect(copy.summary().split('\n').slice(0, -1)).toEqual(model.summary().split('\n').slice(0, -1))
    const described = (m: typeof model) =>
      m.layers.map(({ kind, name, config, trainable, learningRateScale }) => [
        kind,
        name,
        config,
        trainable,
        learningRateScale,
      ])
    expect(described(copy)).toEqual(described(model))
    expect(copy.toBytes()).toEqual(model.toBytes())
  })

  it('keep settings, and what training needs to go on with the same bits', async () => {
    const schedule = exponentialDecay({ initialLearningRate: 0.05, decaySteps: 3, decayRate: 0.9 })
    const model = sequential({
      inputShape: [2],
      seed: 5,
      layers: [
        dense({ units: 6, activation: 'relu' }),
        dropout({ rate: 0.4 }),
        dense({ units: 3, activation: 'softmax' }),
      ],
    })
    const metrics = ['accuracy', topKAccuracy({ k: 2 })] as const
    model.compile({
      optimizer: adam({ learningRate: schedule, amsgrad: true }),
      loss: 'sparseCategoricalCrossentropy',
      metrics,
      clipNorm: 1,
      clipValue: 0.5,
    })
    await model.fit(x, y, { epochs: 3, batchSize: 7 })
    const copy = Model.fromBytes(model.toBytes())
    expect(copy.learningRate).toBe(model.learningRate)
    const options = { initialEpoch: 3, epochs: 6, batchSize: 7, validationData: [x, y] as const }
    expect(await copy.fit(x, y, options)).toEqual(await model.fit(x, y, options))
    expect(copy.toBytes()).toEqual(model.toBytes())
  })

  it('keep a learning rate that was set, and layers frozen since or before compile', () => {
    const model = classifier()
    model.trainOnBatch(x, y)
    model.learningRate = 0.125
    for (const layer of model.layers) layer.trainable = false
    const copy = Model.fromBytes(model.toBytes())
    expect(copy.learningRate).toBe(0.125)
    expect(copy.layers.map((layer) => layer.trainable)).toEqual([false, false])
    expect(copy.trainOnBatch(x, y)).toEqual(model.trainOnBatch(x, y))
    expect(allWeights(copy)).toEqual(allWeights(model))
  })

  it('keep graphs with names', () => {
    const a = input({ shape: [2] })
    const b = input({ shape: [1] })
    const shared = dense({ units: 3, name: 'body' })
    const body = shared.apply(a)
    const outputs = {
      left: dense({ units: 2 }).apply(concatenate().apply([body, b])),
      right: dense({ units: 1 }).apply(body),
    }
    const net = model({ inputs: { a, b }, outputs, seed: 2 })
    net.compile({
      optimizer: 'rmsprop',
      loss: { left: 'huber', right: 'hinge' },
      lossWeights: { right: 3 },
      metrics: { left: 'r2' },
    })
    const data = { a: x, b: Float32Array.from(y) }
    const labels = { left: x, right: Float32Array.from(y, (k) => (k ? 1 : -1)) }
    net.trainOnBatch(data, labels)
    const copy = Model.fromBytes<typeof data, ReturnType<typeof net.predict>>(net.toBytes())
    expect(copy.predict(data)).toEqual(net.predict(data))
    expect(copy.trainOnBatch(data, labels)).toEqual(net.trainOnBatch(data, labels))
  })

  it('read bytes that begin anywhere, and leave them alone', () => {
    const model = classifier()
    const bytes = model.toBytes()
    for (const offset of [1, 2, 3, 4, 7]) {
      const buffer = new Uint8Array(bytes.length + 9)
      buffer.set(bytes, offset)
      const view = buffer.subarray(offset, offset + bytes.length)
      expect(allWeights(Model.fromBytes(view))).toEqual(allWeights(model))
      expect(view).toEqual(bytes)
    }
  })
})

describe('clone', () => {
  it('is independent, layers and all', async () => {
    const model = classifier()
    model.trainOnBatch(x, y)
    const copy = model.clone()
    expect(copy.layers[0]).not.toBe(model.layers[0])
    const before = allWeights(model)
    await copy.fit(x, y, { epochs: 2 })
    expect(allWeights(model)).toEqual(before)
    await model.fit(x, y, { epochs: 2 })
    expect(allWeights(model)).toEqual(allWeights(copy))
    model.dispose()
    expect(copy.predict(x).shape).toEqual([30, 3])
  })
})

describe('bytes that are no model', () => {
  const bytes = (() => {
    const model = classifier()
    model.trainOnBatch(x, y)
    return model.toBytes()
  })()
  const header = headerOf(bytes)

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'RAVINE'],
    ['an array', [...bytes]],
    ['a buffer of something else', new ArrayBuffer(40)],
    ['no bytes', new Uint8Array(0)],
    ['zeros', new Uint8Array(1000)],
    ['another file', new TextEncoder().encode('{"format": "something else"}')],
    ['a byte too many', Uint8Array.from([...bytes, 0])],
    ['a float too many', Uint8Array.from([...bytes, 0, 0, 0, 0])],
  ])('%s: FormatError', (_, value) => {
    expect(() => Model.fromBytes(value as Uint8Array)).toThrow(FormatError)
  })

  it('may be an ArrayBuffer, as fetch gives it', () => {
    const [copy, other] = [Model.fromBytes(bytes), Model.fromBytes(bytes.buffer)]
    expect(other.toBytes()).toEqual(copy.toBytes())
    expect(() => Model.fromBytes([...bytes] as never)).toThrow(/as a Uint8Array or ArrayBuffer; got an array of \d+/)
  })

  it('say how to get at the bytes', () => {
    const given = (value: unknown) => () => Model.fromBytes(value as Uint8Array)
    expect(given(new Blob([bytes]))).toThrow(/got an object; pass what its arrayBuffer\(\) resolves to$/)
    expect(given(Promise.resolve(bytes))).toThrow(/got an object; await it first$/)
    expect(given(null)).toThrow(/got null$/)
  })

  it('another version is named', () => {
    const other = bytes.slice()
    other[6] = 9
    expect(() => Model.fromBytes(other)).toThrow(/version 9 of the format; this version of ravine reads version 1/)
  })

  it('cut off anywhere', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => Model.fromBytes(bytes.subarray(0, length)), `${length} bytes`).toThrow(FormatError)
    }
  })

  it('with any byte changed', () => {
    for (let i = 0; i < bytes.length; i++) {
      const damaged = bytes.slice()
      damaged[i] = (damaged[i] ?? 0) ^ (1 << (i % 8))
      expect(() => Model.fromBytes(damaged), `byte ${i}`).toThrow(FormatError)
    }
  })

  it.each<[string, (copy: never) => void]>([
    ['another seed', (h: { seed: number }) => (h.seed = -1)],
    ['no layers', (h: { layers: unknown[] }) => (h.layers = [])],
    ['a layer of no kind', (h: { layers: { kind: string }[] }) => (h.layers[0]!.kind = 'conv2d')],
    ['a layer of another kind', (h: { layers: { kind: string }[] }) => (h.layers[0]!.kind = 'dropout')],
    ['more units', (h: { layers: { config: { units: number } }[] }) => (h.layers[0]!.config.units = 9)],
    ['far more units', (h: { layers: { config: { units: number } }[] }) => (h.layers[0]!.config.units = 1_000_000_000)],
    ['broken units', (h: { layers: { config: { units: unknown } }[] }) => (h.layers[0]!.config.units = '8')],
    ['an unknown setting', (h: { layers: { config: Record<string, unknown> }[] }) => (h.layers[0]!.config.depth = 8)],
    [
      'an unknown activation',
      (h: { layers: { config: { activation: unknown } }[] }) => (h.layers[0]!.config.activation = { kind: 'x' }),
    ],
    ['a name twice', (h: { layers: { name: string }[] }) => (h.layers[0]!.name = h.layers[1]!.name)],
    [
      'a name that is none',
      (h: { layers: { name: unknown; named: boolean }[] }) => Object.assign(h.layers[0]!, { name: '', named: true }),
    ],
    ['a wider input', (h: { inputs: { number: number }[] }) => (h.inputs[0]!.number = 3)],
    ['a huge input', (h: { inputs: { number: number }[] }) => (h.inputs[0]!.number = 2 ** 31)],
    ['an input too many', (h: { inputs: unknown[] }) => h.inputs.push({ name: 'more', number: 2 } as never)],
    ['no outputs', (h: { outputs: unknown[] }) => (h.outputs = [])],
    ['an output that is none', (h: { outputs: { number: number }[] }) => (h.outputs[0]!.number = 77)],
    ['an output that is an input', (h: { outputs: { number: number }[] }) => (h.outputs[0]!.number = 0)],
    ['a node of no layer', (h: { nodes: { layer: number }[] }) => (h.nodes[0]!.layer = 5)],
    ['a node of half a layer', (h: { nodes: { layer: number }[] }) => (h.nodes[0]!.layer = 0.5)],
    ['a node before its source', (h: { nodes: { inputs: number[] }[] }) => (h.nodes[0]!.inputs = [2])],
    ['a node of itself', (h: { nodes: { inputs: number[] }[] }) => (h.nodes[0]!.inputs = [1])],
    ['a node too many', (h: { nodes: unknown[] }) => h.nodes.push({ layer: 1, inputs: [1] } as never)],
    [
      'another optimizer',
      (h: { training: { optimizer: { kind: string } } }) => (h.training.optimizer = { kind: 'sgd' }),
    ],
    ['a broken optimizer', (h: { training: { optimizer: { beta1: number } } }) => (h.training.optimizer.beta1 = 2)],
    ['no heads', (h: { training: { heads: unknown[] } }) => (h.training.heads = [])],
    [
      'another loss',
      (h: { training: { heads: { loss: unknown }[] } }) => (h.training.heads[0]!.loss = { kind: 'none' }),
    ],
    ['half an epoch', (h: { training: { epoch: number } }) => (h.training.epoch = 0.5)],
    ['a negative step', (h: { training: { progress: number[] } }) => (h.training.progress[0] = -1)],
    ['no progress', (h: { training: { progress: number[] } }) => (h.training.progress = [])],
    ['more state', (h: { training: { slots: number } }) => (h.training.slots = 3)],
    ['endless state', (h: { training: { slots: number } }) => (h.training.slots = 1e9)],
    ['a negative rate', (h: { training: { rate: number } }) => (h.training.rate = -1)],
    ['flags that are none', (h: { training: { trainable: unknown[] } }) => (h.training.trainable = [1, 1])],
    ['no training', (h: { training: unknown }) => (h.training = null)],
    ['no training at all', (h: { training?: unknown }) => delete h.training],
  ])('a header with %s', (_, change) => {
    expect(() => Model.fromBytes(forge(bytes, changed(header, change)))).toThrow(FormatError)
  })

  it('a header that is no header', () => {
    for (const text of ['', 'null', '3', '[]', '{}', '{"seed":', '[', '['.repeat(100_000), '{"a":'.repeat(100_000)]) {
      expect(() => Model.fromBytes(forge(bytes, text)), text.slice(0, 20)).toThrow(FormatError)
    }
    const deep = `{"seed":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(() => Model.fromBytes(forge(bytes, deep))).toThrow(FormatError)
  })

  it('a header with names that mean something to JavaScript changes nothing else', () => {
    const text = JSON.stringify(header)
    for (const evil of ['"__proto__":{"polluted":1},', '"constructor":{"prototype":{"polluted":1}},']) {
      Model.fromBytes(forge(bytes, text.replace('{', `{${evil}`))).dispose()
      expect(() => Model.fromBytes(forge(bytes, text.replace('"config":{', `"config":{${evil}`)))).toThrow(FormatError)
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('the header is what was written, so that forging is what the cases above test', () => {
    expect(allWeights(Model.fromBytes(forge(bytes, header)))).toEqual(allWeights(Model.fromBytes(bytes)))
  })
})

describe('crc32', () => {
  it('is that of zip and PNG', () => {
    const text = (value: string) => crc32(new TextEncoder().encode(value))
    expect(text('')).toBe(0)
    expect(text('123456789')).toBe(0xcbf43926)
    expect(text('The quick brown fox jumps over the lazy dog')).toBe(0x414fa339)
  })

  it('is the same however it is cut into eights', () => {
    const random = randomNumbers(1)
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, () => 256 * random())
      let crc = 0xffffffff
      for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
      }
      expect(crc32(bytes)).toBe(~crc >>> 0)
    }
  })
})
