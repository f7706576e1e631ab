/** What models take as data. */

export type { ClassWeight, RowWeights } from './row-weights.ts'
export type { Features, Labels, NumberArray } from './source.ts'
