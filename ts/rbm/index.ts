/** Boltzmann machines and what is built of them. */

export {
  type DeepBeliefNetwork,
  type DeepBeliefNetworkOptions,
  deepBeliefNetwork,
  type PretrainOptions,
} from './deep-belief-network.ts'
export type { RbmCallback, RbmFitOptions, RbmTraining } from './fit.ts'
export type { VisibleUnits } from './machine.ts'
export {
  type PseudoLogLikelihoodOptions,
  type Rbm,
  type RbmOptions,
  type RbmWeights,
  rbm,
  type SampleOptions,
} from './rbm.ts'
