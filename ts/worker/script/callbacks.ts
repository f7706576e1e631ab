/** The callbacks of a training in a worker: ravine's own are made here, methods of others are called on the page. */

import type { Callback, Logs, Training } from '../../model/callbacks/callback.ts'
import { earlyStopping } from '../../model/callbacks/early-stopping.ts'
import { modelCheckpoint } from '../../model/callbacks/model-checkpoint.ts'
import { own } from '../../model/callbacks/own.ts'
import { reduceLearningRateOnPlateau } from '../../model/callbacks/reduce-learning-rate.ts'
import { put } from '../../model/record.ts'
import { sendError } from '../errors.ts'
import type { Ask, Found, SentCallback } from '../messages.ts'

const FACTORIES: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => Callback>> = {
  earlyStopping,
  modelCheckpoint,
  reduceLearningRateOnPlateau,
}

/** A question without its address. */
export type Question = Pick<Ask, 'index' | 'name' | 'args' | 'training' | 'error'>

/** Asks the page; resolves to the logs that a method leaves, if it may change them. */
export type AskPage = (question: Question) => Promise<Logs | undefined>

/** The callbacks, and what those that were made here have found so far. */
export function makeCallbacks(sent: readonly SentCallback[], ask: AskPage): { list: Callback[]; found: () => Found } {
  const list = sent.map((each, index) => ('hooks' in each ? onPage(each, index, ask) : here(each, index, ask)))
  return { list, found: () => sent.map((each, i) => ('hooks' in each ? undefined : valuesOf(list[i] as Callback))) }
}

function here(sent: Extract<SentCallback, { kind: string }>, index: number, ask: AskPage): Callback {
  const functions = sent.functions.map((name) => [name, (...args: unknown[]) => ask({ index, name, args })] as const)
  return FACTORIES[sent.kind]?.({ ...sent.options, ...Object.fromEntries(functions) }) as Callback
}

/** What a callback's properties say. */
const valuesOf = (callback: Callback): Record<string, unknown> =>
  Object.fromEntries(Object.entries(callback).filter(([, value]) => typeof value !== 'function'))

function onPage(
  { hooks, own: ours }: Extract<SentCallback, { hooks: unknown }>,
  index: number,
  ask: AskPage,
): Callback {
  const callback: Record<string, (...args: unknown[]) => Promise<void>> = {}
  for (const name of hooks) {
    callback[name] = async (...args) => {
      const training = stateOf(args.pop() as Training)
      const error = name === 'onTrainError' ? sendError(args.pop()) : undefined
      const logs = await ask({ index, name, args, training, ...(error && { error }) })
      const target = args.at(-1) as Logs
      for (const [key, value] of Object.entries(logs ?? {})) put(target, key, value)
    }
  }
  return ours ? own(callback) : callback
}

const stateOf = ({ epochs, batches, batchesDone, logNames, learningRate, scheduled, stopped }: Training) => ({
  epochs,
  batches,
  batchesDone,
  logNames,
  learningRate,
  scheduled,
  stopped,
})
