/** The wide build, started by the set-up file, in a Node whose V8 fuses. */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dense, init, runtime, StateError, sequential } from '../../ts/index.ts'
import { matmul } from '../../ts/ops.ts'
import { workerModel } from '../../ts/worker.ts'

const cpu = '/proc/cpuinfo'
/** What V8 needs to fuse. */
const able = process.arch === 'x64' && (!existsSync(cpu) || /\bavx2\b/.test(readFileSync(cpu, 'utf8')))

describe.runIf(able)('the wide build', () => {
  it('has stood its trial, and says so', () => {
    expect(runtime()).toMatchObject({ variant: 'wide', threads: 2, deterministic: false, started: true })
    expect(runtime().reason).toBe('init was asked for the wide build, and it agrees with the baseline and is faster')
  })

  it('may be asked for again, with other threads, but not exchanged', async () => {
    expect(await init({ wide: true, threads: 2 })).toEqual(runtime())
    expect(await init({ threads: 1 })).toMatchObject({ variant: 'wide', threads: 1 })
    expect(await init({ threads: 2 })).toMatchObject({ variant: 'wide', threads: 2 })
    for (const options of [{ variant: 'relaxed' }, { deterministic: true }] as const) {
      await expect(init(options)).rejects.toThrow(/'wide' build runs already/)
      await expect(init(options)).rejects.toBeInstanceOf(StateError)
    }
  })

  // Around every height and width of a tile: 1 to 6 rows, 4, 8 and 16 columns.
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 71, 72, 73, 85])('multiplies %i rows right, all layouts', (m) => {
    // Whole numbers: every sum is exact, fused or not.
    const whole = (count: number, salt: number) => Float32Array.from({ length: count }, (_, i) => ((i * salt) % 17) - 8)
    const flip = (x: Float32Array, rows: number, columns: number) =>
      Float32Array.from({ length: x.length }, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)] ?? 0)
    for (const n of [1, 4, 5, 8, 9, 15, 16, 17, 20, 31, 33, 49, 70]) {
      const k = m > 60 ? 260 : 13
      const [a, b] = [whole(m * k, 7), whole(k * n, 5)]
      const expected = Float32Array.from({ length: m * n }, (_, at) => {
        let sum = 0
        for (let p = 0; p < k; p++) sum += (a[Math.floor(at / n) * k + p] ?? 0) * (b[p * n + (at % n)] ?? 0)
        return sum
      })
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const left = transposeA
            ? { data: flip(a, m, k), shape: [k, m] as const }
            : { data: a, shape: [m, k] as const }
          const right = transposeB
            ? { data: flip(b, k, n), shape: [n, k] as const }
            : { data: b, shape: [k, n] as const }
          expect(matmul(left, right, { transposeA, transposeB }).data).toEqual(expected)
        }
      }
    }
  })

  it('gives the same bits for any number of threads, and in a worker', async () => {
    const [rows, inputs] = [400, 200]
    const x = {
      data: Float32Array.from({ length: rows * inputs }, (_, i) => Math.sin(i)),
      shape: [rows, inputs] as const,
    }
    const y = Uint8Array.from({ length: rows }, (_, i) => (i * i) % 10)
    const description = () => ({
      inputShape: [inputs],
      seed: 3,
      layers: [dense({ units: 256, activation: 'gelu' }), dense({ units: 10, activation: 'softmax' })],
    })
    const settings = { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' } as const
    const options = { epochs: 2, batchSize: 128 }
    const here = async () => {
      const model = sequential(description())
      model.compile(settings)
      await model.fit(x, y, options)
      const weights = model.getWeights()
      model.dispose()
      return weights
    }
    const expected = await here()
    await init({ threads: 1 })
    expect(await here()).toEqual(expected)
    await init({ threads: 2 })
    const there = await workerModel(description())
    expect(await there.runtime()).toMatchObject({ variant: 'wide' })
    await there.compile(settings)
    await there.fit(x, y, options)
    expect(await there.getWeights()).toEqual(expected)
    await there.dispose()
  })
})
