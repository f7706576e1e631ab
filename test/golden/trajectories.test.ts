/** Whole training runs against PyTorch: first gradients, the loss of every step, the weights at the end. */

import { describe, expect, it } from 'vitest'
import type { AnyModel } from '../../ts/model/index.ts'
import { names } from '../../ts/vocabulary.ts'
import { expectClose, golden, title } from './golden.ts'
import { buildNet, buildOptimizer, flat, type Net, type Numbers, type Run } from './network.ts'

const plain = golden<{ nets: Readonly<Record<string, Net>>; runs: readonly (Run & { readonly net: string })[] }>(
  'trajectories',
)
const special = golden<{ nets: Readonly<Record<string, Net & { readonly run: Run }>> }>('gradients')

const NETS = { ...plain.nets, ...special.nets }
const RUNS = [...plain.runs, ...Object.entries(special.nets).map(([net, { run }]) => ({ ...run, net }))]

/** Gradients of one batch in float32: sums of some ten terms, each within a few units of 2⁻²⁴. */
const GRADIENT = { relative: 2e-6, absolute: 1e-6 }

/**
 * Losses and weights: each step's rounding moves the next gradient a little. PyTorch's own float32 runs end within 1e-6
 * of float64 (of the larger of 1 and the number); the order of sums differs here, so a few times that is granted.
 */
const TRAJECTORY = { relative: 5e-6, absolute: 5e-6 }

function compiled(net: Net, run: Pick<Run, 'optimizer' | 'compile'>): AnyModel {
  const model = buildNet(net)
  model.compile({ optimizer: buildOptimizer(run.optimizer), loss: net.loss as 'hinge', ...run.compile })
  return model
}

function expectWeights(model: AnyModel, truth: Readonly<Record<string, Numbers>>): void {
  const weights = model.getWeights()
  expect(Object.keys(weights)).toEqual(Object.keys(truth))
  for (const [key, numbers] of Object.entries(truth)) {
    expectClose(weights[key]?.data ?? [], flat(numbers), TRAJECTORY, (i) => `${key}[${i}]`)
  }
}

/** Consecutive batches, the last one smaller. */
function batches(net: Net, { fit }: Run): { first: number; end: number }[] {
  const rows = net.x.length
  const size = fit.batchSize === 'full' ? rows : (fit.batchSize ?? net.batchSize)
  const starts = Array.from({ length: Math.ceil(rows / size) }, (_, i) => i * size)
  const epoch = starts.map((first) => ({ first, end: Math.min(first + size, rows) }))
  return Array.from({ length: fit.epochs ?? net.epochs }, () => epoch).flat()
}

describe.each(Object.entries(NETS))('%s', (_, net) => {
  it('has the loss and the gradients of the first batch', () => {
    const model = compiled(net, { optimizer: { name: 'sgd', options: {} }, compile: {} })
    const first = model.gradients(net.x.slice(0, net.batchSize), net.y.slice(0, net.batchSize) as number[])
    expectClose([first.loss], [net.first.loss], GRADIENT)
    expect(Object.keys(first.gradients)).toEqual(Object.keys(net.first.gradients))
    for (const [key, numbers] of Object.entries(net.first.gradients)) {
      expectClose(first.gradients[key]?.data ?? [], flat(numbers), GRADIENT, (i) => `${key}[${i}]`)
    }
    model.dispose()
  })
})

const runTitle = (run: Run & { readonly net: string }) =>
  `${run.net}, ${title(run.optimizer)} ${JSON.stringify({ ...run.compile, ...run.fit }).slice(0, 60)}`

describe.each(RUNS.map((run) => [runTitle(run), run] as const))('%s', (_, run) => {
  const net = NETS[run.net] as Net
  const { classWeight, sampleWeight } = run.fit

  it('follows the run step by step', () => {
    const model = compiled(net, run)
    const losses = batches(net, run).map(({ first, end }) => {
      const weights = sampleWeight?.slice(first, end)
      const options = { classWeight, sampleWeight: weights }
      return (
        model.trainOnBatch(net.x.slice(first, end), net.y.slice(first, end) as number[], options).loss ?? Number.NaN
      )
    })
    expectClose(losses, run.losses, TRAJECTORY, (i) => `step ${i}`)
    expectWeights(model, run.finalWeights)
    model.dispose()
  })

  it('follows it in fit', async () => {
    const model = compiled(net, run)
    const { batchSize = net.batchSize, epochs = net.epochs } = run.fit
    const options = { batchSize, epochs, classWeight, sampleWeight, shuffle: false, verbose: 0 as const }
    const history = await model.fit(net.x, net.y as number[], options)
    expectClose(history.logs.loss ?? [], run.epochLosses, TRAJECTORY, (i) => `epoch ${i}`)
    expectWeights(model, run.finalWeights)
    if (run.finalPredictions !== undefined) {
      const predictions = model.predict(net.x) as { data: Float32Array }
      expectClose(predictions.data, flat(run.finalPredictions), TRAJECTORY, (i) => `prediction ${i}`)
    }
    model.dispose()
  })
})

it('covers every layer', () => {
  // Random ones have no golden numbers, those of several inputs no place in a sequence, and a lambda no numbers of its own: graphs.test.ts,
  // test/layers and test/model have them.
  const others = ['dropout', 'gaussianNoise', 'concatenate', 'add', 'slice', 'tiedDense', 'lambda']
  const covered = new Set([...others, ...Object.values(NETS).flatMap((net) => net.layers.map((layer) => layer.type))])
  expect(names('layer').filter((name) => !covered.has(name))).toEqual([])
})
