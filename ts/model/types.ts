/** What models take and give. */

import type { RowWeights } from '../data/row-weights.ts'
import type { Features, Labels } from '../data/source.ts'
import type { SymbolicTensor } from '../layers/layer.ts'
import type { Matrix } from '../matrix.ts'

/** Features of one input, or of several by name. */
export type AnyFeatures = Features | Readonly<Record<string, Features>>

/** Predictions of one output, or of several by name. */
export type AnyPredictions = Matrix | Record<string, Matrix>

/** Labels for predictions P: for one output, or by name. */
export type LabelsOf<P extends AnyPredictions> = P extends Matrix ? Labels : Readonly<Record<keyof P & string, Labels>>

/** Weights of rows for predictions P: one a row, for all outputs or by name. */
export type SampleWeightOf<P extends AnyPredictions> = P extends Matrix
  ? RowWeights
  : RowWeights | Readonly<Partial<Record<keyof P & string, RowWeights>>>

/** The symbolic values that features X enter by: one, or by name. */
export type InputsOf<X extends AnyFeatures> = X extends Features
  ? SymbolicTensor
  : { readonly [K in keyof X]: SymbolicTensor }

/** The symbolic values that predictions P come from: one, or by name. */
export type OutputsOf<P extends AnyPredictions> = P extends Matrix
  ? SymbolicTensor
  : { readonly [K in keyof P]: SymbolicTensor }
