/** Training on data that comes in chunks. */

import { toDatasetInTurns } from '../data/assemble.ts'
import { ChunkReader, orAborted } from '../data/chunk-reader.ts'
import { Loaded } from './batches.ts'
import type { Core } from './core.ts'
import { disposedMeanwhile, turns } from './drive.ts'
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
  const ending = endOf(core, call, signal)
  let validation: Awaited<ReturnType<typeof heldBack>>
  const { batchSize, batchesPerEpoch, shuffleRows, classWeight, checkData } = plan
  const more = { batchesPerEpoch, shuffleRows, classWeight, checkData, pace, signal: ending.signal }
  const facts = { training: true, batchSize, call, ...more }
  const stream = new Streamed(core, plan.source, facts)
  const close = () => Promise.all([stream.close(), validation?.close()])
  try {
    const history = await train(core, model, plan, pace, async () => {
      validation = await heldBack(core, { ...plan, signal: ending.signal }, pace)
      const how = { pace, signal, call: `${call}: validationData` }
      return { train: stream, validate: validation && validateOn(core, validation.batches, how) }
    })
    await orAborted(close(), ending.signal)
    return history
  } catch (error) {
    // A source that takes its time to close, or fails at it, does not hold up the error.
    close().catch(() => {})
    throw error
  } finally {
    ending.forget()
    stream.dispose()
    validation?.dispose()
  }
}

/** A signal that ends waiting: the user's, or that the model is disposed. */
function endOf(core: Core, call: string, signal: AbortSignal | undefined) {
  const ending = new AbortController()
  const abort = () => ending.abort(signal?.reason)
  const dispose = () => ending.abort(disposedMeanwhile(call))
  signal?.addEventListener('abort', abort)
  core.gone.addEventListener('abort', dispose)
  return {
    signal: ending.signal,
    forget() {
      signal?.removeEventListener('abort', abort)
      core.gone.removeEventListener('abort', dispose)
    },
  }
}

/** What is validated on, if anything. */
async function heldBack(core: Core, { validation, checkData, signal, ...plan }: FitDatasetPlan, pace: Pace) {
  if (!validation) return undefined
  const call = `${plan.call}: validationData`
  if (validation instanceof ChunkReader) {
    const facts = { training: false, batchSize: EVALUATION_BATCH, checkData, call, pace, signal }
    const stream = new Streamed(core, validation, facts)
    return { batches: stream, dispose: () => stream.dispose(), close: () => stream.close() }
  }
  const { inputs, outputs } = core.graph
  const context = { inputs, outputs, rules: core.rules(plan.call), call, checkData }
  const between = turns(core, pace, plan.call, signal)
  const dataset = await toDatasetInTurns(validation, 0, validation.count, context, between)
  const batches = new Loaded(core, dataset, {
    training: false,
    batchSize: Math.min(EVALUATION_BATCH, validation.count),
    call,
  })
  return { batches, dispose: () => dataset.dispose(), close: async () => {} }
}
