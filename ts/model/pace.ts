/** How long to work before the event loop gets a turn. */

import { refuseLosses, threadLosses } from '../runtime/losses.ts'

/** Turns of the event loop are not delayed longer than this by default, in ms: less than a frame. */
export const DEFAULT_BUDGET = 12

/** Chunks grow at most by this factor at a time, as the first of them are measured badly. */
const GROWTH = 8

/** Sizes chunks of batches so that work lasts about as long as the time budget. Results do not depend on it. */
export class Pace {
  readonly #budget: number
  /** What a batch took at last, in ms. */
  #each = 0
  /** How many batches the next chunk may have at most. */
  #most = 1
  #turn = performance.now()
  #start = 0
  readonly #losses = threadLosses()

  /** @param budget Milliseconds; 0 gives a turn after each batch, Infinity never. */
  constructor(budget: number) {
    this.#budget = budget
  }

  /** Starts a chunk; says how many batches it should have: as many as the time left until the next turn allows. */
  begin(): number {
    this.#start = performance.now()
    const left = this.#budget - (this.#start - this.#turn)
    const fitting = this.#each > 0 ? Math.floor(left / this.#each) : this.#most
    return Math.max(1, Math.min(fitting, this.#most))
  }

  /** Ends a chunk that had so many batches; says whether it is time for a turn: another batch would end after it. */
  end(batches: number): boolean {
    const now = performance.now()
    const ran = Math.max(batches, 1)
    this.#each = (now - this.#start) / ran
    this.#most = Math.min(ran * GROWTH, 2 ** 30)
    return now - this.#turn + this.#each >= this.#budget
  }

  /** Whether it is time for a turn after work that is no batches. */
  get due(): boolean {
    return performance.now() - this.#turn >= this.#budget
  }

  /**
   * Gives the event loop a turn.
   *
   * @throws StateError when one of the threads that do the arithmetic has died since the beginning.
   */
  async rest(): Promise<void> {
    await eventLoopTurn()
    refuseLosses(this.#losses)
    this.#turn = performance.now()
  }
}

// Taken once: what a test replaces later (fake timers) must not stop training.
const { setImmediate, setTimeout, MessageChannel } = globalThis as Partial<typeof globalThis>

/** In a worker of Deno's, where `setImmediate` is an imitation of Node's, messages from outside wait a quarter of a second behind it. */
const immediate =
  typeof setImmediate === 'function' && !('Deno' in globalThis && 'DedicatedWorkerGlobalScope' in globalThis)

/** Resolves after the event loop has done what was waiting: input, timers, messages. */
export const eventLoopTurn: () => Promise<void> = immediate
  ? () => new Promise((resolve) => void setImmediate?.(resolve))
  : typeof MessageChannel === 'function'
    ? throughMessages(MessageChannel)
    : () => new Promise((resolve) => void setTimeout?.(resolve, 0))

/** A message to oneself comes back without the 4 ms that timers wait, also in tabs in the background. */
function throughMessages(Channel: new () => MessageChannel): () => Promise<void> {
  let channel: MessageChannel | undefined
  const waiting: (() => void)[] = []
  return () =>
    new Promise((resolve) => {
      channel ??= new Channel()
      const { port1, port2 } = channel as { port1: NodePort; port2: MessagePort }
      port1.onmessage = () => {
        waiting.shift()?.()
        if (waiting.length === 0) port1.unref?.()
      }
      waiting.push(resolve)
      port1.ref?.()
      port2.postMessage(0)
    })
}

/** In Node a port that listens keeps the process alive: it must while something waits, and not after. */
type NodePort = MessagePort & { ref?(): void; unref?(): void }
