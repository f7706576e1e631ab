/** The baseline with three threads, started by the set-up file. */

import { describe, expect, it } from 'vitest'
import { adam, dense, dropout, init, RavineError, runtime, sequential } from '../../ts/index.ts'
import { matmul } from '../../ts/ops.ts'

const ROWS = 400
const INPUTS = 200
const x = Float32Array.from({ length: ROWS * INPUTS }, (_, i) => (((i * 7919) % 211) - 105) / 64)
const y = Uint8Array.from({ length: ROWS }, (_, i) => (i * i) % 10)

/** Large enough for its products, passes and updates to be shared. */
function net() {
  const model = sequential({
    inputShape: [INPUTS],
    seed: 3,
    layers: [
      dense({ units: 256, activation: 'gelu' }),
      dropout({ rate: 0.2 }),
      dense({ units: 128, activation: 'relu' }),
      dense({ units: 10, activation: 'softmax' }),
    ],
  })
  model.compile({
    optimizer: adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  })
  return model
}

/** Everything that a training leaves behind. */
async function trained(): Promise<unknown> {
  const model = net()
  const { logs } = await model.fit(x, y, { epochs: 2, batchSize: 128, validationSplit: 0.25, yieldEvery: 0 })
  const result = [logs, model.getWeights(), model.predict(x), await model.evaluate(x, y)]
  model.dispose()
  return result
}

describe('threads', () => {
  it('are there, and runtime says so', () => {
    expect(runtime()).toMatchObject({ variant: 'simd', threads: 3, deterministic: true, started: true })
    expect(runtime().reason).toBe("init was asked for 'simd'")
  })

  it('may be asked for again, fewer, and more, with the same bits', async () => {
    const expected = await trained()
    for (const threads of [1, 2, 4, 3]) {
      expect(await init({ threads })).toMatchObject({ threads, variant: 'simd' })
      expect(await trained()).toEqual(expected)
    }
    await expect(init({ variant: 'relaxed' })).rejects.toBeInstanceOf(RavineError)
  })

  it('share single operations too', async () => {
    const whole = (count: number, salt: number) => Float32Array.from({ length: count }, (_, i) => ((i * salt) % 17) - 8)
    const a = { data: whole(300 * 200, 7), shape: [300, 200] } as const
    const b = { data: whole(200 * 100, 5), shape: [200, 100] } as const
    const expected = Float32Array.from({ length: 300 * 100 }, (_, at) => {
      let sum = 0
      for (let p = 0; p < 200; p++)
        sum += (a.data[Math.floor(at / 100) * 200 + p] ?? 0) * (b.data[p * 100 + (at % 100)] ?? 0)
      return sum
    })
    expect(matmul(a, b).data).toEqual(expected)
  })

  it('give copies that no thread can see', () => {
    const model = net()
    for (const { data } of Object.values(model.getWeights())) expect(data.buffer).toBeInstanceOf(ArrayBuffer)
    expect(model.predict(x).data.buffer).toBeInstanceOf(ArrayBuffer)
    model.dispose()
  })
})
