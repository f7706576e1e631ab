/**
 * Initializers: how a kernel `[fanIn, fanOut]` starts.
 *
 * Those named after Glorot, He and LeCun are Keras's: the normal ones are truncated at two standard deviations and
 * widened by 1 / 0.8796, so that their standard deviation after the cut is the one that the formula says. Those named
 * Xavier and Kaiming are `torch.nn.init`'s: plain normal. Every one takes `seed`, a whole number from 0 to 2⁵³ − 1, for
 * a stream of its own; without it the model's seed and the place in the model decide.
 */

import { checkOptions, checkSeed, outOfRange, seedWords } from './checks.ts'
import { type Data, encode, entryOf, type Name, type Options, settingNames, settings, split } from './vocabulary.ts'

/** The name of an initializer. */
export type InitializerName = Name<'initializer'>

/** A stream of random numbers of an initializer's own. */
interface Seeded {
  /** A whole number from 0 to 2⁵³ − 1. */
  readonly seed?: number | undefined
}

/** An initializer with its settings: frozen plain data, made by a factory such as {@link heNormal}. */
export type Initializer<N extends InitializerName = InitializerName> = N extends InitializerName
  ? Data<'initializer', N> & Seeded
  : never

/** An initializer, or its name for its defaults. */
export type InitializerLike = Initializer | InitializerName

/** The options of an initializer. */
export type InitializerOptions<N extends InitializerName> = ([Exclude<keyof Data<'initializer', N>, 'kind'>] extends [
  never,
]
  ? unknown
  : Options<'initializer', N>) &
  Seeded

/** All 0. The default for a bias. */
export function zeros(options: InitializerOptions<'zeros'> = {}): Initializer<'zeros'> {
  return initializer('zeros', options)
}

/** All 1. The default for the scale of a normalization. */
export function ones(options: InitializerOptions<'ones'> = {}): Initializer<'ones'> {
  return initializer('ones', options)
}

/**
 * All the same.
 *
 * @param options.value - The value. Default `0`.
 */
export function constant(options: InitializerOptions<'constant'> = {}): Initializer<'constant'> {
  return initializer('constant', options)
}

/**
 * Normal numbers.
 *
 * @param options.mean - Their mean. Default `0`.
 * @param options.standardDeviation - Their standard deviation, at least 0. Default `0.05`.
 */
export function randomNormal(options: InitializerOptions<'randomNormal'> = {}): Initializer<'randomNormal'> {
  return initializer('randomNormal', options)
}

/**
 * Uniform numbers.
 *
 * @param options.minValue - The lower bound. Default `-0.05`.
 * @param options.maxValue - The upper bound, at least `minValue`. Default `0.05`.
 */
export function randomUniform(options: InitializerOptions<'randomUniform'> = {}): Initializer<'randomUniform'> {
  return initializer('randomUniform', options)
}

/**
 * Normal numbers, drawn again where they lie more than two standard deviations from the mean.
 *
 * @param options.mean - Their mean. Default `0`.
 * @param options.standardDeviation - The standard deviation before the cut, at least 0; after it, 0.8796 times as much.
 * Default `0.05`.
 */
export function truncatedNormal(options: InitializerOptions<'truncatedNormal'> = {}): Initializer<'truncatedNormal'> {
  return initializer('truncatedNormal', options)
}

/**
 * Truncated normal, variance `2 / (fanIn + fanOut)`: keeps signals and gradients at one scale through tanh and sigmoid
 * layers.
 *
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export function glorotNormal(options: InitializerOptions<'glorotNormal'> = {}): Initializer<'glorotNormal'> {
  return initializer('glorotNormal', options)
}

/** Uniform within `±√(6 / (fanIn + fanOut))`. The default for a kernel. Source as {@link glorotNormal}. */
export function glorotUniform(options: InitializerOptions<'glorotUniform'> = {}): Initializer<'glorotUniform'> {
  return initializer('glorotUniform', options)
}

/**
 * Truncated normal, variance `2 / fanIn`: keeps signals at one scale through relu layers.
 *
 * He, Zhang, Ren and Sun, "Delving deep into rectifiers: surpassing human-level performance on ImageNet
 * classification", 2015.
 */
export function heNormal(options: InitializerOptions<'heNormal'> = {}): Initializer<'heNormal'> {
  return initializer('heNormal', options)
}

/** Uniform within `±√(6 / fanIn)`. Source as {@link heNormal}. */
export function heUniform(options: InitializerOptions<'heUniform'> = {}): Initializer<'heUniform'> {
  return initializer('heUniform', options)
}

/**
 * Truncated normal, variance `1 / fanIn`; goes with `selu`. LeCun, Bottou, Orr and Müller, "Efficient backprop", 1998.
 */
export function lecunNormal(options: InitializerOptions<'lecunNormal'> = {}): Initializer<'lecunNormal'> {
  return initializer('lecunNormal', options)
}

