/** The examples of the guide: each runs, shows what its page claims, and prints and draws what the page prints and draws. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const guide = (file: string): string => readFileSync(join(root, 'docs/guide', file), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'ravine-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What an example prints; its plots go to a folder for the time being. */
function run(example: string, plots: readonly string[]): string {
  const main = join(root, 'examples', example, 'main.mjs')
  return execFileSync(process.execPath, [main, ...plots.map((plot) => join(folder, plot))], { encoding: 'utf8' })
}

/** The columns of numbers in the line that begins with a name. */
function figures(output: string, name: string): number[] {
  const line = output.split('\n').find((one) => one.startsWith(`${name} `))
  if (line === undefined) throw new Error(`no line for ${name} in\n${output}`)
  return numbersIn(line.slice(name.length).replaceAll(/> \d+/g, 'Infinity'))
}

const NUMBER = /Infinity|-?\d+(\.\d+)?(e[+-]?\d+)?/g
const numbersIn = (text: string): number[] => (text.match(NUMBER) ?? []).map(Number)
const wordsIn = (text: string): string[] => text.replaceAll(NUMBER, '#').trim().split(/\s+/)

/** The page has the words that the example prints, and its figures, save for what another order of sums may change. */
function pageShows(page: string, output: string): void {
  const shown = /```text\n(.*?)```/s.exec(guide(page))?.[1] ?? ''
  expect(wordsIn(shown)).toEqual(wordsIn(output))
  const printed = numbersIn(output)
  const apart = numbersIn(shown).filter((value, i) => {
    const truth = printed[i] ?? Number.NaN
    return !(Math.abs(value - truth) <= Math.max(0.2 * Math.abs(truth), Math.abs(truth) < 1e-3 ? 0 : 0.05))
  })
  expect(apart, `docs/guide/${page} is out of date: run the example and copy what it prints`).toEqual([])
}

/** The committed plot is small, and has the captions of the one drawn now. */
function plotIsCurrent(plot: string): void {
  const captions = (svg: string) =>
    [...svg.matchAll(/<text[^>]*>([^<]*[a-z]{3}[^<]*)</gi)].map(([, text]) => wordsIn(text ?? ''))
  const committed = guide(plot)
  expect(committed.length).toBeLessThan(60_000)
  expect(captions(committed)).toEqual(captions(readFileSync(join(folder, plot), 'utf8')))
}

describe('vanishing gradients', () => {
  const output = run('vanishing-gradients', ['vanishing-gradients.svg'])
  /** Of a case: the gradient of the first and the last layer, the ratio, the loss and the accuracy. */
  const of = (name: string) => {
    const [first = Number.NaN, last = Number.NaN, ratio = Number.NaN, loss, accuracy] = figures(output, name)
    return { first, last, ratio, loss, accuracy }
  }

  it('sigmoids starve the first layers, and nothing is learnt', () => {
    const { ratio, loss, accuracy } = of('sigmoid')
    expect(ratio).toBeLessThan(1e-5)
    expect(loss).toBeGreaterThan(0.68)
    expect(accuracy).toBeLessThan(0.6)
  })

  it('small weights starve every layer', () => {
    const { first, last, loss } = of('relu, small normal weights')
    expect(Math.max(first, last)).toBeLessThan(1e-7)
    expect(loss).toBeGreaterThan(0.68)
  })

  it.each(['sigmoid, batch normalization', 'relu, Glorot', 'relu, He', 'relu, He, batch normalization'])(
    '%s cures',
    (name) => {
      const { ratio, accuracy } = of(name)
      expect(ratio).toBeGreaterThan(0.1)
      expect(ratio).toBeLessThan(30)
      expect(accuracy).toBeGreaterThan(0.9)
    },
  )

  it("He's weights keep what Glorot's lose under relu", () => {
    expect(of('relu, He').first / of('relu, Glorot').first).toBeGreaterThan(5)
  })

  it('is what the page shows', () => {
    pageShows('vanishing-gradients.md', output)
    plotIsCurrent('vanishing-gradients.svg')
  })
})

