/** Functions of the user's in a saved model: bytes hold their names only, so whoever reads the bytes brings them along. */

import { checkOptions, outOfRange, show } from '../../checks.ts'
import { Layer } from '../../layers/layer.ts'
import { type CustomLoss, customLoss } from '../../losses.ts'
import { ConfigError, FormatError } from '../../runtime/errors.ts'
import { split } from '../../vocabulary.ts'
import { customLosses } from '../compile.ts'
import type { Core } from '../core.ts'
import type { Header, LayerHeader } from './header.ts'

/** The options of `Model.fromBytes`. */
export interface FromBytesOptions {
  /** What the model's own functions are: losses made by `customLoss` and layers made by `lambda`, found by their names. */
  readonly custom?: readonly (CustomLoss | Layer)[] | undefined
}

/** What is at hand, by name. @internal */
export interface Functions {
  readonly losses: ReadonlyMap<string, CustomLoss>
  readonly lambdas: ReadonlyMap<string, Layer>
}

/** What a user passed. @internal */
export function readFunctions(options: unknown): Functions {
  const { custom = [] } = checkOptions('fromBytes', options, ['custom'])
  if (!Array.isArray(custom)) throw outOfRange('fromBytes', 'custom', 'an array, for example [myLoss, myLayer]', custom)
  const losses = new Map<string, CustomLoss>()
  const lambdas = new Map<string, Layer>()
  Array.from(custom as readonly unknown[]).forEach((each, i) => {
    const { kind, options: given } = split(each)
    if (each instanceof Layer && each.kind === 'lambda') lambdas.set(each.name, each)
    else if (kind === 'custom') {
      const loss = customLoss(given as unknown as CustomLoss)
      losses.set(loss.name, loss)
    } else throw outOfRange('fromBytes', `custom[${i}]`, 'what customLoss() or lambda() returned', each)
  })
  return { losses, lambdas }
}

/** A model's own, for a copy of it. @internal */
export function functionsOf({ graph, settings }: Core): Functions {
  const lambdas = graph.layers.flatMap((layer, i) =>
    layer.kind === 'lambda' ? [[graph.names[i] ?? '', layer] as const] : [],
  )
  return {
    losses: new Map(customLosses(settings?.heads ?? []).map((loss) => [loss.name, loss])),
    lambdas: new Map(lambdas),
  }
}

/**
 * A saved model with its functions.
 *
 * @throws ConfigError when one is not at hand: the bytes are not to blame.
 *
 * @internal
 */
export function attach(header: Header, functions: Functions): Header {
  const { layers, training } = header
  const loss = (saved: unknown) => lossOf(functions, saved)
  return {
    ...header,
    layers: layers.map((layer) => (layer.kind === 'lambda' ? lambdaOf(functions, layer) : layer)),
    training: training && {
      ...training,
      heads: training.heads.map((head) => ({ ...head, loss: loss(head.loss), metrics: head.metrics.map(loss) })),
    },
  }
}

function lossOf({ losses }: Functions, saved: unknown): unknown {
  const { kind, options } = split(saved)
  if (kind !== 'custom') return saved
  const { name, labelWidth } = options
  if (typeof name !== 'string') throw new FormatError("fromBytes: a custom loss's name must be a text")
  const loss = losses.get(name)
  if (!loss) throw missing(`the custom loss ${show(name)}`, 'myLoss')
  if (loss.labelWidth !== labelWidth)
    throw different(`customLoss ${show(name)}`, 'labelWidth', labelWidth, loss.labelWidth)
  return loss
}

function lambdaOf({ lambdas }: Functions, layer: LayerHeader): LayerHeader {
  const { name, config } = layer
  const own = lambdas.get(name)?.config
  if (!own) throw missing(`the lambda layer ${show(name)}`, `lambda({ name: ${show(name)}, … })`)
  if (own.units !== config.units) throw different(`lambda ${show(name)}`, 'units', config.units, own.units)
  return { ...layer, config: { ...config, forward: own.forward, backward: own.backward } }
}

const missing = (what: string, example: string) =>
  new ConfigError(
    `fromBytes: the model has ${what}, and bytes cannot hold functions; pass it: fromBytes(bytes, { custom: [${example}] })`,
  )

const different = (what: string, option: string, saved: unknown, given: unknown) =>
  new ConfigError(`fromBytes: ${what} was saved with ${option} ${show(saved)}, the one in custom has ${show(given)}`)
