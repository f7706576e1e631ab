/** Restricted Boltzmann machines as a user holds them. */

import { checkOptions, checkRange, checkSeed, outOfRange } from '../checks.ts'
import type { Features, MatrixLike } from '../data/source.ts'
import { type Matrix, matrix } from '../matrix.ts'
import { randomSeed } from '../model/build.ts'
import type { History } from '../model/history.ts'
import { readWeights } from '../model/weights.ts'
import { ConfigError } from '../runtime/errors.ts'
import { Releasable } from '../runtime/releasable.ts'
import { answer, sampleFresh } from './answer.ts'
import { fitMachine, type RbmFitOptions } from './fit.ts'
import { Machine, type VisibleUnits } from './machine.ts'

/** The options of {@link rbm}. */
export interface RbmOptions {
  /** How many visible units: the numbers in a row of data. */
  readonly visible: number
  /** How many hidden units: the features. */
  readonly hidden: number
  /**
   * `'bernoulli'` (default): on or off; data are probabilities, numbers from 0 to 1. `'gaussian'`: normal with variance 1; bring each column of
   * the data to mean 0 and variance 1 first.
   */
  readonly visibleUnits?: VisibleUnits | undefined
  /** Governs initial weights, the order of rows and all sampling; a whole number from 0. Default: random. */
  readonly seed?: number | undefined
}

/** The options of `rbm.sample`. */
export interface SampleOptions {
  /** How many rows to draw. Default 1; with `from` its number of rows. */
  readonly rows?: number | undefined
  /** Turns of Gibbs sampling: hidden units given the visible ones, then visible given hidden. Default 100. */
  readonly steps?: number | undefined
  /** The visible states to start from. Default: fair coins, or standard normal numbers. */
  readonly from?: Features | undefined
  /** Of the random numbers; the same seed gives the same samples. Default: the machine's. */
  readonly seed?: number | undefined
}

/** The options of `rbm.pseudoLogLikelihood`. */
export interface PseudoLogLikelihoodOptions {
  /**
   * How many visible units, drawn at random with replacement for each row, stand for all of them: 1 to `visible`. Default `'all'`: exact.
   * scikit-learn takes 1.
   */
  readonly units?: 'all' | number | undefined
  /** Of the draws. Default: the machine's. */
  readonly seed?: number | undefined
}

/** The weights of a machine. */
export interface RbmWeights {
  /** `[visible, hidden]`. */
  readonly kernel: Matrix
  /** `[1, visible]`. */
  readonly visibleBias: Matrix
  /** `[1, hidden]`. */
  readonly hiddenBias: Matrix
}

/**
 * A restricted Boltzmann machine; made by {@link rbm}.
 *
 * With kernel W, visible bias b and hidden bias c: `p(hⱼ = 1 | v) = σ(vW + c)ⱼ`, and `p(vᵢ = 1 | h) = σ(hWᵀ + b)ᵢ` for Bernoulli, `vᵢ | h ~
 * N((hWᵀ + b)ᵢ, 1)` for Gaussian units. The free energy is `F(v) = −bᵀv − Σⱼ softplus(vW + c)ⱼ`, or `½‖v − b‖² − Σⱼ …`; p(v) ∝ exp(−F(v)).
 * (Smolensky 1986; Hinton, "A practical guide to training restricted Boltzmann machines", 2010.)
 *
 * It owns memory that garbage collection does not see at once: call {@link dispose} when done with it (or write `using`). Every method throws a
 * `StateError` after that.
 */
export class Rbm extends Releasable {
  readonly #machine: Machine

  /** @internal */
  constructor(machine: Machine) {
    super()
    this.#machine = machine
  }

  /** How many visible units there are. */
  get visible(): number {
    return this.#machine.shape.visible
  }

  /** How many hidden units there are. */
  get hidden(): number {
    return this.#machine.shape.hidden
  }

  /** What the visible units are. */
  get visibleUnits(): VisibleUnits {
    return this.#machine.shape.visibleUnits
  }

  /** The seed. */
  get seed(): number {
    return this.#machine.seed
  }

