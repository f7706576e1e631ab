/** A layer in plain JavaScript. */

import { outOfRange } from '../checks.ts'
import { Layer, type LayerKind, type LayerOptions, onlyWidth } from './layer.ts'
import { plainSettings, plainWords } from './plain.ts'

/** What a layer of the user's is told besides the numbers. */
export interface LambdaContext {
  /** `[rows, columns]` of the output and of its gradient. */
  readonly shape: readonly [rows: number, columns: number]
  /** `[rows, columns]` of the input and of its gradient. */
  readonly inputShape: readonly [rows: number, columns: number]
  /** Whether the model is being trained. */
  readonly training: boolean
}

/**
 * Computes a layer's output. The arrays are row-major and lent for the call: copy what you want to keep. `output` is all 0 when the call starts.
 */
export type LambdaForward = (input: Float32Array, output: Float32Array, context: LambdaContext) => void

/**
 * Computes the gradient at a layer's input from that at its output: `inputGradient[i] = Σ outputGradient[j] · d(output[j])/d(input[i])`. The arrays
 * are row-major and lent for the call. `inputGradient` is all 0 when the call starts; gradients of several users of one value are added up
 * by the model.
 */
export type LambdaBackward = (
  input: Float32Array,
  output: Float32Array,
  outputGradient: Float32Array,
  inputGradient: Float32Array,
  context: LambdaContext,
) => void

/** The options of {@link lambda}. */
export interface LambdaOptions extends LayerOptions {
  /** Width of the output. Default 0: that of the input. */
  readonly units?: number | undefined
  /** Computes the output. */
  readonly forward: LambdaForward
  /** Computes the gradient at the input. */
  readonly backward: LambdaBackward
}

/**
 * A layer without weights whose two passes are functions of yours: `[batch, features] → [batch, units]`.
 *
 * They run in the middle of a batch and must be plain functions: not async, and without use of the model that calls them (other models and
 * `ravine/ops` may be used). What they throw is the `cause` of the error that the model's method throws; nothing has changed then.
 *
 * @throws ConfigError when `forward` or `backward` is no function, or `units` no whole number.
 */
export const lambda = (options: LambdaOptions): Layer => new Layer(LAMBDA, options)

/** @internal */
export const LAMBDA: LayerKind = {
  name: 'lambda',
  options: ['units', 'forward', 'backward'],
  weighted: false,
  read: (given, where) => ({
    ...plainSettings('lambda', given, where),
    forward: readFunction(given.forward, where, 'forward', '(input, output, context)'),
    backward: readFunction(
      given.backward,
      where,
      'backward',
      '(input, output, outputGradient, inputGradient, context)',
    ),
  }),
  width: (config, inputs, where) => {
    const width = onlyWidth(inputs, where)
    return (config.units as number) || width
  },
  words: (config) => plainWords('lambda', config),
}

function readFunction(value: unknown, where: string, name: string, parameters: string): unknown {
  if (typeof value === 'function') return value
  throw outOfRange(where, name, `a function ${parameters} → nothing`, value)
}
