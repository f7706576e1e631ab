/** What a worker is sent to make its model of. */

import { show } from '../checks.ts'
import { refuseGone } from '../data/gone.ts'
import type { Layer } from '../layers/layer.ts'
import { graphHeader } from '../model/bytes/graph-header.ts'
import { type Described, describeModel, describeSequential } from '../model/describe.ts'
import { loadPacked } from '../runtime/binaries.ts'
import type { SentModule } from '../runtime/binary-sent.ts'
import { choose } from '../runtime/builds.ts'
import { ConfigError } from '../runtime/errors.ts'
import { hasRelaxedSimd } from '../runtime/features.ts'
import type { InitOptions } from '../runtime/init.ts'
import { runtime } from '../runtime/report.ts'
import type { SentModel } from './messages.ts'

/** A model to send, and its layers on the page. */
export interface Sendable {
  readonly model: SentModel
  /** Undefined where the page has none: bytes. */
  readonly layers: readonly Layer[] | undefined
}

/** What is sent of a model that a user has described, made or saved. */
export async function describe(given: unknown): Promise<Sendable> {
  if (given instanceof Uint8Array) {
    refuseGone(given, 'workerModel: bytes')
    return { model: { bytes: given.slice() }, layers: undefined }
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigError(
      'workerModel: expected what sequential() or model() takes, a model, or the bytes of one, ' +
        `for example workerModel({ inputShape: [2], layers: [dense({ units: 1 })] }); got ${show(given)}`,
    )
  }
  if ('toBytes' in given && typeof given.toBytes === 'function') {
    const { layers } = given as { layers?: readonly Layer[] }
    return { model: { bytes: (await given.toBytes()) as Uint8Array }, layers }
  }
  const graph = 'inputs' in given || 'outputs' in given
  return fromGraph(graph ? describeModel(given) : describeSequential(given))
}

function fromGraph({ graph, seed }: Described): Sendable {
  const lambda = graph.layers.findIndex(({ kind }) => kind === 'lambda')
  if (lambda >= 0) {
    throw new ConfigError(
      `workerModel: ${show(graph.names[lambda])} is a lambda layer, and functions cannot be sent to a worker; ` +
        'use built-in layers, or train on the main thread with sequential() or model()',
    )
  }
  const weights = graph.layers.map((layer) => layer.home?.weightsOf(layer))
  graph.layers.forEach((layer, i) => {
    layer.assignName(graph.names[i] ?? layer.kind)
  })
  return { model: { graph: graphHeader(graph), seed, weights }, layers: graph.layers }
}

/** The WebAssembly that a worker is to run: by default the build that runs on the page, with as many threads, or the baseline. */
export async function chooseModule(
  given: InitOptions | undefined,
): Promise<{ module: SentModule; init: InitOptions | undefined }> {
  const page = runtime()
  const wide = page.variant === 'wide'
  const same: InitOptions = {
    ...(page.variant === 'wide' ? { wide } : { variant: page.variant }),
    threads: page.threads,
  }
  const asked = given ?? (page.variant !== 'simd' || page.threads > 1 ? same : undefined)
  // The wide build stands its trial on the page or not at all.
  const init = asked?.wide === true && !wide ? { ...asked, wide: false } : asked
  const { variant = 'auto', threads = 'auto', deterministic = false } = init ?? { variant: 'simd', threads: 1 }
  // What it is asked for is checked in the worker, by `init`.
  const { build } =
    variant === 'relaxed' && !hasRelaxedSimd()
      ? { build: 'simd' as const }
      : choose({ variant, threads, deterministic, wide: init?.wide === true })
  try {
    return { module: { build, packed: await loadPacked(build) }, init }
  } catch (error) {
    // Where the chunk cannot be loaded the worker goes by the rules of `init`.
    const refused = error instanceof Error ? error.message : String(error)
    return { module: { build: 'simd', packed: await loadPacked('simd'), refused }, init }
  }
}
