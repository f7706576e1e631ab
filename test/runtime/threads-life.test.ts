/** Threads that cannot be had, that die, and that come back. */

import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { dense, init, runtime, StateError, sequential } from '../../ts/index.ts'
import { lossValue, matmul } from '../../ts/ops.ts'
import type { ThreadStart } from '../../ts/runtime/threads.ts'

const script = fileURLToPath(new URL('../../build/worker/thread.js', import.meta.url))
const workers: Worker[] = []

let start: ThreadStart

/** Makes workers of which the test knows, and keeps what they are told. */
function threadWorker(): Worker {
  const worker = new Worker(script)
  const post = worker.postMessage.bind(worker)
  worker.postMessage = (message: ThreadStart) => {
    start = message
    post(message)
  }
  workers.push(worker)
  return worker
}

/** The workers of the newest pool. */
const pool = (): Worker[] => workers.slice(-2)

const rows = 1500
const x = Float32Array.from({ length: rows * 200 }, (_, i) => Math.sin(i))
const y = Int32Array.from({ length: rows }, (_, i) => i % 10)
const net = () => {
  const model = sequential({
    inputShape: [200],
    seed: 1,
    layers: [dense({ units: 128, activation: 'tanh' }), dense({ units: 10, activation: 'softmax' })],
  })
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
  return model
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('threads', () => {
  it('that cannot be started leave the build on one thread, with the reason', async () => {
    const { variant, threads, reason } = await init({
      variant: 'simd',
      threads: 3,
      threadWorker: () => new Worker('throw new Error("not here")', { eval: true }),
    })
    expect({ variant, threads }).toEqual({ variant: 'simd', threads: 1 })
    expect(reason).toMatch(/one thread: threads could not be started here \(it failed: not here\); allow blob:/)
    expect(
      matmul({ data: Float32Array.of(3), shape: [1, 1] }, { data: Float32Array.of(4), shape: [1, 1] }).data[0],
    ).toBe(12)
  })

  it('can be had later, by another way', async () => {
    expect(await init({ threads: 3, threadWorker })).toMatchObject({ variant: 'simd', threads: 3 })
    expect(workers).toHaveLength(2)
  })

  it('that die end the training that they took part in, which can go on, with new threads', async () => {
    const model = net()
    let killed = 0
    const training = model.fit(x, y, {
      epochs: 1000,
      batchSize: 128,
      yieldEvery: 0,
      callbacks: [
        {
          onEpochEnd: async (epoch) => {
            if (epoch !== 1) return
            killed = 1
            const [first] = pool()
            void first?.terminate()
            await once(first as Worker, 'exit')
          },
        },
      ],
    })
    await expect(training).rejects.toThrow(/one of ravine's threads has died \(it ended \(exit code 1\)\)/)
    await expect(training).rejects.toBeInstanceOf(StateError)
    expect(killed).toBe(1)
    // On one thread until the new ones are there, and then on three.
    expect(lossValue('meanSquaredError', [1], [3])).toBe(4)
    await until(() => runtime().threads === 3)
    const { logs } = await model.fit(x, y, { epochs: 2, batchSize: 128 })
    expect(logs.loss?.every(Number.isFinite)).toBe(true)
    model.dispose()
  })

  it('that die while nothing runs are replaced, and nobody is troubled', async () => {
    const made = workers.length
    await pool()[1]?.terminate()
    await until(() => workers.length === made + 2 && runtime().threads === 3)
    const model = net()
    await model.fit(x, y, { epochs: 1, batchSize: 128 })
    model.dispose()
  })

  it('that end without a word, as in a browser, are missed', async () => {
    const made: Worker[] = []
    const silent = () => {
      const worker = new Worker(script)
      made.push(worker)
      return {
        postMessage: (message: unknown) => worker.postMessage(message),
        terminate: () => worker.terminate(),
        addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
          if (type === 'message') worker.on('message', (data) => listener({ data }))
        },
      }
    }
    await init({ threads: 1 })
    await init({ threads: 2, threadWorker: silent })
    const model = net()
    await made[0]?.terminate()
    const training = model.fit(x, y, { epochs: 1e6, batchSize: 128 })
    await expect(training).rejects.toThrow(/one of ravine's threads has died \(it does not answer\)/)
    await until(() => runtime().threads === 2)
    expect(made).toHaveLength(2)
    await model.fit(x, y, { epochs: 2, batchSize: 128 })
    model.dispose()
    await init({ threads: 3, threadWorker })
  }, 30_000)

  it('that fail in the midst of their work spoil no weights', async () => {
    const model = net()
    const before = model.getWeights()
    // What a thread does when it has trapped.
    const imports = Object.fromEntries(
      WebAssembly.Module.imports(start.module).map(({ name }) => [name, name === 'memory' ? start.memory : () => {}]),
    )
    const { exports } = new WebAssembly.Instance(start.module, { './ravine_bg.js': imports })
    ;(exports.pool_lose as (pool: number) => void)(start.pool)
    expect(() => model.trainOnBatch(x.subarray(0, 200 * 128), y.subarray(0, 128))).toThrow(StateError)
    expect(model.getWeights()).toEqual(before)
    await until(() => runtime().threads === 3)
    expect(model.trainOnBatch(x.subarray(0, 200 * 128), y.subarray(0, 128)).loss).toBeGreaterThan(0)
    model.dispose()
  })

  it('start one after the other, many of them, however often', async () => {
    for (let round = 0; round < 5; round++) {
      expect(await init({ threads: 12 })).toMatchObject({ threads: 12 })
      expect(await init({ threads: 1 })).toMatchObject({ threads: 1 })
    }
    expect(await init({ threads: 3, threadWorker })).toMatchObject({ threads: 3 })
  }, 60_000)

  it('asked for at the same time come one after the other', async () => {
    const answers = await Promise.all([init({ threads: 2 }), init({ threads: 4 }), init(), init({ threads: 3 })])
    expect(answers.map(({ threads }) => threads)).toEqual([2, 4, 4, 3])
  })

  it('are sent home when one is enough, and leave by themselves', async () => {
    const exits = pool().map((worker) => once(worker, 'exit'))
    expect(await init({ threads: 1 })).toMatchObject({ threads: 1 })
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0])
  })
})
