/** Makes the model that a worker is for. */

import { buildCore, randomSeed } from '../../model/build.ts'
import { unpack } from '../../model/bytes/container.ts'
import { readHeader } from '../../model/bytes/header.ts'
import { readGraph } from '../../model/bytes/read.ts'
import { type AnyModel, Model } from '../../model/model.ts'
import type { AnyFeatures, AnyPredictions } from '../../model/types.ts'
import { receiveModule } from '../../runtime/binary-sent.ts'
import { ConfigError } from '../../runtime/errors.ts'
import { init } from '../../runtime/init.ts'
import type { SentModel, ToWorker } from '../messages.ts'

/** Starts the WebAssembly and makes the model. */
export async function start(message: Extract<ToWorker, { type: 'start' }>): Promise<AnyModel> {
  receiveModule(message.module)
  if (message.init) await init(message.init)
  return make(message.model)
}

function make(sent: SentModel): AnyModel {
  if ('bytes' in sent) {
    refuseFunctions(sent.bytes)
    return Model.fromBytes<AnyFeatures, AnyPredictions>(sent.bytes)
  }
  const graph = readGraph(sent.graph)
  graph.layers.forEach((layer, i) => {
    const weights = sent.weights[i]
    if (weights) layer.home = { weightsOf: () => weights }
  })
  return new Model(buildCore(graph, sent.seed ?? randomSeed()))
}

/** Bytes name functions that they cannot hold, and so do messages to workers. */
function refuseFunctions(bytes: Uint8Array): void {
  const { layers, training } = readHeader(unpack(bytes).header)
  const lambda = layers.some(({ kind }) => kind === 'lambda')
  const custom = training?.heads.some(({ loss, metrics }) => [loss, ...metrics].some(isCustom))
  if (!lambda && !custom) return
  throw new ConfigError(
    `workerModel: the model has a ${lambda ? 'lambda layer' : 'customLoss'}, and functions cannot be sent to a worker; ` +
      'train it on the main thread',
  )
}

const isCustom = (data: unknown): boolean => (data as { kind?: unknown } | null)?.kind === 'custom'
