/**
 * Activations: what a layer does to each of its sums.
 *
 * Each works element by element, except `softmax` and `logSoftmax`, which work on a row. NaN goes through every one.
 * All were compared with PyTorch, derivatives at kinks included.
 */

import { ConfigError } from './runtime/errors.ts'
import { create, type Data, encode, type Name, type Options, resolve, split } from './vocabulary.ts'

/** The name of an activation. */
export type ActivationName = Name<'activation'>

/** An activation with its settings: frozen plain data, made by a factory such as {@link relu}. */
export type Activation<N extends ActivationName = ActivationName> = Data<'activation', N>

/** An activation, or its name for its defaults. */
export type ActivationLike = Activation | ActivationName

/** The options of an activation. */
export type ActivationOptions<N extends ActivationName> = Options<'activation', N>

/**
 * `f(x) = x`, derivative 1.
 *
 * @param options - There are none; an unknown one is a ConfigError, as in every factory.
 */
export function linear(options: ActivationOptions<'linear'> = {}): Activation<'linear'> {
  return create('activation', 'linear', options)
}

/**
 * The logistic function `f(x) = 1 / (1 + exp(−x))`, from 0 to 1; `f′ = f (1 − f)`, at most 1/4.
 *
 * Before `binaryCrossentropy` in an output layer the two are computed as one, on logits. In a stack of hidden layers
 * the gradient shrinks at least fourfold a layer: {@link relu} is the cure.
 */
export function sigmoid(options: ActivationOptions<'sigmoid'> = {}): Activation<'sigmoid'> {
  return create('activation', 'sigmoid', options)
}

/** The hyperbolic tangent, from −1 to 1; `f′ = 1 − f²`. */
export function tanh(options: ActivationOptions<'tanh'> = {}): Activation<'tanh'> {
  return create('activation', 'tanh', options)
}

/**
 * `f(x) = max(x, 0)`. The derivative at 0 is 0.
 *
 * Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010. Goes with
 * `heNormal` or `heUniform` kernels.
 */
export function relu(options: ActivationOptions<'relu'> = {}): Activation<'relu'> {
  return create('activation', 'relu', options)
}

/**
 * `f(x) = x` above 0, `negativeSlope · x` elsewhere: a unit that is negative for every row still learns. The derivative
 * at 0 is `negativeSlope`.
 *
 * Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013. The default slope is
 * PyTorch's; Keras has 0.3, TensorFlow 0.2, much teaching material 0.1. A slope that is learned: the layer `prelu`.
 *
 * @param options.negativeSlope - The slope below 0, any finite number. Default `0.01`.
 */
export function leakyRelu(options: ActivationOptions<'leakyRelu'> = {}): Activation<'leakyRelu'> {
  return create('activation', 'leakyRelu', options)
}

/**
 * `f(x) = x` above 0, `alpha (exp(x) − 1)` elsewhere, limit `−alpha`. The derivative at 0 is `alpha`.
 *
 * Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units (ELUs)",
 * 2016.
 *
 * @param options.alpha - Minus the limit at −∞. Default `1`.
 */
export function elu(options: ActivationOptions<'elu'> = {}): Activation<'elu'> {
  return create('activation', 'elu', options)
}

/**
 * `f(x) = λ x` above 0, `λ α (exp(x) − 1)` elsewhere, with λ = 1.0507… and α = 1.6732…: activities keep mean 0 and
 * variance 1 through layers with `lecunNormal` kernels. The derivative at 0 is `λ α`.
 *
 * Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.
 */
export function selu(options: ActivationOptions<'selu'> = {}): Activation<'selu'> {
  return create('activation', 'selu', options)
}

/**
 * `f(x) = x` above 0, `alpha (exp(x / alpha) − 1)` elsewhere, limit `−alpha`: {@link elu} with a derivative that is 1
 * on both sides of 0.
 *
 * Barron, "Continuously differentiable exponential linear units", 2017.
 *
 * @param options.alpha - Minus the limit at −∞, above 0. Default `1`.
 */
export function celu(options: ActivationOptions<'celu'> = {}): Activation<'celu'> {
  return create('activation', 'celu', options)
}

/**
 * `f(x) = x Φ(x)`, where Φ is the normal distribution's, `Φ(x) = (1 + erf(x / √2)) / 2`; limits 0 and ∞.
 *
 * Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016. `approximate: 'tanh'` is
 * `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, which differs by at most 5e-4 and is JAX's default.
 *
 * @param options.approximate - `'none'` for erf, `'tanh'` for the approximation. Default `'none'`.
 */
export function gelu(options: ActivationOptions<'gelu'> = {}): Activation<'gelu'> {
  return create('activation', 'gelu', options)
}

