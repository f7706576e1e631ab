// One thread against several of the same build, on every workload: never slower, and the same bits.
import { findEngine } from '../engines/index.mjs'
import { measureCase } from './measure.mjs'
import { closePlayers, describePlayers, openPlayers } from './players.mjs'
import { median } from './stats.mjs'

/** A ratio nearer to 1 than this says nothing: two processes of the very same program differ by as much. */
const NOISE = 0.02

/**
 * The interval that holds the median with at least 95%: order statistics, by the binomial distribution of how many values lie below
 * it. Too few values give their ends.
 */
export function medianInterval(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const n = sorted.length
  let probability = 0.5 ** n
  let below = probability
  let rank = 0
  // The largest rank whose two tails together stay under 5%.
  while (rank < n) {
    probability *= (n - rank) / (rank + 1)
    if (2 * (below + probability) > 0.05) break
    below += probability
    rank++
  }
  return [sorted[rank], sorted[n - 1 - rank]]
}

/**
 * Compares an engine with its one-thread twin, round by round.
 *
 * @param one the twin's result of a workload, of `measureCase`
 * @param several the engine's
 * @returns `{ ratio, interval, sameBits, slower }`: how many times as fast several threads are; `slower` only beyond noise
 */
export function compareThreads(one, several) {
  const ratios = one.ms.rounds.map((ms, round) => ms / several.ms.rounds[round])
  const [ratio, interval] = [median(ratios), medianInterval(ratios)]
  const slower = ratio < 1 - NOISE && interval[1] < 1
  return { ratio, interval, sameBits: Object.is(one.loss, several.loss), slower }
}

/** The builds with so many threads, as `ravine@<variant>+<threads>`; each with its twin on one thread. */
export function threadPairs(ids, cores) {
  const wanted = ids.length > 0 ? ids : [`ravine@auto+${Math.max(2, cores)}`]
  return wanted.map((id) => {
    const [, twin, threads] = id.match(/^(ravine@\w+)\+(\d+|auto)$/) ?? []
    if (!twin || threads === '1')
      throw new Error(`threads compares builds of ravine with themselves on one thread: ravine@relaxed+2, not "${id}"`)
    return { one: findEngine(twin), several: findEngine(id) }
  })
}

/**
 * @returns `{ engines, unavailable, workloads: [{ name, rows }] }`; a row is `{ id, threads, one, several, ratio, interval, sameBits,
 *   slower }`, or `{ id, reason }`
 */
export async function measureThreads(pairs, chosenCases, answers, programs, settings, log) {
  const chosen = pairs.flatMap(({ one, several }) => [one, several])
  const engines = chosen.filter(({ id }, i) => chosen.findIndex((other) => other.id === id) === i)
  const { players, unavailable } = await openPlayers(engines, programs)
  const opened = (engine) => players.find((player) => player.engine.id === engine.id)
  const complete = pairs.filter(({ one, several }) => opened(one) && opened(several))
  const workloads = []
  for (const testCase of complete.length > 0 ? chosenCases : []) {
    const results = await measureCase(testCase, answers[testCase.name], players, settings, log)
    const rows = complete.map(({ one, several }) => {
      const pair = [results[one.id], results[several.id]]
      const failed = pair.find(({ ms }) => !ms)
      if (failed) return { id: several.id, reason: failed.reason.split('\n')[0] }
      const times = { one: pair[0].ms.median, several: pair[1].ms.median }
      return { id: several.id, threads: opened(several).facts.threads, ...times, ...compareThreads(...pair) }
    })
    workloads.push({ name: testCase.name, rows })
  }
  await closePlayers(players)
  return { engines: describePlayers(players), unavailable, workloads }
}
