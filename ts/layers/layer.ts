/** Layers as a user holds them, and the symbolic values that they are applied to. */

import { checkOptions, checkRange, outOfRange, show } from '../checks.ts'
import type { Matrix } from '../matrix.ts'
import { ConfigError, ShapeError } from '../runtime/errors.ts'

/** What every layer takes. */
export interface LayerOptions {
  /** Its name within a model. Default: its kind, numbered (`dense`, `dense_1`, …). */
  readonly name?: string | undefined
  /** Whether training changes it. Default true. May be set later on the layer, for the next `compile`. */
  readonly trainable?: boolean | undefined
  /** What its learning rate is multiplied by. Default 1. May be set later on the layer, for the next `compile`. */
  readonly learningRateScale?: number | undefined
}

/** Settings of a layer, all filled in. */
export type LayerConfig = Readonly<Record<string, unknown>>

/**
 * What there is to know about a kind of layer: one constant for each.
 *
 * @internal
 */
export interface LayerKind {
  /** Its name in the generated table. */
  readonly name: string
  /** Names of its options, besides those of every layer. */
  readonly options: readonly string[]
  /** Checks the options and fills in the defaults. */
  readonly read: (given: LayerConfig, where: string) => LayerConfig
  /** Width of the output for inputs of these widths; refuses those that do not suit. `tiedTo` is the layer whose kernel it uses. */
  readonly width: (config: LayerConfig, inputs: readonly number[], where: string, tiedTo: Layer | undefined) => number
  /** Whether its weights depend on the widths of its inputs. */
  readonly weighted: boolean
  /** The sides of its largest weight matrix for inputs of these widths. */
  readonly kernel?: (config: LayerConfig, inputs: readonly number[]) => readonly [rows: number, columns: number]
  /** Its words after the layer code. `tied` is the position of the layer whose kernel it uses, and its own width. */
  readonly words: (config: LayerConfig, tied: readonly number[]) => number[]
}

/**
 * Where a layer's weights are.
 *
 * @internal
 */
export interface WeightHome {
  /** Copies of the layer's weights, in the order of its parameters. */
  readonly weightsOf: (layer: Layer) => readonly Matrix[]
}

const COMMON = ['name', 'trainable', 'learningRateScale']

/**
 * A layer: its settings, and after a model is made with it, its weights there.
 *
 * A layer may be used in several models. A model that is made with it starts from a copy of the weights that the layer has then: those
 * of the model that was made, trained or given weights last. After that the models are independent.
 */
export class Layer {
  /** What kind of layer it is, for example `'dense'`. */
  readonly kind: string
  /** Its settings, with all defaults; frozen. */
  readonly config: LayerConfig
  /** @internal */
  readonly definition: LayerKind
  /** The layer whose kernel this one uses transposed, if it is a {@link tiedDense}. */
  readonly tiedTo: Layer | undefined
  /** The width of what it was applied to last. @internal */
  inputWidth: number | undefined
  /** Whether the name was given by the user. @internal */
  readonly named: boolean
  /** @internal */
  home: WeightHome | undefined
  #name: string | undefined
  #trainable = true
  #scale = 1

  /** @internal */
  constructor(definition: LayerKind, options: unknown) {
    const kind = definition.name
    const given = checkOptions(kind, options, [...definition.options, ...COMMON])
    const { name, trainable, learningRateScale, tiedTo, ...settings } = given
    if (name !== undefined) checkName(kind, name)
    const where = name === undefined ? kind : `${kind} ${show(name)}`
    this.kind = kind
    this.definition = definition
    this.tiedTo = definition.options.includes('tiedTo') ? checkOwner(where, tiedTo) : undefined
    this.config = Object.freeze(definition.read(settings, where))
    this.named = name !== undefined
    this.#name = name as string | undefined
    if (trainable !== undefined) this.trainable = trainable as boolean
    if (learningRateScale !== undefined) this.learningRateScale = learningRateScale as number
  }

  /** Its name; one that was not given is made up when a model is made with it, until then it is the kind. */
  get name(): string {
    return this.#name ?? this.kind
  }

  /** Whether training changes it. A change takes effect at the next `compile`, until then training goes on as before. */
  get trainable(): boolean {
    return this.#trainable
  }

  set trainable(value: boolean) {
    this.#trainable = checkRange(this.where, 'trainable', value, 'flag')
  }

  /** What the learning rate is multiplied by for this layer, at least 0. A change takes effect at the next `compile`, until then training goes on as before. */
  get learningRateScale(): number {
    return this.#scale
  }

  set learningRateScale(value: number) {
    this.#scale = checkRange(this.where, 'learningRateScale', value, 'nonNegative')
  }

