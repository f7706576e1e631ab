/** Metrics against scikit-learn and Keras, and weighted losses against Keras: through models that give their input. */

import { describe, expect, it } from 'vitest'
import { activation } from '../../ts/layers/index.ts'
import type { Loss, LossLike, LossName } from '../../ts/losses.ts'
import * as losses from '../../ts/losses.ts'
import type { MetricLike, MetricName } from '../../ts/metrics.ts'
import * as metrics from '../../ts/metrics.ts'
import { sequential } from '../../ts/model/index.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, factory, golden, type Member, title } from './golden.ts'

type Labels = number[] | number[][]

interface Case extends Member {
  readonly about: string
  readonly yTrue: Labels
  readonly yPred: number[][]
  readonly value: number
}

type Averages = Readonly<Record<'precision' | 'recall' | 'f1', number>>

const { cases, multiclass } = golden<{
  readonly cases: readonly Case[]
  readonly multiclass: {
    readonly yTrue: number[]
    readonly yPred: number[][]
    readonly macro: Averages
    readonly aucOneVersusRestMacro: number
  }
}>('metrics')

const { weighted } = golden<{
  readonly weighted: readonly (Case & {
    readonly sampleWeight: readonly number[]
    readonly classWeight?: Readonly<Record<string, number>>
  })[]
}>('losses')

/** Sums are in double precision over float32 predictions and labels that are exact. */
const TOLERANCE = { relative: 1e-6, absolute: 1e-7 }

/** A model whose predictions are its input, measured by a loss. */
function identity(width: number, loss: LossLike, measured: readonly MetricLike[] = []) {
  const model = sequential({ inputShape: [width], layers: [activation({ activation: 'linear' })], seed: 1 })
  model.compile({ optimizer: 'sgd', loss, metrics: measured })
  return model
}

async function measure(metric: MetricLike, name: string, yTrue: Labels, yPred: number[][]): Promise<number> {
  const classes = !Array.isArray(yTrue[0])
  const model = identity(yPred[0]?.length ?? 0, classes ? 'sparseCategoricalCrossentropy' : 'meanSquaredError', [
    metric,
  ])
  // Batches of three rows, so that what is exact over the whole set must be put together from parts.
  const logs = await model.evaluate(yPred, yTrue, { batchSize: 3 })
  model.dispose()
  return logs[name] ?? Number.NaN
}

function build({ name, options }: Member): MetricLike {
  return name in metrics ? factory<MetricLike>(metrics, name)(options) : (name as MetricName)
}

it.each(cases.map((one) => [`${title(one)}: ${one.about}`, one] as const))('%s', async (_, one) => {
  expectClose([await measure(build(one), one.name, one.yTrue, one.yPred)], [one.value], TOLERANCE)
})

describe('of a row of classes', () => {
  const { yTrue, yPred, macro, aucOneVersusRestMacro } = multiclass
  it.each([...Object.entries(macro), ['auc', aucOneVersusRestMacro] as const])(
    '%s is the mean over classes',
    async (name, value) => {
      expectClose([await measure(name as MetricName, name, yTrue, yPred)], [value], TOLERANCE)
      const oneHot = yTrue.map((label) => yPred[0]?.map((_, column) => Number(column === label)) ?? [])
      const model = identity(3, 'categoricalCrossentropy', [name as MetricName])
      const logs = await model.evaluate(yPred, oneHot)
      model.dispose()
      expectClose([logs[name] ?? Number.NaN], [value], TOLERANCE)
    },
  )
})

it('accuracy chooses among the three that are named', async () => {
  const { yTrue, yPred } = multiclass
  const chosen = await measure('accuracy', 'accuracy', yTrue, yPred)
  expect(await measure('sparseCategoricalAccuracy', 'sparseCategoricalAccuracy', yTrue, yPred)).toBe(chosen)
  const oneHot = yTrue.map((label) => yPred[0]?.map((_, column) => Number(column === label)) ?? [])
  expect(await measure('categoricalAccuracy', 'categoricalAccuracy', oneHot, yPred)).toBe(chosen)
})

it('covers every metric', () => {
  const above = ['categoricalAccuracy', 'sparseCategoricalAccuracy']
  const covered = new Set([...cases.map((one) => one.name), ...above])
  expect(names('metric').filter((name) => !covered.has(name))).toEqual([])
})

it('losses are metrics, too', async () => {
  const yTrue = [[1, 0.25]]
  const yPred = [[0.5, 0.75]]
  for (const name of names('loss').filter((loss) => loss !== 'sparseCategoricalCrossentropy')) {
    const model = identity(2, name)
    const logs = await model.evaluate(yPred, yTrue)
    model.dispose()
    expectClose([await measure(name as LossName, name, yTrue, yPred)], [logs.loss ?? Number.NaN], TOLERANCE)
  }
})

describe('weighted losses', () => {
  it.each(weighted.map((one) => [`${title(one)}: ${one.about}`, one] as const))('%s', async (_, one) => {
    const { sampleWeight, classWeight, yPred, yTrue } = one
    const model = identity(yPred[0]?.length ?? 0, factory<Loss>(losses, one.name)(one.options))
    const { loss } = await model.evaluate(yPred, yTrue, { sampleWeight })
    expectClose([loss ?? Number.NaN], [one.value], { relative: 4e-6, absolute: 1e-6 })
    const weights = [{ sampleWeight }, ...(classWeight === undefined ? [] : [{ classWeight }])]
    for (const weight of weights) {
      const { logs } = await model.fit(yPred, yTrue, { ...weight, batchSize: 'full', epochs: 1, verbose: 0 })
      expectClose(logs.loss ?? [], [one.value], { relative: 4e-6, absolute: 1e-6 })
    }
    model.dispose()
  })
})
