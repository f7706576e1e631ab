/**
 * Optimizers: how a gradient changes the parameters. Formulas and defaults are PyTorch 2's.
 *
 * `g` is the gradient, `p` the parameter, `η` the learning rate, `t` counts updates from 1; every operation is element
 * by element. `m` and `v` are running averages of `g` and `g²`, and `m̂ = m / (1 − β₁ᵗ)`, `v̂ = v / (1 − β₂ᵗ)` are free
 * of their start from 0. `weightDecay · p` is added to `g` first, except in `adamw` and `lion`. `ε` is
 * `epsilon`, outside the root; `ε_in` is `epsilonInsideSqrt`, inside it, for rules as TensorFlow or a paper writes
 * them. With both 0 a parameter whose gradient has always been 0 stays where it is.
 *
 * Which to take: {@link adam} (or {@link adamw} with decay) for a first result; {@link sgd} with Nesterov momentum and
 * a schedule where the last tenth of a percent counts.
 */

import { checkOptions, checkRange } from './checks.ts'
import { ConfigError } from './runtime/errors.ts'
import { encodeSchedule, resolveSchedule, type Schedule } from './schedules.ts'
import { type Data, encode, entryOf, type Name, type Options, settingNames, settings, split } from './vocabulary.ts'

/** The name of an optimizer. */
export type OptimizerName = Name<'optimizer'>

/** An optimizer with its settings: frozen plain data, made by a factory such as {@link adam}. */
export type Optimizer<N extends OptimizerName = OptimizerName> = N extends OptimizerName
  ? Omit<Data<'optimizer', N>, 'learningRate'> & { readonly learningRate: number | Schedule }
  : never

/** An optimizer, or its name for its defaults. */
export type OptimizerLike = Optimizer | OptimizerName

/** The options of an optimizer. */
export type OptimizerOptions<N extends OptimizerName> = Omit<Options<'optimizer', N>, 'learningRate'> & {
  readonly learningRate?: number | Schedule | undefined
  readonly epsilon?: number | undefined
  readonly epsilonInsideSqrt?: number | undefined
}

