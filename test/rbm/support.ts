/** Data that tests of Boltzmann machines share. */

import { readFileSync } from 'node:fs'
import { randomNumbers } from '../model/support.ts'

/** Rows of two kinds: the left or the right half of the units is on, with some noise. */
export function halves(rows: number, width = 8): Float32Array {
  const random = randomNumbers(3)
  return Float32Array.from({ length: rows * width }, (_, i) => {
    const row = Math.floor(i / width)
    const on = row % 2 === 0 ? i % width < width / 2 : i % width >= width / 2
    return Number(on !== random() < 0.05)
  })
}

/** The 8 × 8 digits, pixels from 0 to 1, and their classes. */
export function digits(): { x: number[][]; y: number[] } {
  const text = readFileSync(new URL('../datasets/digits.csv', import.meta.url), 'utf8')
  const lines = text.trimEnd().split('\n').slice(1)
  const rows = lines.map((line) => line.split(',').map(Number))
  return { x: rows.map((row) => row.slice(0, 64).map((pixel) => pixel / 16)), y: rows.map((row) => row[64] as number) }
}

export const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