  /** Whether {@link dispose} has been called. */
  get disposed(): boolean {
    return this.#machine.disposed
  }

  /** Bytes of WebAssembly memory that the machine takes. */
  get memoryBytes(): number {
    return this.#machine.use((raw) => raw.memory_bytes())
  }

  /**
   * Trains by contrastive divergence: `W += η (v₀ᵀ p(h|v₀) − vₖᵀ p(h|vₖ)) / rows`, where vₖ are samples after k turns of Gibbs sampling from the
   * data, or of chains that go on from batch to batch (`persistent`; Tieleman 2008). A further `fit` goes on where the last one stopped; only the
   * seed and the order of calls decide the result.
   *
   * @returns The figures of every epoch: `reconstructionError` is the mean squared difference between the data and its reconstruction,
   * before the update, of every eighth batch. It falls while a machine learns and says little about which of two is better: for that
   * there is {@link pseudoLogLikelihood}.
   * @throws ShapeError when rows are not of `visible` numbers, or there are none.
   * @throws ConfigError when an option is out of its range, or a number of the data lies outside 0 to 1 (Bernoulli units).
   * @throws NumericalError when the data holds NaN or infinity, or training diverged; the weights are then those before that epoch.
   * @throws StateError while another `fit` runs, and when the machine is disposed meanwhile.
   * @throws The signal's reason when `signal` aborts it.
   */
  fit(x: Features, options?: RbmFitOptions): Promise<History> {
    return fitMachine(this.#machine, this, x, options)
  }

  /**
   * The features: p(h = 1 | v) for each row.
   *
   * @returns `[rows, hidden]`; a copy.
   * @throws ShapeError, ConfigError or NumericalError when the data does not suit the machine, as {@link fit}.
   */
  transform(x: Features): Matrix {
    const { data, rows } = answer(this.#machine, x, { call: 'transform', width: this.hidden })
    return matrix(data, rows, this.hidden)
  }

  /**
   * Down again from the features: the mean of v given the probabilities of h, nothing drawn.
   *
   * @returns `[rows, visible]`; a copy.
   * @throws As {@link transform}.
   */
  reconstruct(x: Features): Matrix {
    const { data, rows } = answer(this.#machine, x, { call: 'reconstruct', width: this.visible })
    return matrix(data, rows, this.visible)
  }

  /**
   * Visible states drawn by Gibbs sampling. The same options and weights give the same samples: give another `seed` for others.
   *
   * @returns `[rows, visible]`; zeros and ones for Bernoulli units.
   * @throws ConfigError when an option is out of its range; as {@link transform} for `from`.
   */
  sample(options: SampleOptions = {}): Matrix {
    const machine = this.#machine
    machine.check()
    const { rows, steps, from, seed } = checkOptions('sample', options, ['rows', 'steps', 'from', 'seed'])
    const turns = checkRange('sample', 'steps', steps ?? 100, 'count')
    const source = seed === undefined ? this.seed : checkSeed('sample', seed)
    if (from === undefined) {
      const count = checkRange('sample', 'rows', rows ?? 1, 'count')
      return matrix(sampleFresh(machine, count, turns, source), count, this.visible)
    }
    if (rows !== undefined) throw new ConfigError('sample: give either rows or from, which has rows of its own')
    const question = { call: 'sample', width: this.visible, count: turns, seed: source } as const
    const drawn = answer(machine, from, question, 'sample: from')
    return matrix(drawn.data, drawn.rows, this.visible)
  }

  /**
   * `F(v) = −ln Σₕ exp(−E(v, h))` for each row: lower where the machine gives more probability.
   *
   * @returns One number a row.
   * @throws As {@link transform}.
   */
  freeEnergy(x: Features): Float32Array {
    return answer(this.#machine, x, { call: 'freeEnergy', width: 1 }).data
  }

  /**
   * `Σᵢ ln p(vᵢ | all other units)` for each row, which unlike the likelihood can be computed: `ln p(vᵢ | …) = ln σ(F(v with unit i turned over) −
   * F(v))`. Higher is better. Exact by default, at `visible` free energies a row; with `units: n` the mean over n units drawn at random (with replacement, so
   * that `units: visible` is an estimate still), times `visible`: an unbiased estimate, which with 1 is scikit-learn's `score_samples`. A number between 0 and 1 counts as a probability; its opposite is 1 − v.
   *
   * @returns One number a row.
   * @throws ConfigError for Gaussian units, which have no opposite; otherwise as {@link transform}.
   */
  pseudoLogLikelihood(x: Features, options: PseudoLogLikelihoodOptions = {}): Float32Array {
    const call = 'pseudoLogLikelihood'
    const machine = this.#machine
    machine.check()
    const { units = 'all', seed } = checkOptions(call, options, ['units', 'seed'])
    if (this.visibleUnits !== 'bernoulli') {
      throw new ConfigError(
        `${call}: it is defined for Bernoulli units alone; compare freeEnergy or reconstruct instead`,
      )
    }
    if (units !== 'all' && !(Number.isInteger(units) && Number(units) >= 1 && Number(units) <= this.visible)) {
      throw outOfRange(call, 'units', `a whole number from 1 to ${this.visible} (the visible units), or 'all'`, units)
    }
    const count = units === 'all' ? 0 : Number(units)
    const source = seed === undefined ? this.seed : checkSeed(call, seed)
    return answer(machine, x, { call, width: 1, count, seed: source }).data
  }

  /** Refuses a call that would disturb a `fit` under way. @internal */
  refuseWhileFitting(call: string): void {
    this.#machine.refuseWhileFitting(call)
  }

  /** Copies of the weights. */
  getWeights(): RbmWeights {
    const machine = this.#machine
    const [kernel, visibleBias, hiddenBias] = machine.parameters.map(({ rows, columns }, i) =>
      matrix(machine.view(i).slice(), rows, columns),
    ) as [Matrix, Matrix, Matrix]
    return { kernel, visibleBias, hiddenBias }
  }

  /**
   * Overwrites the weights that are named; the others stay. As a model's, it may be called while {@link fit} runs: training goes on from
   * the new weights at the next batch. When it diverges in that epoch, the weights are those from before the epoch: what was set since is lost.
   *
   * @throws ConfigError on an unknown name or a number that is not finite. @throws ShapeError when a shape differs. Nothing is changed then.
   */
  setWeights(weights: { readonly [K in keyof RbmWeights]?: MatrixLike | undefined }): void {
    const machine = this.#machine
    machine.check()
    for (const [index, values] of readWeights(machine.parameters, weights)) machine.view(index).set(values)
  }

  /** Frees the memory. Calling it again does nothing; any other method throws a `StateError` from now on. */
  override dispose(): void {
    this.#machine.dispose()
  }
}

/**
 * A restricted Boltzmann machine. Weights start normal with standard deviation 0.01, biases at 0 (Hinton's guide, scikit-learn).
 *
 * @throws ConfigError when an option is missing, unknown or out of its range, or the machine does not fit in memory.
 */
export function rbm(options: RbmOptions): Rbm {
  const where = 'rbm'
  const { visible, hidden, visibleUnits, seed } = checkOptions(where, options, [
    'visible',
    'hidden',
    'visibleUnits',
    'seed',
  ])
  const shape = {
    visible: checkRange(where, 'visible', visible, 'count'),
    hidden: checkRange(where, 'hidden', hidden, 'count'),
    visibleUnits: checkRange(where, 'visibleUnits', visibleUnits ?? 'bernoulli', ['bernoulli', 'gaussian'] as const),
  }
  // Weights, their velocities, a copy of both, and the transpose.
  const gibibytes = (20 * shape.visible * shape.hidden) / 2 ** 30
  if (gibibytes >= 4) {
    throw new ConfigError(
      `${where}: ${shape.visible} × ${shape.hidden} weights take ${gibibytes.toFixed(1)} GiB in training; WebAssembly can address 4 GiB. Use fewer units`,
    )
  }
  return new Rbm(new Machine(shape, seed === undefined ? randomSeed() : checkSeed(where, seed)))
}
