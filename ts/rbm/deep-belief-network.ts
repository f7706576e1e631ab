/** Deep belief networks: Boltzmann machines one above the other. */

import { checkOptions, checkRange, checkSeed, outOfRange } from '../checks.ts'
import type { Features } from '../data/source.ts'
import { dense } from '../layers/dense.ts'
import type { Layer } from '../layers/layer.ts'
import { type Matrix, matrix } from '../matrix.ts'
import { randomSeed } from '../model/build.ts'
import type { History } from '../model/history.ts'
import { ConfigError } from '../runtime/errors.ts'
import { Releasable } from '../runtime/releasable.ts'
import { type RbmFitOptions, readPlan } from './fit.ts'
import type { VisibleUnits } from './machine.ts'
import { type Rbm, rbm } from './rbm.ts'

/** The options of {@link deepBeliefNetwork}. */
export interface DeepBeliefNetworkOptions {
  /** The numbers in a row of data, then the units of each layer above it. */
  readonly units: readonly number[]
  /** What the lowest units are; those above are always Bernoulli. Default `'bernoulli'`. */
  readonly visibleUnits?: VisibleUnits | undefined
  /** Governs the machines; the i-th has `seed + i` (`seed - i` from 2⁵² on). Default: random. */
  readonly seed?: number | undefined
}

/** How the machines learn: as `rbm.fit`, the same for all, or a list with the options of each from the lowest up. */
export type PretrainOptions = RbmFitOptions | readonly RbmFitOptions[]

/**
 * A stack of Boltzmann machines, each on the features of the one below; made by {@link deepBeliefNetwork}.
 *
 * It owns memory: call {@link dispose} when done with it. What {@link toLayers} gave stays usable.
 */
export class DeepBeliefNetwork extends Releasable {
  /** The machines from the lowest up. They may be trained, asked and given weights one by one. */
  readonly machines: readonly Rbm[]

  /** @internal */
  constructor(machines: readonly Rbm[]) {
    super()
    this.machines = machines
  }

  /** Whether {@link dispose} has been called. */
  get disposed(): boolean {
    return this.machines.every((machine) => machine.disposed)
  }

  /**
   * Greedy layer-wise training (Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006): the lowest machine learns the data; then its
   * weights are held fixed, and the next one learns its features (probabilities, not samples), and so on up.
   *
   * All options are checked before the first machine learns. What a callback refuses when training begins, it refuses when its machine's turn comes.
   *
   * @returns The history of each machine.
   * @throws As `rbm.fit`.
   */
  async pretrain(x: Features, options: PretrainOptions = {}): Promise<History[]> {
    const { machines } = this
    if (Array.isArray(options) && options.length !== machines.length) {
      throw new ConfigError(
        `pretrain: expected options for all machines, or a list of ${machines.length}, one for each; got ${options.length}`,
      )
    }
    const plans = machines.map((machine, i) => {
      machine.refuseWhileFitting('pretrain')
      const [own, where] = Array.isArray(options)
        ? [options[i], `pretrain: options[${i}]`]
        : [options as RbmFitOptions, 'pretrain']
      readPlan(own, 1, where).signal?.throwIfAborted()
      return { ...own }
    })
    const histories: History[] = []
    let features = x
    for (const [i, machine] of machines.entries()) {
      if (i > 0) features = (machines[i - 1] as Rbm).transform(features)
      histories.push(await machine.fit(features, plans[i]))
    }
    return histories
  }

  /** The features of the highest machine, `[rows, units]`. */
  transform(x: Features): Matrix {
    return this.machines.reduce((features: Features, machine) => machine.transform(features), x) as Matrix
  }

  /**
   * Dense sigmoid layers with copies of what the machines have learnt, for the lower part of a model to fine-tune: kernel and hidden bias of each machine.
   *
   * ```ts
   * const model = sequential({ inputShape: [784], layers: [...network.toLayers(), dense({ units: 10, activation: 'softmax' })] })
   * ```
   */
  toLayers(): Layer[] {
    return this.machines.map((machine) => {
      const { kernel, hiddenBias } = machine.getWeights()
      return withWeights(dense({ units: machine.hidden, activation: 'sigmoid' }), kernel, hiddenBias)
    })
  }

  /**
   * The network unrolled into an autoencoder (Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", 2006):
   * {@link toLayers}, then their mirror image with transposed kernels and visible biases, down to the data. The halves are independent once made.
   */
  toAutoencoder(): Layer[] {
    const decoder = this.machines.map((machine) => {
      const { kernel, visibleBias } = machine.getWeights()
      const activation = machine.visibleUnits === 'gaussian' ? 'linear' : 'sigmoid'
      return withWeights(dense({ units: machine.visible, activation }), transpose(kernel), visibleBias)
    })
    return [...this.toLayers(), ...decoder.reverse()]
  }

  /** Disposes of the machines. */
  override dispose(): void {
    for (const machine of this.machines) machine.dispose()
  }
}

/**
 * A deep belief network: `units: [784, 256, 64]` makes machines of 784 × 256 and 256 × 64 units.
 *
 * @throws ConfigError when an option is missing, unknown or out of its range, or the machines do not fit in memory.
 */
export function deepBeliefNetwork(options: DeepBeliefNetworkOptions): DeepBeliefNetwork {
  const where = 'deepBeliefNetwork'
  const { units, visibleUnits, seed } = checkOptions(where, options, ['units', 'visibleUnits', 'seed'])
  if (!Array.isArray(units) || units.length < 2) {
    throw outOfRange(where, 'units', 'a list of at least two sizes, for example [784, 256, 64]', units)
  }
  const sizes = Array.from(units as unknown[], (size, i) => checkRange(where, `units[${i}]`, size, 'count'))
  const lowest = checkRange(where, 'visibleUnits', visibleUnits ?? 'bernoulli', ['bernoulli', 'gaussian'] as const)
  const first = seed === undefined ? randomSeed() : checkSeed(where, seed)
  const machines: Rbm[] = []
  try {
    sizes.slice(1).forEach((hidden, i) => {
      const visible = sizes[i] as number
      // Seeds that differ give independent random numbers, however close they are.
      const own = first < 2 ** 52 ? first + i : first - i
      machines.push(rbm({ visible, hidden, visibleUnits: i === 0 ? lowest : 'bernoulli', seed: own }))
    })
  } catch (error) {
    for (const machine of machines) machine.dispose()
    throw error
  }
  return new DeepBeliefNetwork(machines)
}

/** A layer that models start with these weights. */
function withWeights(layer: Layer, kernel: Matrix, bias: Matrix): Layer {
  layer.home = { weightsOf: () => [kernel, bias] }
  return layer
}

function transpose({ data, shape: [rows, columns] }: Matrix): Matrix {
  return matrix(
    Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number),
    columns,
    rows,
  )
}
