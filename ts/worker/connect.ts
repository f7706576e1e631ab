/** Starts a worker, in a page or in Node, and speaks with it. */

import { source } from '../../build/worker/worker.text.js'
import { ConfigError } from '../runtime/errors.ts'
import { type AnyWorker, isWorker, listen, type Spawned, spawn } from '../runtime/spawn.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** The line to a worker. */
export interface Connection {
  post(message: ToWorker, transfer?: ArrayBuffer[]): void
  /** Whether the worker keeps a process alive that has nothing else to do. */
  hold(alive: boolean): void
  /** Ends the worker. */
  end(): Promise<void>
}

/** Who listens. */
export interface Listener {
  message(message: FromWorker): void
  /** The worker has ended, or does not understand. `begun` is whether it has ever said anything. */
  lost(why: string, cause: unknown, begun: boolean): void
}

/** The error for a worker that does not start. */
export const notStarted = (why: string, cause: unknown): ConfigError =>
  new ConfigError(`workerModel: a worker could not be started here (${why}); ${OTHER_WAY}`, { cause })

const OTHER_WAY =
  "pass one that runs the file 'ravine/worker-script': workerModel(…, { worker }). The page 'worker' of the guide says how"

/** Speaks with a worker, one that is given or else a new one. */
export function connect(given: unknown, listener: Listener): Connection {
  const { worker, started } = given === undefined ? spawned() : { worker: checked(given), started: () => {} }
  let begun = false
  listen(worker, {
    message(message) {
      begun = true
      started()
      listener.message(message as FromWorker)
    },
    lost(why, cause) {
      started()
      listener.lost(why, cause, begun)
    },
  })
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    hold: (alive) => (alive ? worker.ref?.() : worker.unref?.()),
    end: async () => {
      started()
      await worker.terminate()
    },
  }
}

function checked(given: unknown): AnyWorker {
  if (isWorker(given)) return given
  throw new ConfigError(
    "workerModel: worker must be a Worker that runs the file 'ravine/worker-script'; leave it out to have one started",
  )
}

function spawned(): Spawned {
  try {
    return spawn(source, 'ravine')
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ConfigError(`workerModel: ${error.message}. Elsewhere use the model itself`)
    throw notStarted(error instanceof Error ? error.message : String(error), error)
  }
}
