/** Where models in workers come from. */

import { checkOptions, isRecord, outOfRange } from '../checks.ts'
import type { Features } from '../data/source.ts'
import type { SymbolicTensor } from '../layers/layer.ts'
import type { Matrix } from '../matrix.ts'
import type {
  As,
  FeaturesOf,
  ModelOptions,
  PredictionsOf,
  SequentialOptions,
  TensorRecord,
} from '../model/factories.ts'
import type { Model } from '../model/model.ts'
import type { AnyFeatures, AnyPredictions } from '../model/types.ts'
import { ConfigError } from '../runtime/errors.ts'
import { describe } from './describe.ts'
import { startModel, type WorkerModel, type WorkerModelOptions } from './worker-model.ts'

/**
 * A model in a worker of its own: it trains, evaluates and predicts there, and the page's thread stays free.
 *
 * The description is the one that `sequential` or `model` takes, and so are the numbers: the same seed, data and calls give the same bits as on the main thread.
 * A model that was made on the page, or the bytes of one, will do as well: the worker gets a copy, with the state of its optimizer. Functions cannot be
 * sent to a worker, so there is neither `customLoss` nor `lambda`. Layers bring their weights along, if another model has given them any, but those in the
 * worker are not theirs afterwards: see `getWeights`.
 *
 * @throws ConfigError as `sequential` and `model`; also when no worker can be started, and when there is a function in the model.
 * @throws FormatError when bytes are no model. @throws StateError when the worker dies while it starts.
 */
export function workerModel(
  description: SequentialOptions,
  options?: WorkerModelOptions,
): Promise<WorkerModel<Features, Matrix>>
export function workerModel<I extends SymbolicTensor | TensorRecord, O extends SymbolicTensor | TensorRecord>(
  description: ModelOptions<I, O>,
  options?: WorkerModelOptions,
): Promise<WorkerModel<As<FeaturesOf<I>, AnyFeatures>, As<PredictionsOf<O>, AnyPredictions>>>
export function workerModel<X extends AnyFeatures, P extends AnyPredictions>(
  model: Model<X, P>,
  options?: WorkerModelOptions,
): Promise<WorkerModel<X, P>>
export function workerModel<X extends AnyFeatures = Features, P extends AnyPredictions = Matrix>(
  bytes: Uint8Array,
  options?: WorkerModelOptions,
): Promise<WorkerModel<X, P>>
export async function workerModel(given: unknown, options?: WorkerModelOptions): Promise<unknown> {
  const checked = checkOptions('workerModel', options, ['init', 'worker']) as WorkerModelOptions
  if (checked.init !== undefined && !isRecord(checked.init))
    throw outOfRange(
      'workerModel',
      'init',
      "an object of options for init, for example { variant: 'auto' }",
      checked.init,
    )
  if (checked.init?.threadWorker !== undefined)
    throw new ConfigError(
      'workerModel: init.threadWorker is a function, which cannot be sent to a worker; leave it out, or use threads on the page itself',
    )
  return startModel(await describe(given), checked)
}
