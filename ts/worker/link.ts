/** The page's end of the line to a worker: calls go out in order, answers come back, and the line may break. */

import { StateError } from '../runtime/errors.ts'
import type { InitOptions } from '../runtime/init.ts'
import type { FitCallbacks } from './callbacks.ts'
import { Calls } from './calls.ts'
import { type Connection, connect, notStarted } from './connect.ts'
import { chooseModule } from './describe.ts'
import type { Pull, SentCallback, SentModel } from './messages.ts'
import { Outbox } from './outbox.ts'
import { Parcel } from './pack.ts'
import type { PageSources } from './sources.ts'

/** What a call has besides its arguments. */
interface CallFacts {
  readonly transfer?: boolean
  readonly callbacks?: FitCallbacks
  readonly sources?: PageSources
  readonly signal?: AbortSignal | undefined
  readonly learning?: readonly { readonly trainable: boolean; readonly scale: number }[] | undefined
  /** The method's name where it is not the call's. */
  readonly method?: string
  /** Arguments before those that are packed. */
  readonly first?: readonly unknown[]
}

/** How the arguments of methods are called in errors. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  compile: [''],
  fitDataset: ['source', 'options'],
  upload: ['data'],
  setWeights: ['weights'],
  setLearningRate: ['learningRate'],
}
const DATA_ARGUMENTS = ['x', 'y', 'options']

/** The page's end of the line to a worker. */
export class Link {
  readonly calls: Calls
  disposed = false
  readonly #connection: Connection
  readonly #outbox: Outbox

  constructor(worker: unknown) {
    this.calls = new Calls(() => this.#connection)
    this.#connection = connect(worker, {
      message: (message) => this.calls.take(message),
      lost: (why, cause, begun) => this.#lose(why, cause, begun),
    })
    this.#outbox = new Outbox(this.#connection)
  }

  /** Has the worker make its model; resolves to the seed. */
  async begin(model: SentModel, init: InitOptions | undefined): Promise<number> {
    const chosen = await chooseModule(init)
    const nothing = new Parcel('workerModel', this, false, this.calls.next)
    const id = this.calls.next()
    const message = { type: 'start' as const, id, ...chosen, model }
    return this.calls.make({ id, name: 'workerModel' }, () => this.#outbox.send(nothing, message, ignore))
  }

  async call<T>(name: string, args: readonly unknown[], facts: CallFacts = {}): Promise<T> {
    const { calls } = this
    const { transfer = false, callbacks, sources, signal, learning, method = name, first = [] } = facts
    calls.check()
    signal?.throwIfAborted()
    const names = ARGUMENTS[name] ?? DATA_ARGUMENTS
    const pack = () => new Parcel(name, this, transfer, calls.next)
    const parcel = pack()
    const packed = args.map((value, i) => parcel.pack(value, names[i] ?? ''))
    const id = calls.next()
    const message = {
      type: 'call' as const,
      id,
      method,
      args: [...first, ...packed],
      temporary: parcel.large.map((large) => large.id),
      ...(callbacks && { callbacks: callbacks.sent as readonly SentCallback[] }),
      ...(sources && { sources: sources.sent }),
      ...(learning && { learning }),
    }
    const cancelled = () => {
      calls.check()
      signal?.throwIfAborted()
    }
    const outbox = this.#outbox
    const pull = sources && callbacks && ((asked: Pull) => sources.answer(asked, { outbox, pack, callbacks }))
    return calls.make<T>({ id, name, callbacks, pull, signal }, () => this.#outbox.send(parcel, message, cancelled))
  }

  /** Has data forgotten, after the calls before. */
  free(data: number): void {
    if (this.disposed) return
    const nothing = new Parcel('dispose', this, false, this.calls.next)
    this.#outbox.send(nothing, { type: 'free', data }, ignore).catch(ignore)
  }

  dispose(): Promise<void> {
    this.disposed = true
    this.calls.end(
      (call) =>
        new StateError(
          call === undefined
            ? 'this model in a worker has been disposed; make a new one, or dispose it later'
            : `${call}: the model was disposed while the call was under way`,
        ),
    )
    return this.#connection.end()
  }

  #lose(why: string, cause: unknown, begun: boolean): void {
    const options = cause === undefined ? {} : { cause }
    if (!begun) this.calls.end(() => notStarted(why, cause))
    this.calls.end(
      (call) =>
        new StateError(
          `${call === undefined ? '' : `${call}: `}the model's worker is gone: ${why}. Its weights are lost; make a new model`,
          options,
        ),
    )
    void this.#connection.end()
  }
}

const ignore = (): void => {}
