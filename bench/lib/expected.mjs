// The recorded answers: `expected.json` is written by `node bench/run.mjs expected` and read by every run.
import { readFileSync, writeFileSync } from 'node:fs'
import { cases, productOperations } from '../cases/index.mjs'
import { fingerprint, makeData, makeWeights } from './data.mjs'
import { referenceTrainer } from './reference.mjs'

const file = new URL('../cases/expected.json', import.meta.url)

/** The reference answer of a case, computed now: seconds for the two largest. */
export function computeAnswer(testCase) {
  const data = makeData(testCase)
  const weights = makeWeights(testCase)
  const trainer = referenceTrainer(testCase, data, weights)
  const before = trainer.loss()
  trainer.step(testCase.batches)
  return { fingerprint: fingerprint(data, weights), steps: testCase.batches, before, after: trainer.loss() }
}

/** Operations of the products in a pass above which {@link computeAnswer} takes longer than about a second. */
const AFFORDABLE = 1e9

/** Whether the reference computes the case's answer soon enough to be asked during a run. */
export const isQuick = (testCase) => productOperations(testCase) * testCase.batches <= AFFORDABLE

/** The recorded answers by case name. */
export const readAnswers = () => JSON.parse(readFileSync(file, 'utf8'))

/** Computes every answer anew and records it. */
export function recordAnswers(log) {
  const answers = {}
  for (const testCase of cases) {
    answers[testCase.name] = computeAnswer(testCase)
    log(`${testCase.name}: loss ${answers[testCase.name].before} → ${answers[testCase.name].after}`)
  }
  writeFileSync(file, `${JSON.stringify(answers, null, 2)}\n`)
}

/**
 * Compares a loss with the recorded one.
 *
 * @returns `{ ok, deviation }`, the deviation as a share of what the loss should have fallen by; NaN is never right
 */
export function judge(loss, answer, tolerance) {
  const deviation = Math.abs(loss - answer.after) / Math.abs(answer.before - answer.after)
  return { ok: deviation <= tolerance, deviation }
}
