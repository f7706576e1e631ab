/** The examples of the guide: each runs, shows what its page claims, and prints and draws what the page prints and draws. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { fashionMnist, hasFashionMnist } from '../datasets/load.ts'

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

/** The page has what the example prints: the same bits everywhere, so the same figures. */
function pageShows(page: string, output: string): void {
  const shown = /```text\n(.*?)```/s.exec(guide(page))?.[1] ?? ''
  expect(shown.trim(), `docs/guide/${page} is out of date: run the example and copy what it prints`).toBe(output.trim())
}

/** The committed plot is small, and has the captions of the one drawn now. */
function plotIsCurrent(plot: string): void {
  const captions = (svg: string) =>
    [...svg.matchAll(/<text[^>]*>([^<]*[a-z]{3}[^<]*)</gi)].map(([, text]) => wordsIn(text ?? ''))
  const committed = guide(plot)
  expect(committed.length).toBeLessThan(60_000)
  expect(captions(committed)).toEqual(captions(readFileSync(join(folder, plot), 'utf8')))
}

/** What an example prints before its times, which no page can foresee. */
const untimed = (output: string): string => output.split('\nTime of ')[0] ?? ''

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

describe('autoencoders', () => {
  const output = run('autoencoder', ['autoencoders.svg'])

  it('tied kernels are half the parameters, and both rebuild new digits far better than the mean image', () => {
    const [mean = Number.NaN] = figures(output, 'the mean image').slice(-1)
    const [separate, tied] = ['separate kernels', 'tied kernels'].map((name) => figures(output, name))
    expect([separate?.[0], tied?.[0]]).toEqual([4744, 2440])
    for (const [, train = Number.NaN, test = Number.NaN] of [separate ?? [], tied ?? []]) {
      expect(train).toBeLessThan(test)
      expect(test).toBeLessThan(0.45 * mean)
    }
  })

  it('is what the page shows', () => {
    pageShows('autoencoders.md', output)
    plotIsCurrent('autoencoders.svg')
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

describe('several outputs', () => {
  if (!hasFashionMnist) {
    it.skip(
      `needs Fashion-MNIST in ${fashionMnist}: apt-get install dataset-fashion-mnist, or set RAVINE_FASHION_MNIST`,
    )
    return
  }
  const output = run('several-outputs', ['several-outputs.svg'])
  /** Of a network: its parameters; domain, item and both: mean, lowest and highest accuracy. */
  const of = (name: string) => {
    const [parameters, domain = Number.NaN, , , item = Number.NaN, , , both = Number.NaN] = figures(output, name)
    return { parameters, domain, item, both }
  }
  const names = ['one output of 34 units', 'two heads', 'two heads, domain × 3', 'two heads, wider body']
  names.push('two networks', 'two narrow networks')

  it('has the shape of the exercise, and networks of the sizes that are said', () => {
    expect(output).toContain(`${3 * 31 * 60} pictures to learn from, ${3 * 31 * 30} to test`)
    const body = (units: number) => 800 * units + units
    const heads = (units: number) => (units + 1) * (3 + 31)
    expect(names.map((name) => of(name).parameters)).toEqual([
      body(64) + heads(64),
      body(64) + heads(64),
      body(64) + heads(64),
      body(128) + heads(128),
      2 * body(64) + heads(64),
      2 * body(32) + heads(32),
    ])
  })

  it.each(names)('%s answers both questions far better than by chance', (name) => {
    const { domain, item, both } = of(name)
    // By chance 1/3, 1/31 and 1/93.
    expect(domain).toBeGreaterThan(0.65)
    expect(item).toBeGreaterThan(0.75)
    expect(both).toBeGreaterThan(0.5)
    expect(both).toBeLessThan(Math.min(domain, item))
  })

  // A share p of 2790 pictures has a deviation of 0.008 at p = 0.75, a mean of three networks on them hardly less.
  const NOISE = 0.025

  it('a composite output is as good as two heads, which are the same function', () => {
    const [one, two] = [of('one output of 34 units'), of('two heads')]
    expect(Math.abs(one.domain - two.domain)).toBeLessThan(NOISE)
    expect(Math.abs(one.item - two.item)).toBeLessThan(NOISE)
  })

  it('sharing keeps the items for half the parameters, and costs the domains', () => {
    const [shared, apart] = [of('two heads'), of('two networks')]
    expect(shared.item).toBeGreaterThan(apart.item - NOISE)
    expect(apart.domain).toBeGreaterThan(shared.domain + NOISE / 2)
    expect(of('two heads').item).toBeGreaterThan(of('two narrow networks').item)
  })

  it('a weight on the domain moves the balance', () => {
    const [weighted, plain] = [of('two heads, domain × 3'), of('two heads')]
    expect(weighted.domain).toBeGreaterThan(plain.domain)
    expect(weighted.item).toBeLessThan(plain.item)
  })

  it('is what the page shows', () => {
    pageShows('several-outputs.md', untimed(output))
    plotIsCurrent('several-outputs.svg')
  })
})

describe('transfer learning', () => {
  const output = run('transfer-learning', ['transfer-learning.svg'])
  const [, byEpoch = '', byCount = '', changes = ''] = /^(.*?)\n\n(.*?)\n\n(.*?)\n\n/s.exec(output) ?? []
  /** Of a way: how many numbers learn at first; mean accuracy after 1, 5, 10 and 20 epochs; the lowest and highest at the end. */
  const of = (name: string) => {
    const [learns, , , , end = Number.NaN, lowest = Number.NaN, highest = Number.NaN] = figures(byEpoch, name)
    return { learns, end, lowest, highest }
  }
  const numbersOf = (...widths: number[]) =>
    widths.slice(1).reduce((sum, width, i) => sum + ((widths[i] ?? 0) + 1) * width, 0)

  it('a frozen layer has no gradient, and keeps its bits in all three runs', () => {
    expect(of('from scratch').learns).toBe(numbersOf(784, 128, 64, 5))
    expect(of('all learn at once').learns).toBe(numbersOf(784, 128, 64, 5))
    expect(of('frozen').learns).toBe(numbersOf(128, 64, 5))
    expect(of('frozen, cut late').learns).toBe(numbersOf(64, 5))
    for (const name of ['frozen', 'frozen, cut late']) expect(figures(changes, name)).toEqual([0, 0, 0])
    for (const name of ['frozen, fine-tuned', 'all learn at once']) {
      // Pixels that are black in every picture, a third of them, leave their weights alone.
      for (const changed of figures(changes, name)) expect(changed).toBeGreaterThan((784 * 128) / 2)
    }
  })

  it('what was learnt on other digits helps, once it may change', () => {
    expect(of('all learn at once').end).toBeGreaterThan(of('from scratch').end)
    expect(of('frozen, fine-tuned').end).toBeGreaterThan(of('from scratch').end)
    expect(of('frozen, fine-tuned').lowest).toBeGreaterThan(of('frozen').highest)
  })

  it('early layers are general, late ones belong to their task', () => {
    expect(of('frozen').lowest).toBeGreaterThan(of('frozen, cut late').highest + 0.05)
  })

  it.each(['from scratch', 'all learn at once', 'frozen', 'frozen, fine-tuned'])(
    '%s: more pictures are better',
    (name) => {
      const accuracies = figures(byCount, name)
      expect(accuracies).toHaveLength(4)
      expect(accuracies).toEqual([...accuracies].sort((a, b) => a - b))
    },
  )

  it('is what the page shows', () => {
    pageShows('transfer-learning.md', untimed(output))
    plotIsCurrent('transfer-learning.svg')
  })
})

describe('pre-training', () => {
  const output = run('pretraining', ['pretraining.svg'])
  /** Of a start: the accuracy with 100, 500 and 5,000 labels, and the loss. */
  const of = (name: string) => {
    const [few = Number.NaN, some = Number.NaN, many = Number.NaN, loss = Number.NaN] = figures(output, name)
    return { few, some, many, loss }
  }
  const [pretrained, xavier, small, he] = [
    'sigmoid, pre-trained',
    'sigmoid, Xavier',
    'sigmoid, small normal',
    'relu, He',
  ].map(of)
  if (!pretrained || !xavier || !small || !he) throw new Error('four starts are compared')

  it('each machine learns to reconstruct what it sees', () => {
    for (const machine of output.split('\n').filter((line) => line.startsWith('machine'))) {
      const [first = 0, last = 1] = numbersIn(machine).slice(-2)
      expect(last).toBeLessThan(first / 2)
    }
  })

  it('small weights leave sigmoids where they are', () => {
    expect(small.loss).toBeGreaterThan(1)
    expect(small.many).toBeLessThan(0.5)
  })

  it("what was learnt without labels beats Xavier's weights", () => {
    expect(pretrained.few).toBeGreaterThan(xavier.few + 0.05)
    expect(pretrained.some).toBeGreaterThan(xavier.some + 0.05)
    expect(pretrained.many).toBeGreaterThan(xavier.many + 0.05)
  })

  it("relu with He's weights is as good with few labels, and better with many", () => {
    expect(Math.abs(he.some - pretrained.some)).toBeLessThan(0.05)
    expect(he.many).toBeGreaterThan(pretrained.many)
  })

  it('is what the page shows', () => {
    pageShows('pretraining.md', output)
    plotIsCurrent('pretraining.svg')
  })
})
