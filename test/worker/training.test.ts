/** A training in a worker, watched, stopped and aborted from the page. */

import { describe, expect, it } from 'vitest'
import { type Logs, progress, StateError, sequential } from '../../ts/index.ts'
import type { WorkerTraining } from '../../ts/worker.ts'
import { blobs, failureOf } from '../model/support.ts'
import { classifierInWorker, description, settings } from './support.ts'

const { x, y } = blobs(60)
const FOREVER = 1e6

describe('callbacks on the page', () => {
  it('are called as on the main thread', async () => {
    const record = async (inWorker: boolean) => {
      const events: unknown[] = []
      const model = inWorker ? await classifierInWorker() : sequential(description())
      if (!inWorker) await model.compile(settings)
      const note = (name: string) => (first: unknown, second: unknown, third?: unknown) => {
        const training = (third ?? second) as WorkerTraining
        const { epochs, batches, batchesDone, logNames, learningRate, scheduled, stopped } = training
        events.push([name, first, third ? { ...(second as Logs) } : undefined])
        events.push([epochs, batches, batchesDone, logNames, learningRate, scheduled, stopped])
      }
      const callbacks = {
        onTrainBegin: note('train begin'),
        onEpochBegin: note('epoch begin'),
        onBatchEnd: note('batch end'),
        onEpochEnd: note('epoch end'),
        onTrainEnd: note('train end'),
      }
      await (model as ReturnType<typeof sequential>).fit(x, y, { epochs: 2, batchSize: 20, callbacks })
      return events
    }
    const [main, worker] = [await record(false), await record(true)]
    expect(main.length).toBe(2 * (2 + 2 * 2 + 6))
    expect(worker).toEqual(main)
  })

  it('may add figures, set the rate, use the model, and are waited for', async () => {
    const model = await classifierInWorker()
    const kernels: number[] = []
    const history = await model.fit(x, y, {
      epochs: 3,
      callbacks: {
        async onEpochEnd(epoch, logs, training) {
          await new Promise((resolve) => setTimeout(resolve, 5))
          kernels.push((await model.getWeights())['dense/kernel']?.data[0] ?? 0)
          logs.seen = epoch * 2
          training.learningRate = 0
          expect(training.learningRate).toBe(0)
        },
      },
    })
    expect([...(history.logs.seen ?? [])]).toEqual([0, 2, 4])
    // Nothing is learnt at a rate of 0.
    expect(new Set(kernels).size).toBe(1)
    expect(await model.getLearningRate()).toBe(0)
  })

  it('may stop it', async () => {
    const model = await classifierInWorker()
    const stopAt = {
      onEpochEnd: (epoch: number, _: Logs, training: WorkerTraining) => {
        if (epoch !== 2) return
        training.stop()
        expect(training.stopped).toBe(true)
      },
    }
    expect((await model.fit(x, y, { epochs: 10, callbacks: stopAt })).epochs).toEqual([0, 1, 2])
  })

  it('end it by what they throw, which arrives as it is', async () => {
    const model = await classifierInWorker()
    const thrown = { mine: true }
    const seen: unknown[] = []
    const callbacks = {
      onEpochEnd() {
        throw thrown
      },
      onTrainError: (error: unknown) => seen.push(error),
    }
    const caught = await model.fit(x, y, { epochs: 3, callbacks }).catch((error: unknown) => error)
    expect(caught).toBe(thrown)
    expect(seen).toEqual([thrown])
    expect(seen[0]).toBe(thrown)
    expect((await model.fit(x, y)).epochs).toEqual([0])
  })

  it('do not have the model of the main thread', async () => {
    const model = await classifierInWorker()
    const callbacks = { onEpochEnd: (_: number, __: Logs, training: object) => (training as { model: unknown }).model }
    const error = await failureOf(() => model.fit(x, y, { callbacks }))
    expect(error).toBeInstanceOf(StateError)
    expect(error.message).toMatch(/^training\.model: the model is in a worker/)
  })

  it('show progress', async () => {
    const model = await classifierInWorker()
    const lines: string[] = []
    const bar = progress({ write: (text) => lines.push(text), live: false })
    await model.fit(x, y, { epochs: 2, callbacks: bar })
    expect(lines.length).toBe(2)
    expect(lines[1]).toMatch(/^Epoch 2\/2 ━+ 2\/2 .*loss .*accuracy/)
  })

  it('hear of progress within an epoch', async () => {
    const model = await classifierInWorker()
    let heard = 0
    const callbacks = {
      onProgress(batches: number, logs: Logs, training: WorkerTraining) {
        expect(batches).toBeGreaterThan(0)
        expect(logs.loss).toBeGreaterThan(0)
        if (++heard === 3) training.stop()
      },
    }
    await model.fit(x, y, { epochs: FOREVER, batchSize: 1, yieldEvery: 1, callbacks })
    expect(heard).toBe(3)
  })
})

describe('a signal', () => {
  it('aborts it with its own reason, and the model stays usable', async () => {
    const model = await classifierInWorker()
    const controller = new AbortController()
    const reason = new Error('enough')
    const callbacks = { onEpochEnd: (epoch: number) => epoch === 2 && controller.abort(reason) }
    const caught = await model
      .fit(x, y, { epochs: FOREVER, signal: controller.signal, callbacks })
      .catch((error: unknown) => error)
    expect(caught).toBe(reason)
    expect((await model.fit(x, y)).epochs).toEqual([0])
  })

  it('is heard soon while there are no callbacks', async () => {
    const model = await classifierInWorker()
    const waits: number[] = []
    for (let round = 0; round < 3; round++) {
      const controller = new AbortController()
      const training = model.fit(x, y, { epochs: FOREVER, signal: controller.signal })
      await new Promise((resolve) => setTimeout(resolve, 50))
      const at = performance.now()
      controller.abort()
      expect((await failureOf(() => training)).name).toBe('AbortError')
      waits.push(performance.now() - at)
    }
    // 12 ms are usual; on a machine that is busy with other things they are more, but not the days of a million epochs.
    console.log(`from abort() to the rejection, ms: ${waits.map((wait) => wait.toFixed(1)).join(', ')}`)
    expect(Math.min(...waits)).toBeLessThan(1000)
  })

  it('that has aborted already keeps a call from being made', async () => {
    const model = await classifierInWorker()
    const signal = AbortSignal.abort('before')
    const before = await model.getWeights()
    for (const call of [() => model.fit(x, y, { signal }), () => model.evaluate(x, y, { signal })])
      expect(await call().catch((error: unknown) => error)).toBe('before')
    expect(await model.getWeights()).toEqual(before)
  })

  it('aborts an evaluation', async () => {
    const model = await classifierInWorker()
    const controller = new AbortController()
    const many = new Float32Array(2e6)
    const evaluation = model.evaluate(many, new Uint8Array(1e6), { signal: controller.signal, batchSize: 1 })
    controller.abort('now')
    expect(await evaluation.catch((error: unknown) => error)).toBe('now')
    expect(await model.evaluate(x, y)).toHaveProperty('accuracy')
  })
})
