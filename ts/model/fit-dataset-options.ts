/** What `fitDataset` was asked to do. */

import { checkOptions, checkRange, many, outOfRange } from '../checks.ts'
import type { Rows } from '../data/assemble.ts'
import { ChunkReader } from '../data/chunk-reader.ts'
import { type Chunk, type ChunkSource, isSource } from '../data/chunks.ts'
import type { RowWeights } from '../data/row-weights.ts'
import type { Features, Labels } from '../data/source.ts'
import { ConfigError } from '../runtime/errors.ts'
import type { Core } from './core.ts'
import { type FitOptions, readValidation } from './fit-options.ts'
import { readTraining, type TrainingPlan } from './run-options.ts'

/** The options of `model.fitDataset`: those of `fit` that suit data of which only a part is there at a time. */
export interface FitDatasetOptions<X = Features, Y = Labels, W = RowWeights>
  extends Omit<FitOptions<X, Y, W>, 'batchSize' | 'shuffle' | 'validationData' | 'validationSplit' | 'sampleWeight'> {
  /** Rows for each update, whatever chunks they come in. Default 32. */
  readonly batchSize?: number | undefined
  /**
   * How many batches an epoch has (tf.js; Keras's `steps_per_epoch`): each epoch goes on where the one before ended, and a source that can be gone over
   * again begins anew where it ends; one that cannot ends training. Default: an epoch is a pass over the source.
   */
  readonly batchesPerEpoch?: number | undefined
  /**
   * Rows of a buffer that mixes them: each row that comes takes the place of a random one, which is trained on (tf.data's `shuffle`). The order depends on
   * the model's seed and the epoch alone; with a buffer for all rows of an epoch it is that of `fit`. Default 0: as they come.
   */
  readonly shuffleRows?: number | undefined
  /** Data to evaluate after each epoch: `[x, y]` or `[x, y, sampleWeight]` in memory, or a source of chunks (no array), gone over after each epoch. */
  readonly validationData?:
    | readonly [x: X, y: Y]
    | readonly [x: X, y: Y, sampleWeight: W]
    | ChunkSource<Chunk<X, Y, W>>
    | undefined
}

const OPTIONS = [
  'epochs',
  'batchSize',
  'batchesPerEpoch',
  'shuffleRows',
  'validationData',
  'classWeight',
  'initialEpoch',
  'callbacks',
  'signal',
  'verbose',
  'yieldEvery',
  'checkData',
]

/** A checked plan for a training on data that comes in chunks. @internal */
export interface FitDatasetPlan extends TrainingPlan {
  readonly source: ChunkReader
  readonly batchSize: number
  readonly batchesPerEpoch: number | undefined
  readonly shuffleRows: number
  readonly classWeight: unknown
  readonly validation: ChunkReader | Rows | undefined
}

const CALL = 'fitDataset'

/** Checks everything that `fitDataset` was given; reads nothing of the source. @internal */
export function readFitDataset(core: Core, source: unknown, options: unknown): FitDatasetPlan {
  const given = checkOptions(CALL, options, OPTIONS)
  core.rules(CALL)
  core.refuseAllFrozen(CALL)
  const plan = readTraining(CALL, given)
  if (given.batchSize === 'full') {
    throw outOfRange(CALL, 'batchSize', "a whole number from 1 ('full' needs all rows in memory: use fit)", 'full')
  }
  const batchSize = checkRange(CALL, 'batchSize', given.batchSize ?? 32, 'count')
  const batchesPerEpoch =
    given.batchesPerEpoch === undefined
      ? undefined
      : checkRange(CALL, 'batchesPerEpoch', given.batchesPerEpoch, 'count')
  const shuffleRows = checkRange(CALL, 'shuffleRows', given.shuffleRows ?? 0, 'index')
  const passes = plan.epochs - plan.initialEpoch
  const reader = new ChunkReader(source, `${CALL}: source`)
  if (batchesPerEpoch === undefined) refuseOnce(reader, 'source', passes, ', or set batchesPerEpoch to divide it')
  return {
    ...plan,
    source: reader,
    batchSize,
    batchesPerEpoch,
    shuffleRows,
    classWeight: given.classWeight,
    validation: readHeldBack(core, given.validationData, passes),
  }
}

function readHeldBack(core: Core, given: unknown, passes: number): ChunkReader | Rows | undefined {
  if (given === undefined) return undefined
  if (!isSource(given)) return readValidation(core, CALL, given)
  const reader = new ChunkReader(given, `${CALL}: validationData`)
  refuseOnce(reader, 'validationData', passes, '')
  return reader
}

function refuseOnce({ once }: ChunkReader, name: string, passes: number, otherWay: string): void {
  if (!once || passes <= 1) return
  throw new ConfigError(
    `${CALL}: ${name} is an iterator, which can be gone over only once, but there are ${many(passes, 'epoch')}; ` +
      `pass a function that returns a new one for each${otherWay}`,
  )
}
