/** What a machine says about rows of data, slab by slab. */

import { seedWords } from '../checks.ts'
import { Dataset } from '../data/dataset.ts'
import { readSource } from '../data/source.ts'
import { ConfigError } from '../runtime/errors.ts'
import type { Machine } from './machine.ts'

/** The questions, by the numbers that cross to Rust. */
export const QUESTIONS = { transform: 0, reconstruct: 1, freeEnergy: 2, pseudoLogLikelihood: 3, sample: 4 } as const

/** A question about rows. */
export interface Question {
  readonly call: keyof typeof QUESTIONS
  /** Numbers in an answer. */
  readonly width: number
  /** Units that are drawn, or turns of sampling. */
  readonly count?: number
  readonly seed?: number
}

/** About how many bytes a slab of rows may take. */
const SLAB = 2 * 2 ** 20

/** The answers for rows of `x`, `[rows, width]`. */
export function answer(machine: Machine, x: unknown, question: Question, where = `${question.call}: x`): AnswerRows {
  machine.check()
  const { visible } = machine.shape
  const { call, width, count = 0, seed = 0 } = question
  const source = readSource(x, visible, where)
  const data = allocate(call, source.rows, width)
  // A sample's random numbers depend on the rows that are drawn together: all are.
  const limit = call === 'sample' ? source.rows : Math.floor(SLAB / (4 * (visible + machine.shape.hidden)))
  const rows = Math.min(Math.max(limit, 1), source.rows)
  if (rows === 0) return { data, rows: 0 }
  const dataset = new Dataset({ rows, inputs: [visible], labels: [width], weighted: [false] })
  try {
    for (let first = 0; first < source.rows; first += rows) {
      const part = Math.min(rows, source.rows - first)
      dataset.fill('input', 0, source, first, part)
      machine.checkVisible(dataset.view('input', 0).subarray(0, part * visible), where, first)
      ask(machine, dataset, part, call, count, call === 'sample' ? 0 : first, seed)
      data.set(dataset.view('label', 0).subarray(0, part * width), first * width)
    }
  } finally {
    dataset.dispose()
  }
  return { data, rows: source.rows }
}

/** Rows drawn by Gibbs sampling from fair coins, or from standard normal numbers. */
export function sampleFresh(machine: Machine, rows: number, steps: number, seed: number): Float32Array {
  const width = machine.shape.visible
  const data = allocate('sample', rows, width)
  const dataset = new Dataset({ rows, inputs: [width], labels: [width], weighted: [false] })
  try {
    ask(machine, dataset, rows, 'sample', steps, 1, seed)
    data.set(dataset.view('label', 0))
  } finally {
    dataset.dispose()
  }
  return data
}

/** Answers, one after the other. */
export interface AnswerRows {
  readonly data: Float32Array
  readonly rows: number
}

function ask(
  machine: Machine,
  dataset: Dataset,
  rows: number,
  call: Question['call'],
  count: number,
  first: number,
  seed: number,
): void {
  const words = Float64Array.of(count, first, ...seedWords(seed))
  machine.use((raw) => raw.answer(dataset.raw, rows, QUESTIONS[call], words))
}

function allocate(call: string, rows: number, columns: number): Float32Array {
  try {
    return new Float32Array(rows * columns)
  } catch (error) {
    throw new ConfigError(`${call}: ${rows} × ${columns} results do not fit in memory; take fewer rows at a time`, {
      cause: error,
    })
  }
}
