/** What `ravine` exports: the whole list. */

export type { Activation, ActivationLike, ActivationName, ActivationOptions } from './activations.ts'
export {
  celu,
  elu,
  exponential,
  gelu,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  linear,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  tanh,
} from './activations.ts'
export { calculateGain, type Nonlinearity } from './calculate-gain.ts'
export type { Constraint, ConstraintLike, ConstraintName, ConstraintOptions } from './constraints.ts'
export { maxNorm, minMaxNorm, nonNegative, unitNorm } from './constraints.ts'
export { createOptimizer, type ParameterOptimizer } from './create-optimizer.ts'
export type {
  ClassWeight,
  Features,
  Labels,
  NumberArray,
  RowWeights,
} from './data/index.ts'
export type { Initializer, InitializerLike, InitializerName, InitializerOptions } from './initializers.ts'
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initializers.ts'
export type {
  ActivationLayerOptions,
  BatchNormalizationOptions,
  DenseOptions,
  DropoutOptions,
  GaussianNoiseOptions,
  InputOptions,
  LambdaBackward,
  LambdaContext,
  LambdaForward,
  LambdaOptions,
  Layer,
  LayerConfig,
  LayerNormalizationOptions,
  LayerOptions,
  MaxoutOptions,
  PreluOptions,
  SliceOptions,
  SymbolicTensor,
} from './layers/index.ts'
export {
  activation,
  add,
  batchNormalization,
  concatenate,
  dense,
  dropout,
  gaussianNoise,
  input,
  lambda,
  layerNormalization,
  maxout,
  prelu,
  slice,
} from './layers/index.ts'
export type {
  CustomLoss,
  CustomLossOptions,
  EvaluateLoss,
  Loss,
  LossContext,
  LossLike,
  LossName,
  LossOptions,
} from './losses.ts'
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  cosineSimilarity,
  customLoss,
  hinge,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  smoothL1,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from './losses.ts'
export type { Matrix, MatrixLike } from './matrix.ts'
export type { Metric, MetricLike, MetricName, MetricOptions } from './metrics.ts'
export {
  accuracy,
  auc,
  binaryAccuracy,
  categoricalAccuracy,
  f1,
  precision,
  r2,
  recall,
  rootMeanSquaredError,
  sparseCategoricalAccuracy,
  topKAccuracy,
} from './metrics.ts'
export type {
  AnyFeatures,
  AnyModel,
  AnyPredictions,
  BatchOptions,
  ByOutput,
  Callback,
  CheckpointInfo,
  CompileOptions,
  EarlyStopping,
  EarlyStoppingOptions,
  EvaluateOptions,
  FitOptions,
  FromBytesOptions,
  Gradients,
  History,
  LabelsOf,
  Logs,
  ModelCheckpoint,
  ModelCheckpointOptions,
  ModelOptions,
  MonitorOptions,
  PredictOptions,
  ProgressOptions,
  ReduceLearningRateOptions,
  RunOptions,
  SampleWeightOf,
  SequentialOptions,
  Training,
  Weights,
  WeightsLike,
} from './model/index.ts'
export {
  earlyStopping,
  learningRateScheduler,
  Model,
  model,
  modelCheckpoint,
  progress,
  reduceLearningRateOnPlateau,
  sequential,
} from './model/index.ts'
export type { Optimizer, OptimizerLike, OptimizerName, OptimizerOptions } from './optimizers.ts'
export { adadelta, adagrad, adam, adamax, adamw, lion, nadam, radam, rmsprop, sgd } from './optimizers.ts'
export type { Regularizer, RegularizerLike, RegularizerName } from './regularizers.ts'
export { l1, l1l2, l2 } from './regularizers.ts'
export {
  ConfigError,
  type ErrorCode,
  FormatError,
  NumericalError,
  type NumericalPlace,
  RavineError,
  ShapeError,
  StateError,
} from './runtime/errors.ts'
export { type InitOptions, init, type Runtime, runtime } from './runtime/init.ts'
export type { Variant } from './runtime/load.ts'
export type { Schedule, ScheduleLike, ScheduleName, ScheduleOptions } from './schedules.ts'
export {
  cosineDecay,
  cosineDecayRestarts,
  everyEpoch,
  exponentialDecay,
  inverseTimeDecay,
  linearWarmup,
  multiStepDecay,
  oneCycle,
  piecewiseConstant,
  polynomialDecay,
  stepDecay,
} from './schedules.ts'
