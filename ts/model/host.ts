/** The losses and layers that the engine asks JavaScript for, in the middle of a batch. */

import { show } from '../checks.ts'
import { firstNotFinite } from '../data/finite.ts'
import { callLoss, callPass, notFinite, Trouble } from '../data/functions.ts'
import { Loan } from '../data/loan.ts'
import type { LambdaContext, LambdaOptions, Layer } from '../layers/index.ts'
import type { CustomLoss, LossContext } from '../losses.ts'
import { f32 } from '../runtime/memory.ts'
import type { Head } from './compile.ts'
import type { Graph } from './graph.ts'

/** What the engine asks for: the positions of `Task` in `crate/src/nn/host.rs`. */
const LOSS = 0
const FORWARD = 1

/** A call of the engine's. `part`: of an output 0 for its loss and 1 + i for its metric i; of a layer the width of its input. */
type Call = [task: number, index: number, part: number, rows: number, training: boolean, ...addresses: Addresses]
type Addresses = [first: number, second: number, third: number, write: number]

/** Answers the engine. Nothing may be thrown through it: what goes wrong is kept until its call is over. */
export class ModelHost {
  readonly #graph: Graph
  readonly #loan = new Loan()
  #heads: readonly Head[] = []
  #running: string | undefined
  #trouble: { what: string; trouble: Trouble } | undefined
  #note: string | undefined

  constructor(graph: Graph) {
    this.#graph = graph
  }

  /** The function that is running, if one is. */
  get running(): string | undefined {
    return this.#running
  }

  /** Sets what `compile` says of the outputs. */
  set heads(heads: readonly Head[]) {
    this.#heads = heads
  }

  /** What WebAssembly holds on to. The host itself must not be: the user's functions may refer to the model, which then would never be freed. */
  link(): { run: (...call: Call) => number | undefined } {
    const host = new WeakRef(this)
    return { run: (...call) => host.deref()?.answer(call) }
  }

  /** What went wrong in a function since the last time, and in which. */
  take(): { what: string; trouble: Trouble } | undefined {
    const trouble = this.#trouble
    this.#trouble = undefined
    return trouble
  }

  /** Which loss was not finite since the last time, or wrote such a gradient. */
  takeNote(): string | undefined {
    const note = this.#note
    this.#note = undefined
    return note
  }

  /** Answers one call of the engine's: a number, or undefined when it failed. */
  answer(call: Call): number | undefined {
    const [task, index] = call
    const what = task === LOSS ? this.#nameLoss(call) : `lambda ${show(this.#graph.names[index])}`
    this.#running = what
    let result: number | Trouble
    try {
      result = task === LOSS ? this.#loss(call, what) : this.#layer(call)
    } catch (error) {
      result = Trouble.thrown(error)
    }
    this.#running = undefined
    if (typeof result === 'number') return result
    this.#trouble = { what, trouble: result }
    return undefined
  }

  #nameLoss([, index, part]: Call): string {
    const { names, named } = this.#graph.outputs
    return `customLoss ${show(this.#custom(index, part).name)}${named ? ` of output ${show(names[index])}` : ''}`
  }

  #custom(index: number, part: number): CustomLoss {
    const head = this.#heads[index]
    return (part === 0 ? head?.loss : head?.metrics[part - 1]) as CustomLoss
  }

  #loss([, index, part, rows, training, first, second, , write]: Call, what: string): number | Trouble {
    const columns = this.#graph.outputs.widths[index] ?? 0
    const labelColumns = this.#heads[index]?.rule.width ?? 0
    const [labels, predictions] = [rows * labelColumns, rows * columns]
    const context: LossContext = { shape: [rows, columns], labelShape: [rows, labelColumns], training }
    const views = { yTrue: f32(first, labels), yPred: f32(second, predictions), context }
    let spoilt: string | undefined
    const value = callLoss(this.#loan, this.#custom(index, part).evaluate, views, (gradient) => {
      if (!write) return
      spoilt = notFinite(gradient, columns, 'gradient')
      // A new view: the function may have made memory grow.
      f32(write, predictions).set(gradient)
    })
    if (part > 0 || typeof value !== 'number') return value
    if (Number.isFinite(value) && spoilt === undefined) return value
    // The engine finds out whether the data or a layer is to blame.
    this.#note = `${what} ${Number.isFinite(value) ? spoilt : `returned ${value}`}`
    return Number.NaN
  }

  #layer([task, index, width, rows, training, first, second, third, write]: Call): number | Trouble {
    const { units, forward, backward } = (this.#graph.layers[index] as Layer)
      .config as unknown as Required<LambdaOptions>
    const [inputs, outputs] = [rows * width, rows * (units || width)]
    const context: LambdaContext = { shape: [rows, units || width], inputShape: [rows, width], training }
    const trouble =
      task === FORWARD
        ? callPass(
            this.#loan,
            ([input], output) => forward(input as Float32Array, output, context),
            [f32(first, inputs)],
            outputs,
            (output) => void f32(write, outputs).set(output),
          )
        : callPass(
            this.#loan,
            ([input, output, above], gradient) =>
              backward(input as Float32Array, output as Float32Array, above as Float32Array, gradient, context),
            [f32(first, inputs), f32(second, outputs), f32(third, outputs)],
            inputs,
            (gradient) => {
              f32(write, inputs).set(gradient)
              const spoilt = notFinite(gradient, width, 'inputGradient')
              // What came spoilt from above is not this layer's doing.
              const own = spoilt !== undefined && firstNotFinite(f32(third, outputs)) < 0
              return own ? new Trouble(spoilt, 'numerical') : undefined
            },
          )
    return trouble ?? 0
  }
}
