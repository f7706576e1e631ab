/**
 * The errors of ravine, one class per kind. The kinds and their numbers are those of `crate/src/error.rs`.
 */

/** What a {@link RavineError} is about; equal to the class, for code that cannot compare classes. */
export type ErrorCode = 'shape' | 'config' | 'state' | 'numerical' | 'format'

/** Any error that ravine throws on purpose. */
export class RavineError extends Error {
  /** Which kind of error this is. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    // Not the class's own name, which minifiers of a page shorten.
    this.name = `${code.charAt(0).toUpperCase()}${code.slice(1)}Error`
    this.code = code
  }
}

/** Sizes do not fit one another: a row too long, a ragged array, labels of the wrong width. */
export class ShapeError extends RavineError {
  constructor(message: string, options?: ErrorOptions) {
    super('shape', message, options)
  }
}

/** A setting is unknown or out of its range, a value is not what the model was set up for, or the sizes do not fit in memory. */
export class ConfigError extends RavineError {
  constructor(message: string, options?: ErrorOptions) {
    super('config', message, options)
  }
}

/** A call came at the wrong time: use before `compile`, after `dispose`, or while the model is training. */
export class StateError extends RavineError {
  constructor(message: string, options?: ErrorOptions) {
    super('state', message, options)
  }
}

/** Where training met a number that is not finite. */
export interface NumericalPlace {
  /** The epoch, from 0. */
  readonly epoch?: number | undefined
  /** The batch within the epoch, from 0. */
  readonly batch?: number | undefined
  /** The first layer whose output is not finite; undefined when data, labels or the loss itself are to blame. */
  readonly layer?: string | undefined
}

/** A number that must be finite is not; training stopped before it could spoil the weights. */
export class NumericalError extends RavineError implements NumericalPlace {
  readonly epoch: number | undefined
  readonly batch: number | undefined
  readonly layer: string | undefined

  constructor(message: string, options?: ErrorOptions & NumericalPlace) {
    super('numerical', message, options)
    this.epoch = options?.epoch
    this.batch = options?.batch
    this.layer = options?.layer
  }
}

/** Bytes are not of the format they claim. */
export class FormatError extends RavineError {
  constructor(message: string, options?: ErrorOptions) {
    super('format', message, options)
  }
}

/** The classes in the order of `crate/src/error.rs`: the position is the number that crosses the boundary. */
const CLASSES = [ShapeError, ConfigError, StateError, NumericalError, FormatError] as const

/** What Rust's errors look like: `ravine:<kind>:<text>`. */
const MESSAGE = /^ravine:(\d):([\s\S]*)$/

/** The error class for an error thrown by Rust, or undefined when Rust did not throw it on purpose. @internal */
export function fromRust(error: unknown): RavineError | undefined {
  const found = error instanceof Error ? MESSAGE.exec(error.message) : null
  const Class = found && CLASSES[Number(found[1])]
  return Class ? new Class(found[2] ?? '', { cause: error }) : undefined
}

/** Whether an error says that sizes do not fit in memory, whoever found that out. @internal */
export function isOutOfMemory(error: RavineError): boolean {
  return error.code === 'config' && /do not fit in (WebAssembly )?memory/.test(error.message)
}
