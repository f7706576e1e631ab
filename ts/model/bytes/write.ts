/** Saves a model. */

import type { Core } from '../core.ts'
import { pack } from './container.ts'
import { graphHeader } from './graph-header.ts'
import type { Header, TrainingHeader } from './header.ts'

/** Everything that a model is: graph, weights, settings, the optimizer's state, and how far training has come. */
export function toBytes(core: Core): Uint8Array<ArrayBuffer> {
  core.check()
  const { graph, seed } = core
  const training = core.settings ? trainingHeader(core) : null
  const header: Header = {
    seed,
    ...graphHeader(graph),
    training,
  }
  const floats = core.parameters.map((_, i) => core.view(i).slice())
  for (let slot = 0; slot < (training?.slots ?? 0); slot++) {
    core.parameters.forEach(({ rows, columns }, i) => {
      // What does not learn has no state; its place in the file stays.
      floats.push(core.learns(i) ? core.state(slot, i).slice() : new Float32Array(rows * columns))
    })
  }
  return pack(header, floats)
}

function trainingHeader(core: Core): TrainingHeader {
  const { optimizer, clipNorm, clipValue, heads, trainable, scales } = core.compiled('toBytes')
  return {
    optimizer,
    clipNorm: clipNorm ?? null,
    clipValue: clipValue ?? null,
    heads: heads.map(({ loss, lossWeight, metrics }) => ({ loss, lossWeight, metrics })),
    trainable,
    scales,
    epoch: core.epoch,
    rate: core.rate ?? null,
    progress: [...core.use((raw) => raw.progress())],
    slots: core.use((raw) => raw.state_slots()),
  }
}
