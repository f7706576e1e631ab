// One workload on all engines: first the answer, then the time, interleaved.
//
// A turn is: back to the start, a short untimed run, then a fixed number of timed steps. Starting over, and a limit on the
// steps, keep every engine in the same early stretch of training: without them a fast engine, and it alone, would train on to
// vanishing gradients and the slow arithmetic of denormal numbers. Rounds go round all engines, so that a slow second of the
// machine hits all of them.
import { judge } from './expected.mjs'
import { summarize } from './stats.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** How long a turn and the warm-up should last, in ms; the steps a turn never exceeds; rounds. */
export const pace = {
  full: { turn: 150, maxSteps: 5000, warmUp: 800, rounds: 9 },
  /** For many points of a curve. */
  sweep: { turn: 150, maxSteps: 5000, warmUp: 400, rounds: 5 },
  quick: { turn: 40, maxSteps: 1000, warmUp: 100, rounds: 3 },
}

/** Resting time between turns: lets an engine's idle threads stop spinning before the next engine is timed. */
const REST = 15

async function lossAfter(child, count) {
  await child.ask({ do: 'reset' })
  if (count > 0) await child.ask({ do: 'step', count })
  return child.ask({ do: 'loss' })
}

/** An engine's own answer: what others are held to where the reference would take too long. */
export async function answerOf(child, testCase) {
  await child.ask({ do: 'prepare', name: testCase.name })
  const { loss: before } = await lossAfter(child, 0)
  const { loss: after } = await lossAfter(child, testCase.batches)
  await child.ask({ do: 'dispose' })
  return { steps: testCase.batches, before, after }
}

/** Prepares the case and compares the loss after one pass with the answer. */
async function check(child, testCase, answer) {
  const { cannot, unit } = await child.ask({ do: 'prepare', name: testCase.name })
  if (cannot) return { status: 'cannot', reason: cannot }
  const { loss } = await lossAfter(child, testCase.batches)
  const { ok, deviation } = judge(loss, answer, testCase.tolerance)
  const verdict = { loss, deviation, unit }
  if (ok) return { status: 'ok', ...verdict }
  return { status: 'wrong', ...verdict, reason: `loss ${loss} after ${answer.steps} steps, expected ${answer.after}` }
}

/** Warms the engine up, then gives a count of steps that is a multiple of its unit and takes about `turn` ms. */
async function calibrate(child, unit, { turn, maxSteps, warmUp }) {
  const most = Math.max(unit, Math.floor(maxSteps / unit) * unit)
  let count = unit
  let spent = 0
  for (;;) {
    await child.ask({ do: 'reset' })
    const { ms } = await child.ask({ do: 'step', count })
    spent += ms
    const longEnough = ms >= turn / 2 || count >= most
    if (longEnough && spent >= warmUp) {
      const fitting = Math.round(((turn / ms) * count) / unit) * unit
      return Math.min(most, Math.max(unit, fitting))
    }
    if (!longEnough) count = Math.min(most, count * 2)
  }
}

async function turnOf({ child, unit, count }) {
  await child.ask({ do: 'reset' })
  await child.ask({ do: 'step', count: Math.max(unit, Math.ceil(count / 20 / unit) * unit) })
  return child.ask({ do: 'step', count })
}

/**
 * Times per step. CPU time comes as one figure over all rounds: some systems count it in ticks of milliseconds.
 */
function perStep(turns, count) {
  const cpu = turns.reduce((sum, turn) => sum + (turn.cpu ?? Number.NaN), 0) / (turns.length * count)
  return { ms: summarize(turns.map(({ ms }) => ms / count)), cpu: Number.isNaN(cpu) ? undefined : cpu }
}

/**
 * @param testCase a workload
 * @param answer its answer: recorded, computed, or another engine's
 * @param players `{ engine, child }` of every engine that opened
 * @param settings a row of `pace`
 * @param log called with a line of progress
 * @returns by engine id: `{ status: 'ok', loss, deviation, steps, ms: { median, min, rounds }, cpu }`, or `{ status:
 *   'cannot' | 'wrong' | 'failed', reason }`
 */
export async function measureCase(testCase, answer, players, settings, log) {
  const results = {}
  const racing = []
  for (const { engine, child } of players) {
    try {
      const verdict = await check(child, testCase, answer)
      results[engine.id] = verdict
      if (verdict.status !== 'ok') continue
      const count = await calibrate(child, verdict.unit, settings)
      racing.push({ id: engine.id, child, unit: verdict.unit, count, turns: [] })
    } catch (error) {
      results[engine.id] = { status: 'failed', reason: error.message }
    }
  }
  for (let round = 0; round < settings.rounds; round++) {
    for (const player of racing) {
      if (player.failed) continue
      await sleep(REST)
      try {
        player.turns.push(await turnOf(player))
      } catch (error) {
        player.failed = true
        results[player.id] = { status: 'failed', reason: error.message }
      }
    }
    log(`${testCase.name}: round ${round + 1} of ${settings.rounds}`)
  }
  for (const { id, count, turns, failed } of racing) {
    if (!failed) results[id] = { ...results[id], steps: count, ...perStep(turns, count) }
  }
  // An engine whose process died cannot answer; its failure is in the results already.
  for (const { child } of players) await child.ask({ do: 'dispose' }).catch(() => {})
  return results
}
