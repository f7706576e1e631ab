/** Training runs of graphs against PyTorch: several heads, shared, tied and frozen layers, a learning rate for each group. */

import { describe, expect, it } from 'vitest'
import { type AnyModel, input, type Layer, l2, type Matrix, Model, model, type SymbolicTensor } from '../../ts/index.ts'
import * as layers from '../../ts/layers/index.ts'
import { expectClose, factory, golden, type Member } from './golden.ts'
import { buildOptimizer, flat, type Numbers } from './network.ts'

interface Case {
  readonly name: string
  readonly inputs: Readonly<Record<string, number>>
  readonly nodes: readonly {
    readonly value: string
    readonly layer: string
    readonly type: string
    readonly options: Readonly<Record<string, unknown>>
    readonly on: readonly string[]
  }[]
  readonly outputs: Readonly<Record<string, string>>
  readonly loss: Readonly<Record<string, string>>
  readonly lossWeights: Readonly<Record<string, number>>
  readonly optimizer: Member
  readonly frozen: readonly string[]
  readonly scales: Readonly<Record<string, number>>
  readonly batchSize: number
  readonly epochs: number
  readonly x: Readonly<Record<string, readonly number[][]>>
  readonly y: Readonly<Record<string, Numbers>>
  readonly start: Readonly<Record<string, Numbers>>
  readonly losses: readonly number[]
  readonly headLosses: readonly (readonly number[])[]
  readonly finalWeights: Readonly<Record<string, Numbers>>
}

const CASES = golden<{ cases: readonly Case[] }>('graphs').cases

/** As in trajectories.test.ts: PyTorch's own float32 runs end within 1e-6 of float64; the order of sums differs here. */
const TRAJECTORY = { relative: 5e-6, absolute: 5e-6 }

function build(content: Case): AnyModel {
  const known = new Map<string, Layer>()
  const values: Record<string, SymbolicTensor> = {}
  for (const [name, width] of Object.entries(content.inputs)) values[name] = input({ shape: [width] })
  for (const { value, layer, type, options, on } of content.nodes) {
    if (!known.has(layer)) {
      const { tiedTo, kernelRegularizer, ...plain } = options
      const made = factory<Layer>(
        layers,
        type,
      )({
        ...plain,
        name: layer,
        ...(tiedTo !== undefined && { tiedTo: known.get(tiedTo as string) }),
        ...(kernelRegularizer !== undefined && { kernelRegularizer: l2(0.01) }),
        trainable: !content.frozen.includes(layer),
        learningRateScale: content.scales[layer] ?? 1,
      })
      known.set(layer, made)
    }
    const inputs = on.map((name) => values[name] as SymbolicTensor)
    values[value] = (known.get(layer) as Layer).apply(type === 'concatenate' ? inputs : (inputs[0] as SymbolicTensor))
  }
  const pick = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([key, name]) => [key, values[name] as SymbolicTensor]))
  const own = Object.fromEntries(Object.keys(content.inputs).map((name) => [name, name]))
  const net = model({ inputs: pick(own), outputs: pick(content.outputs), seed: 1 }) as unknown as AnyModel
  net.setWeights(Object.fromEntries(Object.entries(content.start).map(([key, value]) => [key, value as number[]])))
  net.compile({
    optimizer: buildOptimizer(content.optimizer),
    loss: content.loss as Record<string, 'huber'>,
    lossWeights: content.lossWeights,
  })
  return net
}

function expectFinal(net: AnyModel, { finalWeights, frozen, start }: Case): void {
  const weights = net.getWeights()
  expect(Object.keys(weights).sort()).toEqual(Object.keys(finalWeights).sort())
  for (const [key, numbers] of Object.entries(finalWeights)) {
    const { data } = weights[key] as Matrix
    expectClose(data, flat(numbers), TRAJECTORY, (i) => `${key}[${i}]`)
    // What does not learn keeps its bits; a running statistic is a part of that.
    if (frozen.includes(key.split('/')[0] ?? '')) expect([...data]).toEqual(flat(start[key] as Numbers))
  }
}

const rowsOf = (record: Readonly<Record<string, Numbers>>, first: number, end: number) =>
  Object.fromEntries(Object.entries(record).map(([key, rows]) => [key, rows.slice(first, end)])) as never

describe.each(CASES.map((content) => [content.name, content] as const))('%s', (_, content) => {
  it('follows the run step by step', () => {
    const net = build(content)
    const rows = Object.values(content.x)[0]?.length ?? 0
    const steps: number[] = []
    const heads: number[] = []
    for (let epoch = 0; epoch < content.epochs; epoch++) {
      for (let first = 0; first < rows; first += content.batchSize) {
        const end = Math.min(first + content.batchSize, rows)
        const logs = net.trainOnBatch(rowsOf(content.x, first, end), rowsOf(content.y, first, end))
        steps.push(logs.loss ?? Number.NaN)
        for (const name of Object.keys(content.outputs)) heads.push(logs[`${name}_loss`] ?? Number.NaN)
      }
    }
    expect(steps.length).toBeGreaterThanOrEqual(20)
    expectClose(steps, content.losses, TRAJECTORY, (i) => `step ${i}`)
    expectClose(heads, content.headLosses.flat(), TRAJECTORY, (i) => `loss of a head ${i}`)
    expectFinal(net, content)
    net.dispose()
  })

  it('follows it in fit, saved and read again half way', async () => {
    const net = build(content)
    const { x, y, batchSize, epochs } = content
    await net.fit(x as never, y as never, { batchSize, epochs: 2, shuffle: false, verbose: 0 })
    const copy = Model.fromBytes(net.toBytes()) as unknown as AnyModel
    net.dispose()
    await copy.fit(x as never, y as never, { batchSize, initialEpoch: 2, epochs, shuffle: false, verbose: 0 })
    expectFinal(copy, content)
    copy.dispose()
  })
})
