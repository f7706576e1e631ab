// The reference trainer is what all engines are held to, so it is held to finite differences, and the recorded answers to it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cases } from '../cases/index.mjs'
import { fingerprint, makeData, makeWeights } from '../lib/data.mjs'
import { computeAnswer, judge, readAnswers } from '../lib/expected.mjs'
import { referenceTrainer } from '../lib/reference.mjs'

const named = (name) => cases.find((row) => row.name === name)

/** A workload of a few rows that has the given loss and hidden activation. */
function tiny(loss, hidden) {
  const outputs = loss === 'softmaxCrossentropy' ? 3 : 1
  return { ...named('24-16-4 b16'), sizes: [4, 5, 3, outputs], loss, hidden, batchSize: 6, batches: 2 }
}

for (const loss of ['softmaxCrossentropy', 'sigmoidCrossentropy', 'sigmoidSquaredError']) {
  for (const hidden of ['relu', 'sigmoid']) {
    test(`gradients of ${loss} over ${hidden} agree with central differences`, () => {
      const testCase = tiny(loss, hidden)
      const trainer = referenceTrainer(testCase, makeData(testCase), makeWeights(testCase))
      trainer.gradients(1)
      const meanLoss = () => trainer.loss(6, 12)
      for (const { kernel, kernelGradient, bias, biasGradient } of trainer.layers) {
        for (const [values, gradient] of [
          [kernel, kernelGradient],
          [bias, biasGradient],
        ]) {
          for (let i = 0; i < values.length; i++) {
            const kept = values[i]
            values[i] = kept + 1e-6
            const above = meanLoss()
            values[i] = kept - 1e-6
            const below = meanLoss()
            values[i] = kept
            assert.ok(Math.abs((above - below) / 2e-6 - gradient[i]) < 1e-7 + 1e-5 * Math.abs(gradient[i]))
          }
        }
      }
    })
  }
}

test("Adam's first step moves every weight by the learning rate, against its gradient", () => {
  const testCase = named('24-16-4 b16')
  const weights = makeWeights(testCase)
  const trainer = referenceTrainer(testCase, makeData(testCase), weights)
  trainer.step(1)
  for (const [l, { kernel, kernelGradient }] of trainer.layers.entries()) {
    for (let i = 0; i < kernel.length; i++) {
      if (Math.abs(kernelGradient[i]) < 1e-4) continue
      const moved = kernel[i] - weights[l].kernel[i]
      assert.ok(Math.abs(moved + 1e-3 * Math.sign(kernelGradient[i])) < 1e-6)
    }
  }
})

test('momentum gathers a constant gradient', () => {
  const optimizer = { kind: 'sgd', learningRate: 1e-9, momentum: 0.9 }
  const testCase = { ...tiny('softmaxCrossentropy', 'sigmoid'), optimizer, batches: 1 }
  const weights = makeWeights(testCase)
  const trainer = referenceTrainer(testCase, makeData(testCase), weights)
  trainer.step(3)
  const { bias, biasGradient } = trainer.layers.at(-1)
  const start = weights.at(-1).bias[0]
  // 1 + 1.9 + 2.71 times the gradient, which hardly changes at this rate.
  assert.ok(Math.abs((bias[0] - start) / (-1e-9 * biasGradient[0]) - 5.61) < 1e-5)
})

const answers = readAnswers()

test('there is an answer for every workload, of the data as it is made now', () => {
  assert.deepEqual(
    Object.keys(answers),
    cases.map(({ name }) => name),
  )
  for (const testCase of cases)
    assert.equal(fingerprint(makeData(testCase), makeWeights(testCase)), answers[testCase.name].fingerprint)
})

for (const testCase of cases.filter(({ sizes }) => sizes[0] < 784)) {
  test(`the recorded answer of ${testCase.name} is the reference's`, () => {
    const { after } = computeAnswer(testCase)
    assert.ok(Math.abs(after - answers[testCase.name].after) < 1e-12)
  })
}

test('wrong training is outside the tolerance', () => {
  const testCase = named('24-16-4 b16')
  const answer = answers[testCase.name]
  const run = (changes, weights = makeWeights(testCase)) => {
    const changed = { ...testCase, ...changes }
    const trainer = referenceTrainer(changed, makeData(testCase), weights)
    trainer.step(testCase.batches)
    return judge(trainer.loss(), answer, testCase.tolerance)
  }
  const adam = (more) => ({ optimizer: { ...testCase.optimizer, ...more } })
  assert.equal(run({}).ok, true)
  const wrong = {
    'learning rate 1% off': run(adam({ learningRate: 1.01e-3 })),
    'beta1 0.89': run(adam({ beta1: 0.89 })),
    'beta2 0.99': run(adam({ beta2: 0.99 })),
    'biases left at zero': run(
      {},
      makeWeights(testCase).map((layer) => ({ ...layer, bias: layer.bias.map(() => 0) })),
    ),
    'batches of half the size': run({ batchSize: 8, batches: 128 }),
    'no training': judge(answer.before, answer, testCase.tolerance),
    'not a number': judge(Number.NaN, answer, testCase.tolerance),
  }
  for (const [mistake, { ok, deviation }] of Object.entries(wrong))
    assert.equal(ok, false, `${mistake}: ${deviation} of the fall, within ${testCase.tolerance}`)
})