/**
 * Gradient descent: `p ← p − η g`; with momentum µ: `b ← µ b + (1 − dampening) g` (`b ← g` in the first update),
 * `p ← p − η b`; Nesterov's: `p ← p − η (g + µ b)`.
 *
 * Plain descent crawls along a valley that is steep across: the rate must suit the steepest direction. Momentum
 * (Polyak, 1964) cures that: steps that agree add up, up to `1/(1 − µ)` times as long, and those that alternate cancel.
 * Nesterov's form (1983) looks ahead and swings less. With a good schedule the final accuracy is often the best of all
 * rules; without one it needs more care than {@link adam}.
 *
 * Nesterov's method in the papers (Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and
 * momentum in deep learning", 2013) takes the gradient at the point looked ahead to: `v ← µ v − η g(p + µ v)`,
 * `p ← p + v`. Here, as in PyTorch and Keras, the point looked ahead to is itself the parameter, `q = p + µ v`, so that
 * the gradient is taken where the parameters are; with `v = −η b` that gives the formula above. The two run along the
 * same path as long as µ and η stay. When η changes, PyTorch's velocity b, which has no η in it, takes the new rate at
 * once; Keras's v keeps the old one inside.
 *
 * The epsilons that every optimizer takes change nothing: there is no quotient.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.01`.
 * @param options.momentum - µ, from 0 to 1; 0 is plain descent and needs no memory. Default `0`.
 * @param options.dampening - The part of a gradient that does not enter the velocity, from 0 to 1. Default `0`.
 * @param options.nesterov - Whether to look ahead. Default `false`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function sgd(options: OptimizerOptions<'sgd'> = {}): Optimizer<'sgd'> {
  return optimizer('sgd', options)
}

/**
 * `s ← s + g²`, `p ← p − η / (1 + (t − 1) learningRateDecay) · g / (√(s + ε_in) + ε)`.
 *
 * Each parameter has its own rate, the smaller the larger its gradients were: rare features learn as fast as frequent
 * ones. Choose it for sparse inputs. The sum only grows, so the rates die out in long runs, which {@link rmsprop}
 * cures. Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.
 * TensorFlow and Keras start the sum from 0.1.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.01`.
 * @param options.learningRateDecay - How fast η falls besides, at least 0. Default `0`.
 * @param options.initialAccumulatorValue - What the sum starts from, at least 0. Default `0`.
 * @param options.epsilon - ε, at least 0. Default `1e-10`.
 * @param options.epsilonInsideSqrt - ε_in, at least 0. Default `0`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function adagrad(options: OptimizerOptions<'adagrad'> = {}): Optimizer<'adagrad'> {
  return optimizer('adagrad', options)
}

/**
 * `v ← ρ v + (1 − ρ) g²`, `p ← p − η g / (√(v + ε_in) + ε)`; centered: `v − a²` in place of v, with
 * `a ← ρ a + (1 − ρ) g`; with momentum µ: `b ← µ b + g / (…)`, `p ← p − η b`.
 *
 * {@link adagrad} that forgets: rates adapt for ever, which suits objectives that change, such as recurrent nets and
 * reinforcement learning. Hinton, lecture 6e of "Neural networks for machine learning", 2012; centered: Graves,
 * "Generating sequences with recurrent neural networks", 2013. TensorFlow and Keras have the epsilon inside the root
 * (here `{ epsilon: 0, epsilonInsideSqrt: 1e-7 }`) and the rate inside the momentum.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.01`.
 * @param options.rho - ρ, PyTorch's `alpha`, from 0 to below 1. Default `0.99`.
 * @param options.momentum - µ, from 0 to 1. Default `0`.
 * @param options.centered - Whether to divide by the standard deviation of the gradient. Default `false`.
 * @param options.epsilon - ε, at least 0. Default `1e-8`.
 * @param options.epsilonInsideSqrt - ε_in, at least 0. Default `0`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function rmsprop(options: OptimizerOptions<'rmsprop'> = {}): Optimizer<'rmsprop'> {
  return optimizer('rmsprop', options)
}

/**
 * `v ← ρ v + (1 − ρ) g²`, `δ = g √(d + ε) / √(v + ε)`, `d ← ρ d + (1 − ρ) δ²`, `p ← p − η δ`.
 *
 * The step has the parameter's unit, so there is hardly a rate to tune; in return the first steps are tiny, for d
 * starts from 0 and grows from ε alone. Zeiler, "ADADELTA: an adaptive learning rate method", 2012. The root uses the
 * new average v, as in the paper. With ε and ε_in both 0 nothing moves.
 *
 * @param options.learningRate - η, at least 0, or a schedule (PyTorch 1, Keras 0.001). Default `1`.
 * @param options.rho - ρ, from 0 to below 1. Default `0.9`.
 * @param options.epsilon - ε, inside both roots, at least 0. Default `1e-6`.
 * @param options.epsilonInsideSqrt - Added to ε, for it is inside the roots already; at least 0. Default `0`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function adadelta(options: OptimizerOptions<'adadelta'> = {}): Optimizer<'adadelta'> {
  return optimizer('adadelta', options)
}

/**
 * `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, `p ← p − η m̂ / (√(v̂ + ε_in) + ε)`; amsgrad: the largest v so far
 * in place of v.
 *
 * Momentum and a rate for each parameter: indifferent to the scale of the gradient, little tuning, fast at the start.
 * The usual first choice. `amsgrad` (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018) cures cases
 * in which v forgets rare large gradients and the steps do not settle. Kingma and Ba, "Adam: a method for stochastic
 * optimization", 2015. Keras's epsilon is 1e-7 and stands before the bias correction.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.001`.
 * @param options.beta1 - β₁, from 0 to below 1. Default `0.9`.
 * @param options.beta2 - β₂, from 0 to below 1. Default `0.999`.
 * @param options.epsilon - ε, at least 0. Default `1e-8`.
 * @param options.epsilonInsideSqrt - ε_in, at least 0. Default `0`.
 * @param options.amsgrad - Whether v never falls. Default `false`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function adam(options: OptimizerOptions<'adam'> = {}): Optimizer<'adam'> {
  return optimizer('adam', options)
}

/**
 * {@link adam} whose weight decay stands beside the update: `p ← p − η weightDecay · p` first, then Adam's step from g
 * alone.
 *
 * In Adam, decay that is added to the gradient is divided by √v with it, so that weights with large gradients hardly
 * decay. Apart, every weight decays alike, and the best decay no longer depends on the rate so much. Choose it whenever
 * weights shall decay. Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.001`.
 * @param options.beta1 - β₁, from 0 to below 1. Default `0.9`.
 * @param options.beta2 - β₂, from 0 to below 1. Default `0.999`.
 * @param options.epsilon - ε, at least 0. Default `1e-8`.
 * @param options.epsilonInsideSqrt - ε_in, at least 0. Default `0`.
 * @param options.amsgrad - Whether v never falls. Default `false`.
 * @param options.weightDecay - Times η and p, subtracted from p; at least 0. Default `0.01`.
 */