/** Uniform within `±√(3 / fanIn)`. Source as {@link lecunNormal}. */
export function lecunUniform(options: InitializerOptions<'lecunUniform'> = {}): Initializer<'lecunUniform'> {
  return initializer('lecunUniform', options)
}

/**
 * Columns of norm `gain`, at right angles to each other; rows, where there are fewer of these.
 *
 * Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
 * 2014. For kernels, not biases.
 *
 * @param options.gain - The factor. Default `1`.
 */
export function orthogonal(options: InitializerOptions<'orthogonal'> = {}): Initializer<'orthogonal'> {
  return initializer('orthogonal', options)
}

/**
 * Variance `scale / fan`: what the Glorot, He and LeCun initializers are cases of.
 *
 * @param options.scale - The numerator, above 0. Default `1`.
 * @param options.mode - The fan: `'fanIn'`, `'fanOut'` or `'fanAverage'`. Default `'fanIn'`.
 * @param options.distribution - `'truncatedNormal'`, `'untruncatedNormal'` or `'uniform'`. Default `'truncatedNormal'`.
 */
export function varianceScaling(options: InitializerOptions<'varianceScaling'> = {}): Initializer<'varianceScaling'> {
  return initializer('varianceScaling', options)
}

/**
 * Normal, standard deviation `gain √(2 / (fanIn + fanOut))`. PyTorch's `xavier_normal_`.
 *
 * @param options.gain - The factor; `calculateGain` gives a nonlinearity's. Default `1`.
 */
export function xavierNormal(options: InitializerOptions<'xavierNormal'> = {}): Initializer<'xavierNormal'> {
  return initializer('xavierNormal', options)
}

/**
 * Uniform within `±gain √(6 / (fanIn + fanOut))`. PyTorch's `xavier_uniform_`.
 *
 * @param options.gain - The factor; `calculateGain` gives a nonlinearity's. Default `1`.
 */
export function xavierUniform(options: InitializerOptions<'xavierUniform'> = {}): Initializer<'xavierUniform'> {
  return initializer('xavierUniform', options)
}

/**
 * Normal, standard deviation `gain / √fan`. PyTorch's `kaiming_normal_`.
 *
 * @param options.mode - The fan: `'fanIn'` keeps the scale of signals, `'fanOut'` that of gradients. Default `'fanIn'`.
 * @param options.nonlinearity - What follows; its gain is `calculateGain`'s. Default `'leakyRelu'`.
 * @param options.negativeSlope - The slope of `leakyRelu` below 0; others ignore it. Default `0`.
 */
export function kaimingNormal(options: InitializerOptions<'kaimingNormal'> = {}): Initializer<'kaimingNormal'> {
  return initializer('kaimingNormal', options)
}

/**
 * Uniform within `±gain √(3 / fan)`. PyTorch's `kaiming_uniform_`.
 *
 * @param options.mode - The fan: `'fanIn'` keeps the scale of signals, `'fanOut'` that of gradients. Default `'fanIn'`.
 * @param options.nonlinearity - What follows; its gain is `calculateGain`'s. Default `'leakyRelu'`.
 * @param options.negativeSlope - The slope of `leakyRelu` below 0; others ignore it. Default `0`.
 */
export function kaimingUniform(options: InitializerOptions<'kaimingUniform'> = {}): Initializer<'kaimingUniform'> {
  return initializer('kaimingUniform', options)
}

function initializer<N extends InitializerName>(kind: N, options: unknown, where: string = kind): Initializer<N> {
  const entry = entryOf('initializer', kind, where)
  const { seed, ...given } = checkOptions(where, options, [...settingNames(entry), 'seed'])
  const data: Record<string, unknown> = { kind, ...settings(entry, given, where) }
  const { minValue = 0, maxValue = 0 } = data
  if (Number(minValue) > Number(maxValue))
    throw outOfRange(where, 'minValue', `at most maxValue, ${maxValue}`, minValue)
  if (seed !== undefined) data.seed = checkSeed(where, seed)
  return Object.freeze(data) as unknown as Initializer<N>
}

/**
 * Checked data of an initializer or its name.
 *
 * @internal
 */
export function resolveInitializer(value: unknown, where: string): Initializer {
  const { kind, options } = split(value)
  const { name } = entryOf('initializer', kind, where)
  return initializer(name as InitializerName, options, `${where} ${name}`)
}

/**
 * `[code, settings …, hasSeed, seed's low 32 bits, its high 32 bits]`.
 *
 * @internal
 */
export function encodeInitializer(data: Initializer): number[] {
  const { seed } = data
  const words = encode('initializer', data as Data<'initializer'>)
  return seed === undefined ? [...words, 0, 0, 0] : [...words, 1, ...seedWords(seed)]
}