/**
 * `f(x) = x / (1 + exp(−x))`, also called swish; limits 0 and ∞.
 *
 * Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural network function approximation in reinforcement
 * learning", 2018.
 */
export function silu(options: ActivationOptions<'silu'> = {}): Activation<'silu'> {
  return create('activation', 'silu', options)
}

/**
 * `f(x) = x tanh(log(1 + exp(x)))`; limits 0 and ∞. Misra, "Mish: a self regularized non-monotonic activation
 * function", 2020.
 */
export function mish(options: ActivationOptions<'mish'> = {}): Activation<'mish'> {
  return create('activation', 'mish', options)
}

/**
 * `f(x) = log(1 + exp(x))`, a smooth {@link relu}; its derivative is the {@link sigmoid}. Exact also where PyTorch's
 * becomes linear, above 20.
 */
export function softplus(options: ActivationOptions<'softplus'> = {}): Activation<'softplus'> {
  return create('activation', 'softplus', options)
}

/** `f(x) = x / (1 + |x|)`, from −1 to 1; `f′ = 1 / (1 + |x|)²`. */
export function softsign(options: ActivationOptions<'softsign'> = {}): Activation<'softsign'> {
  return create('activation', 'softsign', options)
}

/**
 * `f(x) = x/6 + 1/2`, held between 0 and 1 (PyTorch and Keras 3; Keras 2 and ONNX have `x/5 + 1/2`). The derivative at
 * the kinks ±3 is 0.
 */
export function hardSigmoid(options: ActivationOptions<'hardSigmoid'> = {}): Activation<'hardSigmoid'> {
  return create('activation', 'hardSigmoid', options)
}

/**
 * `f(x) = x · hardSigmoid(x)`, also called hard swish: 0 below −3, x above 3. The derivative is 0 at −3 and 1 at 3.
 *
 * Howard et al., "Searching for MobileNetV3", 2019.
 */
export function hardSilu(options: ActivationOptions<'hardSilu'> = {}): Activation<'hardSilu'> {
  return create('activation', 'hardSilu', options)
}

/** `f(x) = x`, held between −1 and 1. The derivative at the kinks ±1 is 0. */
export function hardTanh(options: ActivationOptions<'hardTanh'> = {}): Activation<'hardTanh'> {
  return create('activation', 'hardTanh', options)
}

/** `f(x) = min(max(x, 0), 6)`. The derivative at the kinks 0 and 6 is 0. */
export function relu6(options: ActivationOptions<'relu6'> = {}): Activation<'relu6'> {
  return create('activation', 'relu6', options)
}

/** `f(x) = exp(x)`, its own derivative; infinite above 88.72, where float32 ends. */
export function exponential(options: ActivationOptions<'exponential'> = {}): Activation<'exponential'> {
  return create('activation', 'exponential', options)
}

/** `f(x) = log(sigmoid(x)) = −log(1 + exp(−x))`, without overflow or loss of digits on either side. */
export function logSigmoid(options: ActivationOptions<'logSigmoid'> = {}): Activation<'logSigmoid'> {
  return create('activation', 'logSigmoid', options)
}

/**
 * `f(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)` over a row: probabilities of exclusive classes. The row's maximum is subtracted first,
 * so nothing overflows.
 *
 * Before `categoricalCrossentropy` or `sparseCategoricalCrossentropy` in an output layer the two are computed as one,
 * on logits.
 */
export function softmax(options: ActivationOptions<'softmax'> = {}): Activation<'softmax'> {
  return create('activation', 'softmax', options)
}

/** The logarithm of {@link softmax}: `f(x)ᵢ = xᵢ − log Σⱼ exp(xⱼ)` over a row. */
export function logSoftmax(options: ActivationOptions<'logSoftmax'> = {}): Activation<'logSoftmax'> {
  return create('activation', 'logSoftmax', options)
}

/** What is called an activation elsewhere. */
const LAYERS = ['prelu', 'maxout']

/**
 * Checked data of an activation or its name.
 *
 * @internal
 */
export function resolveActivation(value: unknown, where: string): Activation {
  const { kind } = split(value)
  const layer = LAYERS.find((name) => typeof kind === 'string' && kind.toLowerCase() === name)
  if (layer !== undefined)
    throw new ConfigError(
      `${where}: '${layer}' is a layer, with weights of its own: put ${layer}() among the layers, behind this one`,
    )
  return resolve('activation', value, where)
}

/**
 * `[code, settings …]`.
 *
 * @internal
 */
export function encodeActivation(activation: Activation): number[] {
  return encode('activation', activation)
}
