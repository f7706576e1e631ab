/**
 * Single kernels. What they read and write is copied to WebAssembly memory and back, in buffers that live for one call.
 */

import { ConfigError } from './errors.ts'
import { Handle } from './handle.ts'
import { cross } from './load.ts'
import { f32 } from './memory.ts'
import { glue } from './raw.ts'

type Raw = InstanceType<typeof glue.RawBuffer>
type Words = readonly number[]

/** `op(a)·op(b)`, `[m, n]`, where op transposes when asked; k is the length of the sums. */
export function matmul(
  a: Float32Array,
  b: Float32Array,
  [m, n, k]: readonly [m: number, n: number, k: number],
  [transposeA, transposeB]: readonly [boolean, boolean],
): Float32Array {
  return run([a, b], m * n, (out, [left, right]) => glue.op_matmul(left, right, out, m, n, k, transposeA, transposeB))
}

/** An activation of rows of `columns` numbers. */
export function activate(activation: Words, columns: number, x: Float32Array): Float32Array {
  return run([x], x.length, (out, [input]) => glue.op_activate(Float64Array.from(activation), columns, input, out))
}

/** `upstream` times an activation's derivative at `x`, in rows of `columns` numbers. */
export function activateGradient(
  activation: Words,
  columns: number,
  x: Float32Array,
  upstream: Float32Array,
): Float32Array {
  const words = Float64Array.from(activation)
  return run([x, upstream], x.length, (out, [input, above]) => {
    glue.op_activate_gradient(words, columns, input, above, out)
  })
}

/** The mean loss over rows of `columns` predictions. */
export function lossValue(loss: Words, columns: number, yTrue: Float32Array, yPred: Float32Array): number {
  const words = Float64Array.from(loss)
  return withBuffers([yTrue, yPred], ([labels, predictions]) =>
    cross(() => glue.op_loss(words, columns, labels.raw, predictions.raw)),
  )
}

/** The derivative of {@link lossValue} by each prediction. */
export function lossGradient(loss: Words, columns: number, yTrue: Float32Array, yPred: Float32Array): Float32Array {
  const words = Float64Array.from(loss)
  return run([yTrue, yPred], yPred.length, (out, [labels, predictions]) => {
    glue.op_loss_gradient(words, columns, labels, predictions, out)
  })
}

/** A kernel `[fanIn, fanOut]` as an initializer draws it. */
export function initialize(
  initializer: Words,
  [fanIn, fanOut]: readonly [number, number],
  [seedLow, seedHigh]: readonly [number, number],
): Float32Array {
  const words = Float64Array.from(initializer)
  return run([], fanIn * fanOut, (out) => glue.op_initialize(words, fanIn, fanOut, seedLow, seedHigh, out))
}

/** A schedule's learning rate, in double precision. */
export function learningRate(schedule: Words, step: number, epoch: number): number {
  return cross(() => glue.op_learning_rate(Float64Array.from(schedule), step, epoch))
}

/** A nonlinearity's gain, by its position in the table. */
export function gain(nonlinearity: number, negativeSlope: number): number {
  return cross(() => glue.op_gain(nonlinearity, negativeSlope))
}

/** So many floats are 4 GiB, all that WebAssembly can address. */
const LIMIT = 2 ** 30

/** Floats in WebAssembly memory, all 0 at first. */
class Floats extends Handle<Raw> {
  readonly #length: number

  constructor(length: number) {
    if (length >= LIMIT) {
      throw new ConfigError(`${length} numbers do not fit in WebAssembly memory (at most 4 GiB); use smaller matrices`)
    }
    super('buffer', () => new glue.RawBuffer(length))
    this.#length = length
  }

  /** What the kernels take. */
  get raw(): Raw {
    return this.alive()
  }

  /** A view of the numbers, for use at once. */
  view(): Float32Array {
    const pointer = this.use((raw) => raw.pointer())
    return f32(pointer, this.#length)
  }
}

/** Runs a kernel on copies of `inputs` and returns its output of `length` numbers. */
function run<I extends Float32Array[]>(
  inputs: readonly [...I],
  length: number,
  kernel: (out: Raw, inputs: { [K in keyof I]: Raw }) => void,
): Float32Array {
  return withBuffers(inputs, (buffers) => {
    const out = new Floats(length)
    try {
      cross(() => kernel(out.raw, buffers.map((buffer) => buffer.raw) as { [K in keyof I]: Raw }))
      return out.view().slice()
    } finally {
      out.dispose()
    }
  })
}

/** Makes buffers with these contents, does some work with them, and frees them. */
function withBuffers<I extends Float32Array[], T>(
  contents: readonly [...I],
  work: (buffers: { [K in keyof I]: Floats }) => T,
): T {
  const buffers: Floats[] = []
  try {
    for (const data of contents) {
      const buffer = new Floats(data.length)
      buffers.push(buffer)
      buffer.view().set(data)
    }
    return work(buffers as { [K in keyof I]: Floats })
  } finally {
    for (const buffer of buffers) buffer.dispose()
  }
}
