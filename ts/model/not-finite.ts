/** The error for numbers that are not finite, met in training or evaluation. */

import type { Dataset } from '../data/dataset.ts'
import { firstNotFinite } from '../data/finite.ts'
import { type Ports, portName } from '../data/ports.ts'
import { place } from '../data/source.ts'
import type { Loss } from '../losses.ts'
import { NumericalError } from '../runtime/errors.ts'
import type { Core } from './core.ts'

const INPUTS = -1
/** Labels, loss, or a function of the user's. */
const LOSS = -2
/** At and below it: the weights of the layers, after the last batch. */
const WEIGHTS = -3

/**
 * Throws if a function of the user's failed in the run under way, or it met a number that is not finite. To be called as soon as the run stops.
 *
 * @param during Names the call, and the epoch if there is one.
 */
export function throwIfNotFinite(
  core: Core,
  dataset: Dataset,
  call: string,
  during: {
    readonly epoch?: number | undefined
    /** Whether a batch that succeeds changes weights. */
    readonly training?: boolean
    /** The user's number of the first row. */
    readonly first?: number | undefined
    /** Of a stream: where the batch lies in the data set. */
    readonly rows?: { readonly from: number; readonly count: number }
  } = {},
): void {
  const [failed, where] = core.use((raw) => raw.failure())
  if (failed === undefined || where === undefined) return
  const { epoch, training = false, first = 0, rows } = during
  const { graph } = core
  // Weights that are not finite already make every output so: it was an update before that spoilt them.
  const bad = where <= WEIGHTS ? undefined : core.parameters.find((_, i) => firstNotFinite(core.view(i)) >= 0)
  const spoilt = where <= WEIGHTS ? WEIGHTS - where : bad?.layer
  const batch = bad && training && failed > 0 ? failed - 1 : failed
  const when = epoch === undefined ? `batch ${batch}` : `epoch ${epoch}, batch ${batch} (counted from 0)`
  const kept = training ? ' The weights are those before that batch.' : ''
  const [failure, note] = [core.host.take(), core.host.takeNote()]
  if (failure) {
    throw failure.trouble.toError(`${call}: in ${when}, ${failure.what}`, `.${kept}`, { epoch, batch })
  }
  const layer = graph.names[spoilt ?? where]
  const data =
    findIn(dataset, 'input', graph.inputs, `${call}: x`, first, rows) ??
    findIn(dataset, 'label', graph.outputs, `${call}: y`, first, rows)
  const cause =
    spoilt !== undefined
      ? bad && batch === failed
        ? `the weights of layer '${layer}' were not finite before; give it others with setWeights`
        : `its update left weights of layer '${layer}' that are not finite`
      : layer !== undefined
        ? `the output of layer '${layer}' is the first that is not finite${data ? `; ${data}` : ''}`
        : where === LOSS && note
          ? `${note}${data ? `; ${data}` : ''}`
          : (data ?? (where === INPUTS ? 'the inputs are not finite' : 'the loss is not finite'))
  const advice = data
    ? 'Remove or replace such numbers (checkData: true names them before training)'
    : `${layer === undefined && !note && takesProbabilities(core) ? SIGMOID : ''}A lower learning rate, inputs scaled to about −1 to 1, or clipNorm may help`
  throw new NumericalError(
    `${call} met a number that is not finite in ${when}: ${cause}.${spoilt === undefined ? kept : ''} ${advice}`,
    {
      epoch,
      batch,
      layer,
    },
  )
}

const SIGMOID =
  'binaryCrossentropy takes probabilities: end the output with a sigmoid, or use binaryCrossentropy({ fromLogits: true }). '

/** Whether an output has the loss that is NaN for predictions outside of 0 … 1. */
function takesProbabilities(core: Core): boolean {
  const heads = core.settings?.heads ?? []
  return heads.some(
    ({ loss }) => loss.kind === 'binaryCrossentropy' && !(loss as Loss<'binaryCrossentropy'>).fromLogits,
  )
}

/** Names the first number of the data that is not finite. */
function findIn(
  dataset: Dataset,
  part: 'input' | 'label',
  ports: Ports,
  where: string,
  first: number,
  rows: { readonly from: number; readonly count: number } | undefined,
): string | undefined {
  const widths = part === 'input' ? dataset.shape.inputs : dataset.shape.labels
  for (const [i, width] of widths.entries()) {
    const values = dataset.view(part, i, rows?.from, rows?.count)
    const index = firstNotFinite(values)
    const name = portName(where, ports, i) + (rows ? ' of that batch' : '')
    if (index >= 0) return `${place(name, first * width + index, width)} is ${values[index]}`
  }
  return undefined
}
