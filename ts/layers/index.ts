/** The layers. */

export { type ActivationLayerOptions, activation, type PreluOptions, prelu } from './activation.ts'
export { type DenseOptions, dense } from './dense.ts'
export { type InputOptions, input } from './input.ts'
export {
  type LambdaBackward,
  type LambdaContext,
  type LambdaForward,
  type LambdaOptions,
  lambda,
} from './lambda.ts'
export { Layer, type LayerConfig, type LayerOptions, SymbolicTensor } from './layer.ts'
export { type MaxoutOptions, maxout } from './maxout.ts'
export { add, concatenate } from './merge.ts'
export { type DropoutOptions, dropout, type GaussianNoiseOptions, gaussianNoise } from './noise.ts'
export {
  type BatchNormalizationOptions,
  batchNormalization,
  type LayerNormalizationOptions,
  layerNormalization,
} from './normalization.ts'
export { type SliceOptions, slice } from './slice.ts'
export { type Split, type SplitOptions, split } from './split.ts'
export { type TiedDenseOptions, tiedDense } from './tied-dense.ts'
