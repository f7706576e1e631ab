/** Errors on their way from a worker to its page: class, message, cause and fields arrive as they were. */

import {
  ConfigError,
  type ErrorCode,
  FormatError,
  NumericalError,
  RavineError,
  ShapeError,
  StateError,
} from '../runtime/errors.ts'

/** An error as plain data. */
export type SentError =
  /** What a function of the page's threw: it has stayed there, under a number. */
  | { readonly kind: 'page'; readonly token: number }
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly code: ErrorCode | undefined
      /** Fields of the error's own, such as the epoch of a NumericalError. */
      readonly fields: Readonly<Record<string, unknown>>
      readonly cause: SentError | undefined
    }

/** In the worker: what stands for something that was thrown on the page. */
export class ThrownOnPage extends Error {
  readonly token: number

  /** @param message - What it said, for errors that have it as their cause. */
  constructor(token: number, message = '') {
    super(message)
    this.token = token
  }
}

/** Causes of causes are followed so far. */
const DEPTH = 8

/** An error as plain data. */
export function sendError(error: unknown, depth = 0): SentError {
  if (error instanceof ThrownOnPage) return { kind: 'page', token: error.token }
  if (!(error instanceof Error)) return { kind: 'value', value: isPrimitive(error) ? error : String(error) }
  const { name, message, cause } = error
  return {
    kind: 'error',
    name,
    message,
    code: error instanceof RavineError ? error.code : undefined,
    fields: Object.fromEntries(Object.entries(error).filter(([, value]) => isPrimitive(value))),
    cause: cause === undefined || depth >= DEPTH ? undefined : sendError(cause, depth + 1),
  }
}

/**
 * The error that such data stands for.
 *
 * @param thrown What functions on the page have thrown, by number.
 */
export function receiveError(sent: SentError, thrown: ReadonlyMap<number, unknown>): unknown {
  if (sent.kind === 'page') return thrown.get(sent.token)
  if (sent.kind === 'value') return sent.value
  const { name, message, code, fields, cause } = sent
  const options = cause && { cause: receiveError(cause, thrown) }
  if (code === 'numerical') return new NumericalError(message, { ...options, ...fields })
  const Own = code && OWN[code]
  if (Own) return new Own(message, options)
  const Native = Object.hasOwn(NATIVE, name) ? NATIVE[name] : undefined
  const error = Native ? new Native(message, options) : domException(name, message, options)
  for (const [key, value] of Object.entries(fields))
    Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true })
  return error
}

const OWN = { shape: ShapeError, config: ConfigError, state: StateError, format: FormatError } as const satisfies {
  [C in Exclude<ErrorCode, 'numerical'>]: unknown
}

type ErrorClass = new (message: string, options?: ErrorOptions) => Error

/** The language's own classes, by name. */
const NATIVE: Readonly<Record<string, ErrorClass>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** An error of the platform's, such as `AbortError`; of any other class what is left is the name. */
function domException(name: string, message: string, options: ErrorOptions | undefined): Error {
  const known =
    typeof DOMException === 'function' && /^(Abort|Timeout|DataClone|Security|NotSupported)Error$/.test(name)
  const error: Error = known ? new DOMException(message, name) : new Error(message, options)
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, writable: true, configurable: true })
  return error
}

const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
