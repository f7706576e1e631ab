/** The header of a saved model, and the checks that make it out of unknown JSON. */

import { FormatError } from '../../runtime/errors.ts'

/** An input or output. */
export interface PortHeader {
  readonly name: string
  /** An input's width; an output's value. */
  readonly number: number
}

/** A layer. */
export interface LayerHeader {
  readonly kind: string
  readonly name: string
  /** Whether the user gave the name. */
  readonly named: boolean
  readonly trainable: boolean
  readonly learningRateScale: number
  readonly config: Readonly<Record<string, unknown>>
  /** The position of the layer whose kernel it uses. */
  readonly tiedTo: number | null
}

/** What `compile` set, and how far training has come. */
export interface TrainingHeader {
  readonly optimizer: unknown
  readonly clipNorm: number | null
  readonly clipValue: number | null
  readonly heads: readonly {
    readonly loss: unknown
    readonly lossWeight: number
    readonly metrics: readonly unknown[]
  }[]
  /** Which layers learned, and at which share of the rate, when the model was compiled. */
  readonly trainable: readonly boolean[]
  readonly scales: readonly number[]
  readonly epoch: number
  /** The learning rate that replaced the optimizer's. */
  readonly rate: number | null
  /** The optimizer's scalar state. */
  readonly progress: readonly number[]
  /** How many arrays of state the optimizer has. */
  readonly slots: number
}

/** A saved model without its floats. */
export interface Header {
  readonly seed: number
  readonly inputs: readonly PortHeader[]
  readonly inputsNamed: boolean
  readonly outputs: readonly PortHeader[]
  readonly outputsNamed: boolean
  readonly layers: readonly LayerHeader[]
  readonly nodes: readonly { readonly layer: number; readonly inputs: readonly number[] }[]
  readonly training: TrainingHeader | null
}

/**
 * A header from unknown JSON: every field is of its type. What the values mean is checked when the model is made of them.
 *
 * @throws FormatError naming the field.
 */
export function readHeader(json: unknown): Header {
  const top = object(json, 'header')
  return {
    seed: number(top, 'seed'),
    inputs: list(top, 'inputs').map(port),
    inputsNamed: flag(top, 'inputsNamed'),
    outputs: list(top, 'outputs').map(port),
    outputsNamed: flag(top, 'outputsNamed'),
    layers: list(top, 'layers').map((each) => {
      const layer = object(each, 'layers')
      return {
        kind: text(layer, 'kind'),
        name: text(layer, 'name'),
        named: flag(layer, 'named'),
        trainable: flag(layer, 'trainable'),
        learningRateScale: number(layer, 'learningRateScale'),
        config: object(own(layer, 'config'), 'config'),
        tiedTo: own(layer, 'tiedTo') === undefined ? null : optional(layer, 'tiedTo'),
      }
    }),
    nodes: list(top, 'nodes').map((each) => {
      const node = object(each, 'nodes')
      return { layer: number(node, 'layer'), inputs: list(node, 'inputs').map((value) => finite(value, 'inputs')) }
    }),
    training: own(top, 'training') === null ? null : training(object(own(top, 'training'), 'training')),
  }
}

function training(fields: Fields): TrainingHeader {
  return {
    optimizer: object(own(fields, 'optimizer'), 'optimizer'),
    clipNorm: optional(fields, 'clipNorm'),
    clipValue: optional(fields, 'clipValue'),
    heads: list(fields, 'heads').map((each) => {
      const head = object(each, 'heads')
      return {
        loss: object(own(head, 'loss'), 'loss'),
        lossWeight: number(head, 'lossWeight'),
        metrics: list(head, 'metrics').map((metric) => object(metric, 'metrics')),
      }
    }),
    trainable: list(fields, 'trainable').map((value) => boolean(value, 'trainable')),
    scales: list(fields, 'scales').map((value) => finite(value, 'scales')),
    epoch: number(fields, 'epoch'),
    rate: optional(fields, 'rate'),
    progress: list(fields, 'progress').map((value) => finite(value, 'progress')),
    slots: number(fields, 'slots'),
  }
}

type Fields = Readonly<Record<string, unknown>>

function port(value: unknown): PortHeader {
  const fields = object(value, 'inputs or outputs')
  return { name: text(fields, 'name'), number: number(fields, 'number') }
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function object(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object')
  return value as Fields
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = own(fields, name)
  if (!Array.isArray(value)) throw wrong(name, 'an array')
  return value
}

function text(fields: Fields, name: string): string {
  const value = own(fields, name)
  if (typeof value !== 'string') throw wrong(name, 'a text')
  return value
}

const number = (fields: Fields, name: string): number => finite(own(fields, name), name)

const optional = (fields: Fields, name: string): number | null =>
  own(fields, name) === null ? null : number(fields, name)

function finite(value: unknown, name: string): number {
  if (typeof value !== 'number') throw wrong(name, 'a number')
  return value
}

const flag = (fields: Fields, name: string): boolean => boolean(own(fields, name), name)

function boolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false')
  return value
}

const wrong = (name: string, expected: string) => new FormatError(`fromBytes: the header's ${name} must be ${expected}`)
