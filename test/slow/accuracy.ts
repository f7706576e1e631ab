/** Trains ravine by a recipe and compares its accuracy with PyTorch's. */

import { expect } from 'vitest'
import { adam, cosineDecay, dense, dropout, type Layer, rmsprop, sequential } from '../../ts/index.ts'
import { type Split, splitsOf } from '../datasets/load.ts'
import { pytorch, type Recipe, recipes, seeds } from '../datasets/recipes.ts'

/** How far ravine's worst seed may lie below PyTorch's worst. */
const MARGIN = 0.005

/** Trains with each seed; the worst must be as good as PyTorch's worst, within {@link MARGIN}. */
export async function comparesWithPyTorch(name: string): Promise<void> {
  const recipe = recipes[name]
  const reference = pytorch.results[name]
  if (!recipe || !reference) throw new Error(`no recipe or no result for ${name}`)
  expect(reference.recipe, 'results.json was made with another recipe: run generate.py').toEqual(recipe)
  expect(pytorch.seeds).toEqual(seeds)

  const splits = splitsOf(recipe)
  const own: number[] = []
  for (const seed of seeds) own.push(await accuracyOf(recipe, splits, seed))
  console.log(`${name}: ravine ${figures(own)}, PyTorch ${figures(reference.accuracy)}`)
  expect(Math.min(...own)).toBeGreaterThanOrEqual(Math.min(...reference.accuracy) - MARGIN)
}

const figures = (values: readonly number[]): string => values.map((value) => value.toFixed(4)).join(' ')

/** The accuracy over the test rows of all splits, the mean over the recipe's repeats. */
async function accuracyOf(recipe: Recipe, splits: readonly Split[], seed: number): Promise<number> {
  let right = 0
  let rows = 0
  for (let repeat = 0; repeat < recipe.repeats; repeat++) {
    for (const split of splits) {
      right += (await train(recipe, split, seed + 1000 * repeat)) * split.yTest.length
      rows += split.yTest.length
    }
  }
  return right / rows
}

/** The accuracy over the test rows of one split. */
async function train(recipe: Recipe, { x, y, xTest, yTest }: Split, seed: number): Promise<number> {
  const { hidden, batchSize, epochs } = recipe
  const classes = Math.max(...y) + 1
  const hiddenLayers = hidden.flatMap((units): Layer[] => [
    dense({ units, activation: 'relu' }),
    ...(recipe.dropout > 0 ? [dropout({ rate: recipe.dropout })] : []),
  ])
  const output =
    classes === 2 ? dense({ units: 1, activation: 'sigmoid' }) : dense({ units: classes, activation: 'softmax' })
  using model = sequential({ inputShape: [x.length / y.length], seed, layers: [...hiddenLayers, output] })

  const decaySteps = Math.ceil(y.length / batchSize) * epochs
  const learningRate =
    recipe.decay === 'cosine'
      ? cosineDecay({ initialLearningRate: recipe.learningRate, decaySteps })
      : recipe.learningRate
  model.compile({
    optimizer: { adam, rmsprop }[recipe.optimizer]({ learningRate }),
    loss: classes === 2 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  })
  await model.fit(x, y, { epochs, batchSize, verbose: 0 })
  const { accuracy } = await model.evaluate(xTest, yTest)
  return accuracy ?? Number.NaN
}
