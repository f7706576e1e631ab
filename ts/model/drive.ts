/** Drives a run of batches: a call into WebAssembly for as many as fit the time, a turn of the event loop in between. */

import { StateError } from '../runtime/errors.ts'
import type { Pace } from './pace.ts'

/** What may be disposed while a call is under way. */
export interface Disposable {
  readonly disposed: boolean
}

/** A run under way. */
export interface Drive {
  /** How many batches can be run now, after so many; 0 or less at the end. May wait for data. */
  readonly ready: (done: number) => number | Promise<number>
  /** Runs up to so many; says how many it ran. */
  readonly advance: (batches: number) => number
  /** Whether each batch is a chunk of its own. */
  readonly single?: boolean
  /** Called after each chunk with the number of batches done; may ask to stop. */
  readonly after?: (done: number) => Promise<void> | void
  /** Called after each turn of the event loop. */
  readonly rested?: (done: number) => Promise<void> | void
  /** Whether to stop early. */
  readonly stopped?: () => boolean
}

/** Runs all batches, or until a loss is not finite, the run is to stop, or it is aborted. Returns how many were run. */
export async function drive(
  core: Disposable,
  pace: Pace,
  call: string,
  run: Drive,
  signal?: AbortSignal,
): Promise<number> {
  let done = 0
  while (!run.stopped?.()) {
    let ready = run.ready(done)
    if (typeof ready !== 'number') {
      ready = await ready
      refuseDisposed(core, call)
      if (run.stopped?.()) break
    }
    if (ready <= 0) break
    signal?.throwIfAborted()
    const wanted = Math.min(run.single ? 1 : pace.begin(), ready)
    if (run.single) pace.begin()
    const ran = run.advance(wanted)
    done += ran
    const due = pace.end(ran)
    if (ran < wanted) break
    if (run.after) {
      await run.after(done)
      refuseDisposed(core, call)
    }
    if (due) {
      await pace.rest()
      refuseDisposed(core, call)
      await run.rested?.(done)
      refuseDisposed(core, call)
    }
  }
  return done
}

/** Gives the event loop a turn when one is due, where no run is under way. */
export function turns(
  core: Disposable,
  pace: Pace,
  call: string,
  signal: AbortSignal | undefined,
): () => Promise<void> | undefined {
  const take = async () => {
    await pace.rest()
    refuseDisposed(core, call)
    signal?.throwIfAborted()
  }
  return () => (pace.due ? take() : undefined)
}

/** Throws if the model was disposed while a call waited. */
export function refuseDisposed(core: Disposable, call: string): void {
  if (core.disposed) throw disposedMeanwhile(call)
}

/** The error for a call whose model was disposed meanwhile. */
export const disposedMeanwhile = (call: string): StateError =>
  new StateError(`${call}: the model was disposed while the call was under way`)
