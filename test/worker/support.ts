/** Models in workers that tests share. */

import { afterEach } from 'vitest'
import {
  adam,
  type CompileOptions,
  dense,
  dropout,
  type Features,
  type Matrix,
  type SequentialOptions,
} from '../../ts/index.ts'
import { type WorkerModel, type WorkerModelOptions, workerModel } from '../../ts/worker.ts'

const made: { dispose(): Promise<void> }[] = []

/** Ends a worker after the test. */
export function ends<M extends { dispose(): Promise<void> }>(model: M): M {
  made.push(model)
  return model
}

afterEach(async () => {
  for (const model of made.splice(0)) await model.dispose()
})

/** `2 → 8 → 3`, with dropout, so that every source of chance takes part. */
export const description = (): SequentialOptions => ({
  inputShape: [2],
  seed: 7,
  layers: [dense({ units: 8, activation: 'tanh' }), dropout({ rate: 0.2 }), dense({ units: 3, activation: 'softmax' })],
})

export const settings: CompileOptions = {
  optimizer: adam({ learningRate: 0.02 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
}

/** That model in a worker, compiled. */
export async function classifierInWorker(options?: WorkerModelOptions): Promise<WorkerModel<Features, Matrix>> {
  const model = ends(await workerModel(description(), options))
  await model.compile(settings)
  return model
}