export function adamw(options: OptimizerOptions<'adamw'> = {}): Optimizer<'adamw'> {
  return optimizer('adamw', options)
}

/**
 * `m` as {@link adam}, `u ← max(β₂ u, |g| + ε)`, `p ← p − η / (1 − β₁ᵗ) · m / u`, where `|g|` is `√(g² + ε_in)`.
 *
 * Adam with the largest recent gradient in place of the root mean square: a step is never longer than about η, which
 * holds embeddings and other sparse parameters steady. Kingma and Ba, 2015, section 7.1. Keras adds ε to u in the
 * denominator instead.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.002`.
 * @param options.beta1 - β₁, from 0 to below 1. Default `0.9`.
 * @param options.beta2 - β₂, from 0 to below 1. Default `0.999`.
 * @param options.epsilon - ε, inside the maximum, at least 0. Default `1e-8`.
 * @param options.epsilonInsideSqrt - ε_in, at least 0. Default `0`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function adamax(options: OptimizerOptions<'adamax'> = {}): Optimizer<'adamax'> {
  return optimizer('adamax', options)
}

/**
 * {@link adam} with Nesterov's look ahead: `µₜ = β₁ (1 − 0.96^(t · momentumDecay) / 2)`, `Mₜ = µ₁ ⋯ µₜ`,
 * `p ← p − η ((1 − µₜ) g / (1 − Mₜ) + µₜ₊₁ m / (1 − Mₜ₊₁)) / (√(v̂ + ε_in) + ε)`.
 *
 * Often a little faster than Adam where momentum overshoots. Dozat, "Incorporating Nesterov momentum into Adam", 2016.
 * The formula is PyTorch 2's; 1.10 to 1.13 had a mistake in it, and Keras fixes `momentumDecay` at 1.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.002`.
 * @param options.beta1 - β₁, from 0 to below 1. Default `0.9`.
 * @param options.beta2 - β₂, from 0 to below 1. Default `0.999`.
 * @param options.momentumDecay - How fast µ rises to β₁, at least 0. Default `0.004`.
 * @param options.epsilon - ε, at least 0. Default `1e-8`.
 * @param options.epsilonInsideSqrt - ε_in, at least 0. Default `0`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function nadam(options: OptimizerOptions<'nadam'> = {}): Optimizer<'nadam'> {
  return optimizer('nadam', options)
}

/**
 * {@link adam} that waits with v until it means something. `ρ∞ = 2 / (1 − β₂) − 1`, `ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)`.
 * While `ρₜ ≤ 5`: `p ← p − η m̂`. From then on `p ← p − η r m̂ √(1 − β₂ᵗ) / (√(v + ε_in) + ε)`, where
 * `r² = (ρₜ − 4) (ρₜ − 2) ρ∞ / ((ρ∞ − 4) (ρ∞ − 2) ρₜ)`.
 *
 * Adam's first rates rest on few gradients and may throw the weights far off; the usual cure is a warm-up of the rate,
 * which this makes needless. Liu et al., "On the variance of the adaptive learning rate and beyond", 2020. As in
 * PyTorch the epsilons meet v before its correction.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.001`.
 * @param options.beta1 - β₁, from 0 to below 1. Default `0.9`.
 * @param options.beta2 - β₂, from 0 to below 1. Default `0.999`.
 * @param options.epsilon - ε, at least 0. Default `1e-8`.
 * @param options.epsilonInsideSqrt - ε_in, at least 0. Default `0`.
 * @param options.weightDecay - Times p, added to the gradient; at least 0. Default `0`.
 */
