/** Training on data in memory. */

import { Loaded } from './batches.ts'
import type { Core } from './core.ts'
import { validateOn } from './evaluate.ts'
import { loadFit, readFit } from './fit-options.ts'
import type { History } from './history.ts'
import { train } from './loop.ts'
import type { AnyModel } from './model.ts'
import { Pace } from './pace.ts'
import { EVALUATION_BATCH } from './run-options.ts'

/** Trains; see `Model.fit`. */
export async function runFit(core: Core, model: AnyModel, x: unknown, y: unknown, options: unknown): Promise<History> {
  core.refuseWhileFitting('fit')
  const plan = readFit(core, x, y, options)
  const { call, signal, batchSize, shuffle, validationStart, validationCall } = plan
  signal?.throwIfAborted()
  // What it takes to copy the data counts as well.
  const pace = new Pace(plan.yieldEvery)
  let loaded: Awaited<ReturnType<typeof loadFit>> | undefined
  const load = async () => {
    loaded = await loadFit(core, plan, pace)
    const { validation } = loaded
    const held =
      validation &&
      new Loaded(core, validation, {
        training: false,
        batchSize: Math.min(EVALUATION_BATCH, validation.shape.rows),
        call: validationCall,
        first: validationStart,
      })
    return {
      train: new Loaded(core, loaded.train, { training: true, batchSize, shuffle, call }),
      validate: held && validateOn(core, held, { pace, signal, call: validationCall }),
    }
  }
  try {
    return await train(core, model, plan, pace, load)
  } finally {
    loaded?.train.dispose()
    loaded?.validation?.dispose()
  }
}
