/** Every kind of layer by name: what reading a saved model needs. */

import { ACTIVATION, PRELU } from './activation.ts'
import { DENSE } from './dense.ts'
import { LAMBDA } from './lambda.ts'
import type { LayerKind } from './layer.ts'
import { MAXOUT } from './maxout.ts'
import { ADD, CONCATENATE } from './merge.ts'
import { DROPOUT, GAUSSIAN_NOISE } from './noise.ts'
import { BATCH_NORMALIZATION, LAYER_NORMALIZATION } from './normalization.ts'
import { SLICE } from './slice.ts'
import { TIED_DENSE } from './tied-dense.ts'

/** The kinds of layers. */
export const LAYER_KINDS: readonly LayerKind[] = [
  DENSE,
  ACTIVATION,
  PRELU,
  MAXOUT,
  DROPOUT,
  GAUSSIAN_NOISE,
  BATCH_NORMALIZATION,
  LAYER_NORMALIZATION,
  CONCATENATE,
  ADD,
  SLICE,
  TIED_DENSE,
  LAMBDA,
]