  /**
   * Uses the layer on a value (or several, for `concatenate` and `add`). Used twice, both uses share its weights. A value is there before it is used,
   * so that no cycle can be described.
   *
   * @returns The symbolic output, for other layers and for `model({ inputs, outputs })`.
   * @throws ShapeError when the widths do not suit the layer.
   */
  apply(inputs: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
    const list = Array.isArray(inputs) ? (inputs as readonly unknown[]) : [inputs]
    for (const value of list) {
      if (value instanceof SymbolicTensor) continue
      throw outOfRange(
        this.where,
        'apply',
        'called with what input() or another apply() returned, or an array of that',
        value,
        hintFor(value),
      )
    }
    return new SymbolicTensor({ layer: this, inputs: list as readonly SymbolicTensor[] })
  }

  /** How messages call it. @internal */
  get where(): string {
    return this.#name === undefined ? this.kind : `${this.kind} ${show(this.#name)}`
  }

  /** The name if there is one already. @internal */
  get givenName(): string | undefined {
    return this.#name
  }

  /** Gives the name that a model made up. @internal */
  assignName(name: string): void {
    if (!this.named) this.#name = name
  }

  /** Width of its output; also refuses weights that cannot be addressed. @internal */
  widthFor(inputs: readonly number[]): number {
    const { definition, config } = this
    const width = definition.width(config, inputs, this.where, this.tiedTo)
    const [rows, columns] = definition.kernel?.(config, inputs) ?? [0, 0]
    checkAddressable(this.where, rows, columns)
    this.inputWidth = inputs[0]
    return width
  }
}

/** Where a symbolic value comes from: a layer's use. */
interface Source {
  readonly layer: Layer
  readonly inputs: readonly SymbolicTensor[]
}

let made = 0

/** A value of a model that is being described: a row of `width` numbers for each sample. Made by `input()` and `layer.apply()`. */
export class SymbolicTensor {
  /** How many numbers a row has. */
  readonly width: number
  /** What computes it; undefined for an input. @internal */
  readonly source: Source | undefined
  /** The name given to an input. @internal */
  readonly givenName: string | undefined
  /** Counts up: a value has a larger number than those it depends on. @internal */
  readonly order: number = made++

  /** @internal */
  constructor(origin: Source | { readonly width: number; readonly name: string | undefined }) {
    if ('layer' in origin) {
      this.source = Object.freeze({ layer: origin.layer, inputs: Object.freeze([...origin.inputs]) })
      this.width = origin.layer.widthFor(origin.inputs.map((value) => value.width))
      this.givenName = undefined
    } else {
      this.source = undefined
      this.width = origin.width
      this.givenName = origin.name
    }
  }

  /** `[width]`. */
  get shape(): readonly [number] {
    return [this.width]
  }
}

/** The one width of a layer that takes one value. @internal */
export function onlyWidth(inputs: readonly number[], where: string): number {
  const [width] = inputs
  if (width === undefined || inputs.length !== 1) {
    throw new ShapeError(`${where} takes one value, not ${inputs.length}; join them with concatenate() or add() first`)
  }
  return width
}

/** How to get a symbolic value from what is none, if that can be told. */
function hintFor(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  if ('outputs' in value) return '; of a model take its outputs'
  const name = Object.keys(value).find((key) => (value as Record<string, unknown>)[key] instanceof SymbolicTensor)
  return name === undefined ? '' : `; of several by name take one, such as .${name}`
}

/** Whether each of some layers learns: those that share a kernel are frozen together, whichever of them is. @internal */
export function whichLearn(layers: readonly Layer[]): boolean[] {
  const owner = (layer: Layer): Layer => layer.tiedTo ?? layer
  const frozen = new Set(layers.filter((layer) => !layer.trainable).map(owner))
  return layers.map((layer) => !frozen.has(owner(layer)))
}

function checkOwner(where: string, layer: unknown): Layer {
  if (layer instanceof Layer && layer.kind === 'dense') return layer
  const got = layer instanceof Layer ? `a layer of kind '${layer.kind}'` : undefined
  throw got === undefined
    ? outOfRange(where, 'tiedTo', 'a dense layer, what dense() returned', layer)
    : new ConfigError(`${where}: tiedTo must be a dense layer, what dense() returned; got ${got}`)
}

/** Refuses a name that cannot be one. @internal */
export function checkName(where: string, name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '') throw outOfRange(where, 'name', 'a text that is not empty', name)
}

/** Refuses a matrix that is larger than what WebAssembly can address; the product is exact in double precision up to there. */
function checkAddressable(where: string, rows: number, columns: number): void {
  const gibibytes = (rows * columns * 4) / 2 ** 30
  if (gibibytes < 4) return
  throw new ConfigError(
    `${where}: ${rows} × ${columns} weights take ${gibibytes.toFixed(1)} GiB; WebAssembly can address 4 GiB. Use fewer units or fewer features`,
  )
}
