/** Models and what belongs to them. */

export type { FromBytesOptions } from './bytes/functions.ts'
export type { Callback, Logs, LossLogs, Training } from './callbacks/callback.ts'
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './callbacks/early-stopping.ts'
export { learningRateScheduler } from './callbacks/learning-rate-scheduler.ts'
export {
  type CheckpointInfo,
  type ModelCheckpoint,
  type ModelCheckpointOptions,
  modelCheckpoint,
} from './callbacks/model-checkpoint.ts'
export type { MonitorOptions } from './callbacks/monitor.ts'
export { type ProgressOptions, progress } from './callbacks/progress.ts'
export { type ReduceLearningRateOptions, reduceLearningRateOnPlateau } from './callbacks/reduce-learning-rate.ts'
export type { ByOutput, CompileOptions } from './compile.ts'
export type { EvaluateOptions } from './evaluate.ts'
export { type ModelOptions, model, type SequentialOptions, sequential } from './factories.ts'
export type { FitDatasetOptions } from './fit-dataset-options.ts'
export type { FitOptions } from './fit-options.ts'
export type { History } from './history.ts'
export { type AnyModel, Model } from './model.ts'
export type { PredictOptions } from './predict.ts'
export type { RunOptions } from './run-options.ts'
export type { SummaryOptions } from './summary.ts'
export type { BatchOptions, Gradients } from './train-on-batch.ts'
export type { AnyFeatures, AnyPredictions, LabelsOf, SampleWeightOf } from './types.ts'
export type { Weights, WeightsLike } from './weights.ts'
