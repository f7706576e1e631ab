/** What `ravine/worker` exports: the whole list. */

export type { WorkerLike } from './runtime/spawn.ts'
export type { WorkerCallback, WorkerTraining } from './worker/callbacks.ts'
export { workerModel } from './worker/create.ts'
export { UploadedData } from './worker/pack.ts'
export {
  type TransferOption,
  type Uploadable,
  type WorkerFitDatasetOptions,
  type WorkerFitOptions,
  WorkerModel,
  type WorkerModelOptions,
} from './worker/worker-model.ts'
