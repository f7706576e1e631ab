/** What a page and its worker say to each other. Everything here is plain data that structured cloning copies. */

import type { Matrix } from '../matrix.ts'
import type { GraphHeader } from '../model/bytes/graph-header.ts'
import type { SentModule } from '../runtime/binary-sent.ts'
import type { InitOptions } from '../runtime/init.ts'
import type { SentError } from './errors.ts'

/** The model that a worker begins with: saved, or described, with the weights that its layers bring along. */
export type SentModel =
  | { readonly bytes: Uint8Array }
  | {
      readonly graph: GraphHeader
      readonly seed: number | undefined
      readonly weights: readonly (readonly Matrix[] | undefined)[]
    }

/** A callback as the worker gets it: one of ravine's to make there, or the names of the methods to call on the page. */
export type SentCallback =
  | {
      readonly kind: string
      readonly options: Readonly<Record<string, unknown>>
      /** Options that are functions, and stay on the page. */
      readonly functions: readonly string[]
    }
  | { readonly hooks: readonly string[]; readonly own: boolean }

/** Data that is not in a message but was sent before it: the number of the data. */
export const DATA = 'ravine:data'

/** To the worker. */
export type ToWorker =
  | {
      readonly type: 'start'
      readonly id: number
      readonly module: SentModule
      readonly init: InitOptions | undefined
      readonly model: SentModel
    }
  | {
      readonly type: 'call'
      readonly id: number
      readonly method: string
      readonly args: readonly unknown[]
      /** Data that serves this call alone. */
      readonly temporary: readonly number[]
      /** What `fit` calls. */
      readonly callbacks?: readonly SentCallback[]
      /** Sources of chunks, which stay on the page: what `fitDataset` trains and validates on. */
      readonly sources?: readonly (SentSource | undefined)[]
      /** For `compile`: what the page's layers say of learning. */
      readonly learning?: readonly { readonly trainable: boolean; readonly scale: number }[] | undefined
    }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'begin'; readonly data: number; readonly kind: string; readonly length: number }
  | { readonly type: 'piece'; readonly data: number; readonly at: number; readonly piece: ArrayLike<unknown> }
  | { readonly type: 'free'; readonly data: number }
  | { readonly type: 'reply'; readonly ask: number; readonly logs?: Readonly<Record<string, number>> }
  | { readonly type: 'reply'; readonly ask: number; readonly token: number; readonly message?: string }
  | ChunkReply

/** A source of chunks on the page. */
export interface SentSource {
  /** Whether it can be gone over only once. */
  readonly once: boolean
}

/** A chunk for the worker that asked; none at the end of a pass, or when it began one. */
export interface ChunkReply {
  readonly type: 'chunk'
  readonly ask: number
  readonly chunk?: { readonly value: unknown }
  /** Data that was sent before it for this chunk alone. */
  readonly temporary: readonly number[]
}

/** Asks a source on the page to begin a pass, or for the next chunk. */
export interface Pull {
  readonly type: 'pull'
  readonly ask: number
  /** The `fitDataset` that asks. */
  readonly call: number
  /** Which of its sources. */
  readonly source: number
  /** The epoch in which the pass begins. */
  readonly open?: number
}

/** A training as the page's callbacks see it. */
export interface TrainingState {
  readonly epochs: number
  readonly batches: number
  readonly batchesDone: number
  readonly logNames: readonly string[]
  readonly learningRate: number
  readonly scheduled: boolean
  readonly stopped: boolean
}

/** A question to a function on the page. */
export interface Ask {
  readonly type: 'ask'
  readonly ask: number
  /** The `fit` that asks. */
  readonly call: number
  /** Which of its callbacks. */
  readonly index: number
  /** The method, or the option that is a function. */
  readonly name: string
  readonly args: readonly unknown[]
  /** Given for methods of callbacks. */
  readonly training?: TrainingState
  /** Given for `onTrainError`. */
  readonly error?: SentError
}

/** What the callbacks that were made in the worker have found. */
export type Found = readonly (Readonly<Record<string, unknown>> | undefined)[]

/** From the worker. */
export type FromWorker =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown; readonly found?: Found | undefined }
  | { readonly type: 'error'; readonly id: number; readonly error: SentError; readonly found?: Found | undefined }
  | Ask
  | Pull
