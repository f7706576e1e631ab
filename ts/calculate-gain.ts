/** The gains of `torch.nn.init`. */

import { checkRange } from './checks.ts'
import { gain } from './runtime/kernels.ts'
import { entryOf, type Settings } from './vocabulary.ts'

/** The nonlinearities that have a gain. */
export type Nonlinearity = Settings<'initializer', 'kaimingNormal'>['nonlinearity']

/**
 * The factor by which an initializer keeps a signal's variance through a nonlinearity: linear and sigmoid 1, tanh 5/3,
 * relu √2, leakyRelu `√(2 / (1 + negativeSlope²))`, selu 3/4. PyTorch's `torch.nn.init.calculate_gain`.
 *
 * @param nonlinearity - The nonlinearity's name.
 * @param negativeSlope - The slope of leakyRelu below 0; others ignore it. Default 0.01, as in PyTorch.
 * @throws ConfigError when the nonlinearity has no gain here, or the slope is not finite.
 */
export function calculateGain(nonlinearity: Nonlinearity, negativeSlope: number = 0.01): number {
  const { params } = entryOf('initializer', 'kaimingNormal', 'calculateGain')
  const known = params.nonlinearity?.[0] as readonly Nonlinearity[]
  const name = checkRange('calculateGain', 'nonlinearity', nonlinearity, known)
  return gain(known.indexOf(name), checkRange('calculateGain', 'negativeSlope', negativeSlope, 'finite'))
}
