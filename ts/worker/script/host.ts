/** A worker's model and the calls to it. */

import { isRecord } from '../../checks.ts'
import type { Logs } from '../../model/callbacks/callback.ts'
import type { AnyModel } from '../../model/model.ts'
import { runtime } from '../../runtime/report.ts'
import { sendError, ThrownOnPage } from '../errors.ts'
import type { Found, FromWorker, ToWorker } from '../messages.ts'
import { makeCallbacks, type Question } from './callbacks.ts'
import { Inbox } from './inbox.ts'
import { remoteSource } from './sources.ts'
import { start } from './start.ts'

/** Sends to the page; these buffers change hands. */
export type Post = (message: FromWorker, transfer: ArrayBuffer[]) => void

type Call = Extract<ToWorker, { type: 'call' }>
type Reply = Extract<ToWorker, { type: 'reply' | 'chunk' }>

/** Serves one model. Messages are taken in the order in which they come; `fit` and `evaluate` let others in between, as on the main thread. */
export class Host {
  readonly #post: Post
  readonly #inbox = new Inbox()
  readonly #aborts = new Map<number, AbortController>()
  readonly #asked = new Map<number, (reply: Reply) => void>()
  #asks = 0
  #model: AnyModel | undefined

  constructor(post: Post) {
    this.#post = post
  }

  /** Takes a message. */
  take(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        void this.#start(message)
        break
      case 'call':
        void this.#call(message)
        break
      case 'abort':
        this.#aborts.get(message.id)?.abort()
        break
      case 'begin':
        this.#inbox.begin(message.data, message.kind, message.length)
        break
      case 'piece':
        this.#inbox.piece(message.data, message.at, message.piece)
        break
      case 'free':
        this.#inbox.free(message.data)
        break
      case 'reply':
      case 'chunk':
        this.#asked.get(message.ask)?.(message)
        this.#asked.delete(message.ask)
        break
    }
  }

  async #start(message: Extract<ToWorker, { type: 'start' }>): Promise<void> {
    try {
      this.#model = await start(message)
      this.#post({ type: 'result', id: message.id, value: this.#model.seed }, [])
    } catch (error) {
      this.#post({ type: 'error', id: message.id, error: sendError(error) }, [])
    }
  }

  async #call(call: Call): Promise<void> {
    const { id } = call
    const controller = new AbortController()
    this.#aborts.set(id, controller)
    let found = (): Found | undefined => undefined
    try {
      const model = this.#model as AnyModel
      const args = call.args.map((value) => this.#inbox.unpack(value))
      if (call.method === 'fit' || call.method === 'fitDataset') {
        const callbacks = makeCallbacks(call.callbacks ?? [], (question) => this.#ask(id, question))
        found = callbacks.found
        const [source, validationData] = (call.sources ?? []).map(
          (sent, i) => sent && remoteSource(sent, (open) => this.#pull(id, i, open)),
        )
        if (source) args[0] = source
        const last = args.length - 1
        // The page shows progress, as far as it wants to.
        const own = { signal: controller.signal, callbacks: callbacks.list, verbose: 0 }
        args[last] = withOptions(args[last], { ...own, ...(validationData !== undefined && { validationData }) })
      } else if (call.method === 'evaluate') {
        args[2] = withOptions(args[2], { signal: controller.signal })
      }
      const value = await this.#run(model, call, args)
      this.#post({ type: 'result', id, value, found: found() }, buffersOf(value))
    } catch (error) {
      this.#post({ type: 'error', id, error: sendError(error), found: found() }, [])
    } finally {
      this.#aborts.delete(id)
      for (const data of call.temporary) this.#inbox.free(data)
    }
  }

  #run(model: AnyModel, { method, learning }: Call, args: readonly unknown[]): unknown {
    switch (method) {
      case 'compile':
        model.layers.forEach((layer, i) => {
          const page = learning?.[i]
          if (!page) return
          layer.trainable = page.trainable
          layer.learningRateScale = page.scale
        })
        return model.compile(args[0] as never)
      case 'keep':
        return this.#inbox.keep(args[0] as number, args[1])
      case 'runtime':
        return runtime()
      case 'getLearningRate':
        return model.learningRate
      case 'setLearningRate':
        model.learningRate = args[0] as number
        return undefined
      case 'stopTraining':
        model.stopTraining = true
        return undefined
      default:
        return (model as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method]?.(...args)
    }
  }

  #ask(call: number, question: Question): Promise<Logs | undefined> {
    const ask = this.#asks++
    return new Promise((resolve, reject) => {
      this.#asked.set(ask, (reply) => {
        if ('token' in reply) reject(new ThrownOnPage(reply.token))
        else resolve('logs' in reply ? reply.logs : undefined)
      })
      // Nothing is transferred: a checkpoint that is saved on the page stays the callback's.
      this.#post({ type: 'ask', ask, call, ...question }, [])
    })
  }

  #pull(call: number, source: number, open: number | undefined): Promise<{ readonly value: unknown } | undefined> {
    const ask = this.#asks++
    return new Promise((resolve, reject) => {
      this.#asked.set(ask, (reply) => {
        if (reply.type === 'reply') {
          if ('token' in reply) reject(new ThrownOnPage(reply.token, reply.message))
          return
        }
        try {
          resolve(reply.chunk && { value: this.#inbox.unpack(reply.chunk.value) })
        } catch (error) {
          reject(error)
        } finally {
          for (const data of reply.temporary) this.#inbox.free(data)
        }
      })
      this.#post({ type: 'pull', ask, call, source, ...(open !== undefined && { open }) }, [])
    })
  }
}

/** Options with others added; what are no options is left for the model to refuse. */
const withOptions = (given: unknown, others: Record<string, unknown>): unknown =>
  given === undefined || isRecord(given) ? { ...given, ...others } : given

/** The memory of a result: all copies of the model's, so they need not be copied again. */
function buffersOf(value: unknown, into: Set<ArrayBuffer> = new Set(), depth = 0): ArrayBuffer[] {
  if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) into.add(value.buffer)
  else if (typeof value === 'object' && value !== null && depth < 4)
    for (const each of Object.values(value)) buffersOf(each, into, depth + 1)
  return [...into]
}
