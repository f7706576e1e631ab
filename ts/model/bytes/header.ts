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
  const port = struct<PortHeader>({ name: text, number })

  const header = struct<Header>({
    seed: number,
    inputs: list(port),
    inputsNamed: flag,
    outputs: list(port),
    outputsNamed: flag,
    layers: list(
      struct<LayerHeader>({
        kind: text,
        name: text,
        named: flag,
        trainable: flag,
        learningRateScale: number,
        config: object,
        // Models were saved before there were tied layers.
        tiedTo: (value, name) => orNull(number)(value ?? null, name),
      }),
    ),
    nodes: list(struct<Header['nodes'][number]>({ layer: number, inputs: list(number) })),
    training: orNull(
      struct<TrainingHeader>({
        optimizer: object,
        clipNorm: orNull(number),
        clipValue: orNull(number),
        heads: list(
          struct<TrainingHeader['heads'][number]>({ loss: object, lossWeight: number, metrics: list(object) }),
        ),
        trainable: list(flag),
        scales: list(number),
        epoch: number,
        rate: orNull(number),
        progress: list(number),
        slots: number,
      }),
    ),
  })
  return header(json, 'header')
}

type Fields = Readonly<Record<string, unknown>>

/** Reads a value; `name` is its field's. */
type Read<T> = (value: unknown, name: string) => T

const number: Read<number> = (value, name) => plain(value, 'number', name, 'a number')
const text: Read<string> = (value, name) => plain(value, 'string', name, 'a text')
const flag: Read<boolean> = (value, name) => plain(value, 'boolean', name, 'true or false')

function plain<T>(value: unknown, type: string, name: string, expected: string): T {
  if (typeof value !== type) throw wrong(name, expected)
  return value as T
}

const object: Read<Fields> = (value, name) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object')
  return value as Fields
}

const list =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value, name) => {
    if (!Array.isArray(value)) throw wrong(name, 'an array')
    return value.map((each) => read(each, name))
  }

const orNull =
  <T>(read: Read<T>): Read<T | null> =>
  (value, name) =>
    value === null ? null : read(value, name)

/** An object with these fields; others are left out. */
const struct =
  <T extends object>(fields: { readonly [K in keyof T]: Read<T[K]> }): Read<T> =>
  (value, name) => {
    const given = object(value, name)
    const read = Object.entries<Read<unknown>>(fields).map(([key, read]) => [
      key,
      read(Object.hasOwn(given, key) ? given[key] : undefined, key),
    ])
    return Object.fromEntries(read) as T
  }

const wrong = (name: string, expected: string) => new FormatError(`fromBytes: the header's ${name} must be ${expected}`)
