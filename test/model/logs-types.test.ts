/** That figures always have a loss is known to TypeScript: `tsc` fails where it is not. */

import { expect, it } from 'vitest'
import type { Callback, LossLogs } from '../../ts/index.ts'
import type { WorkerCallback } from '../../ts/worker.ts'
import { classifierInWorker } from '../worker/support.ts'
import { blobs, classifier } from './support.ts'

const { x, y } = blobs(9)

it('of evaluate, trainOnBatch and callbacks, here and in a worker', async () => {
  const losses: number[] = []
  const take = (logs: LossLogs) => {
    const { loss, accuracy } = logs
    losses.push(loss)
    // @ts-expect-error whether there are others depends on what the model was compiled with
    const other: number = accuracy
    expect(other).toBeGreaterThanOrEqual(0)
  }
  const callback = {
    onBatchEnd: (_, logs) => void losses.push(logs.loss),
    onProgress: (_, logs) => void losses.push(logs.loss),
    onEpochEnd(_, logs) {
      losses.push(logs.loss)
      logs.more = 1
    },
  } satisfies Callback & WorkerCallback
  const model = classifier()
  take(model.trainOnBatch(x, y))
  take(await model.evaluate(x, y))
  const { logs } = await model.fit(x, y, { yieldEvery: 0, callbacks: callback })
  const inWorker = await classifierInWorker()
  take(await inWorker.trainOnBatch(x, y))
  take(await inWorker.evaluate(x, y))
  await inWorker.fit(x, y, { yieldEvery: 0, callbacks: callback })
  expect(losses.length).toBe(10)
  expect(losses.every((loss) => loss > 0)).toBe(true)
  expect(logs.more).toEqual(Float64Array.of(1))
})