export function radam(options: OptimizerOptions<'radam'> = {}): Optimizer<'radam'> {
  return optimizer('radam', options)
}

/**
 * `p ← p − η (sign(β₁ m + (1 − β₁) g) + weightDecay · p)`, then `m ← β₂ m + (1 − β₂) g`; sign(0) = 0.
 *
 * Every parameter moves by the same η: half of Adam's memory, and a regularizing effect of its own. Take a rate three
 * to ten times smaller than Adam's, a decay as many times larger, and large batches, for the sign of a noisy gradient
 * is noise. Chen et al., "Symbolic discovery of optimization algorithms", 2023. The epsilons that every optimizer takes
 * change nothing: there is no quotient.
 *
 * @param options.learningRate - η, at least 0, or a schedule. Default `0.0001`.
 * @param options.beta1 - β₁, what the direction keeps of m, from 0 to below 1. Default `0.9`.
 * @param options.beta2 - β₂, what m keeps of itself, from 0 to below 1. Default `0.99`.
 * @param options.weightDecay - Times η and p, subtracted from p; at least 0. Default `0`.
 */
export function lion(options: OptimizerOptions<'lion'> = {}): Optimizer<'lion'> {
  return optimizer('lion', options)
}

function optimizer<N extends OptimizerName>(kind: N, options: unknown, where: string = kind): Optimizer<N> {
  const entry = entryOf('optimizer', kind, where)
  // Every rule takes them, so that one set of options suits all; those that do not divide have no use for them.
  const epsilons = ['epsilon', 'epsilonInsideSqrt']
  const given = checkOptions(where, options, [...new Set([...settingNames(entry), ...epsilons])])
  for (const name of epsilons) checkRange(where, name, given[name] ?? 0, 'nonNegative')
  if (given.nesterov === true && (!given.momentum || given.dampening)) {
    throw new ConfigError(`${where}: nesterov needs a momentum above 0 and no dampening (PyTorch); set momentum: 0.9`)
  }
  const rate = given.learningRate
  if (typeof rate !== 'object' || rate === null) {
    return Object.freeze({ kind, ...settings(entry, given, where) }) as unknown as Optimizer<N>
  }
  const learningRate = resolveSchedule(rate, `${where}: learningRate`)
  const others = settings(entry, { ...given, learningRate: undefined }, where)
  return Object.freeze({ kind, ...others, learningRate }) as unknown as Optimizer<N>
}

/**
 * Checked data of an optimizer or its name.
 *
 * @internal
 */
export function resolveOptimizer(value: unknown, where: string): Optimizer {
  const { kind, options } = split(value)
  const { name } = entryOf('optimizer', kind, where)
  return optimizer(name as OptimizerName, options, `${where} ${name}`)
}

/**
 * `[code, settings …, hasSchedule, schedule's words …]`. Where there is a schedule the setting `learningRate` is 0 and
 * not used.
 *
 * @internal
 */
export function encodeOptimizer(data: Optimizer): number[] {
  const { learningRate } = data
  const scheduled = typeof learningRate !== 'number'
  const plain = { ...data, learningRate: scheduled ? 0 : learningRate } as Data<'optimizer'>
  const words = encode('optimizer', plain)
  return scheduled ? [...words, 1, ...encodeSchedule(learningRate)] : [...words, 0]
}
