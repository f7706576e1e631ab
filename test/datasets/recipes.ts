/** What PyTorch was trained with (`recipes.json`), and how well it did (`results.json`, by generate.py). */

import { readFileSync } from 'node:fs'

/** A dense net with relu between, and how it is trained; read by generate.py too. */
export interface Recipe {
  /** A CSV file beside this one, `mnist` or `fashion-mnist`. */
  readonly data: string
  /** Into how many folds the rows are dealt, each tested on once; 0 when the set has test rows of its own. */
  readonly folds: number
  /** How many trainings' mean is a seed's accuracy: where a test row is half a per cent, one training says little. */
  readonly repeats: number
  /** Units of the hidden layers. */
  readonly hidden: readonly number[]
  /** The rate of dropout after each hidden layer. */
  readonly dropout: number
  readonly optimizer: 'adam' | 'rmsprop'
  readonly learningRate: number
  /** Whether the rate follows half a cosine down to 0. */
  readonly decay: 'none' | 'cosine'
  readonly batchSize: number
  readonly epochs: number
}

interface Table {
  readonly seeds: readonly number[]
  readonly recipes: Readonly<Record<string, Recipe>>
}

interface Results {
  readonly seeds: readonly number[]
  readonly results: Readonly<Record<string, { readonly recipe: Recipe; readonly accuracy: readonly number[] }>>
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))

export const { seeds, recipes } = read('recipes.json') as Table

/** PyTorch's accuracy by recipe. */
export const pytorch = read('results.json') as Results
