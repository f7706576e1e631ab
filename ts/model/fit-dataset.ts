/** Training on data that comes in chunks. */

import { toDataset } from '../data/assemble.ts'
import { ChunkReader } from '../data/chunk-reader.ts'
import { Loaded } from './batches.ts'
import type { Core } from './core.ts'
import { validateOn } from './evaluate.ts'
import { type FitDatasetPlan, readFitDataset } from './fit-dataset-options.ts'
import type { History } from './history.ts'
import { train } from './loop.ts'
import type { AnyModel } from './model.ts'
import { Pace } from './pace.ts'
import { EVALUATION_BATCH } from './run-options.ts'
import { Streamed } from './stream.ts'

/** Trains; see `Model.fitDataset`. */
export async function runFitDataset(core: Core, model: AnyModel, source: unknown, options: unknown): Promise<History> {
  core.refuseWhileFitting('fitDataset')
  const plan = readFitDataset(core, source, options)
  const { signal, call } = plan
  signal?.throwIfAborted()
  const pace = new Pace(plan.yieldEvery)
  const validation = heldBack(core, plan, pace)
  const { batchSize, batchesPerEpoch, shuffleRows, classWeight, checkData } = plan
  const facts = { training: true, batchSize, batchesPerEpoch, shuffleRows, classWeight, checkData, call, pace, signal }
  const stream = new Streamed(core, plan.source, facts)
  try {
    return await train(core, model, plan, pace, () => ({
      train: stream,
      validate: validation && validateOn(core, validation.batches, { pace, signal, call: `${call}: validationData` }),
    }))
  } finally {
    stream.dispose()
    validation?.dispose()
    await Promise.all([stream.close(), validation?.close()])
  }
}

/** What is validated on, if anything. */
function heldBack(core: Core, { validation, checkData, signal, ...plan }: FitDatasetPlan, pace: Pace) {
  if (!validation) return undefined
  const call = `${plan.call}: validationData`
  if (validation instanceof ChunkReader) {
    const facts = { training: false, batchSize: EVALUATION_BATCH, checkData, call, pace, signal }
    const stream = new Streamed(core, validation, facts)
    return { batches: stream, dispose: () => stream.dispose(), close: () => stream.close() }
  }
  const { inputs, outputs } = core.graph
  const dataset = toDataset(validation, 0, validation.count, {
    inputs,
    outputs,
    rules: core.rules(plan.call),
    call,
    checkData,
  })
  const batches = new Loaded(core, dataset, {
    training: false,
    batchSize: Math.min(EVALUATION_BATCH, validation.count),
    call,
  })
  return { batches, dispose: () => dataset.dispose(), close: async () => {} }
}