describe('slow descent', () => {
  const plots = ['slow-descent-valley.svg', 'slow-descent-saddle.svg']
  const output = run('slow-descent', plots)
  /** Of an optimizer: its steps along the valley, along the turned valley and off the saddle. */
  const of = (name: string) => {
    const [valley = Number.NaN, , turned = Number.NaN, , saddle = Number.NaN] = figures(output, name)
    return { valley, turned, saddle }
  }
  const plain = of('gradient descent')

  it('gradient descent takes the steps that its formula says', () => {
    // The coordinate along the valley shrinks by 1 − η a step, from 9.3 to √(2 · 0.01).
    expect(plain.valley).toBe(Math.ceil(Math.log(9.3 / Math.sqrt(0.02)) / -Math.log(1 - 0.015)))
    // The coordinate along the ridge grows by 1 + 2η a step, from 0.001 to 1.
    expect(plain.saddle).toBe(Math.ceil(Math.log(1000) / Math.log(1.02)))
  })

  it('momentum is three times as fast, however the valley lies', () => {
    for (const name of ['momentum', 'Nesterov']) {
      expect(plain.valley / of(name).valley).toBeGreaterThan(3)
      expect(Math.abs(of(name).turned - of(name).valley)).toBeLessThanOrEqual(2)
      expect(plain.saddle / of(name).saddle).toBeGreaterThan(3)
    }
  })

  it('a rate for each coordinate is of use where coordinates are the axes of the valley', () => {
    expect(plain.valley / of('Adagrad').valley).toBeGreaterThan(20)
    expect(of('Adagrad').turned / of('Adagrad').valley).toBeGreaterThan(20)
    expect(plain.valley / of('Adam').turned).toBeGreaterThan(3)
  })

  it('a rate for each coordinate leaves the saddle soon, unless it only ever shrinks', () => {
    for (const name of ['RMSProp', 'AdaDelta', 'Adam', 'NAdam']) {
      expect(plain.saddle / of(name).saddle).toBeGreaterThan(4)
    }
    expect(of('Adagrad').saddle).toBe(Number.POSITIVE_INFINITY)
  })

  it('is what the page shows', () => {
    pageShows('slow-descent.md', output)
    for (const plot of plots) plotIsCurrent(plot)
  })
})

describe('overfitting', () => {
  const output = run('overfitting', ['overfitting.svg'])
  /** Of a remedy: epochs, training and validation loss, validation accuracy, per cent of weights near 0. */
  const of = (name: string) => {
    const [epochs, train = Number.NaN, validation = Number.NaN, accuracy = Number.NaN, zeros] = figures(output, name)
    return { epochs, train, validation, accuracy, zeros }
  }
  const plain = of('no remedy')

  it('without a remedy, the training rows are learnt by heart', () => {
    expect(plain.train).toBeLessThan(0.01)
    // Worse than to say 0.5 to everything, whose loss is log 2.
    expect(plain.validation).toBeGreaterThan(2 * Math.LN2)
  })

  it.each(['L1', 'L2', 'dropout', 'early stopping'])('%s more than halves the validation loss', (remedy) => {
    expect(of(remedy).validation).toBeLessThan(plain.validation / 2)
    expect(of(remedy).train).toBeGreaterThan(plain.train + 0.05)
    expect(of(remedy).accuracy).toBeGreaterThan(plain.accuracy)
  })

  it('L1 empties the kernels, L2 less, and early stopping ends soon', () => {
    expect(of('L1').zeros).toBeGreaterThan(90)
    expect(of('L2').zeros).toBeLessThan(60)
    expect(plain.zeros).toBeLessThan(5)
    expect(of('early stopping').epochs).toBeLessThan(40)
  })

  it('is what the page shows', () => {
    pageShows('overfitting.md', output)
    plotIsCurrent('overfitting.svg')
  })
})
