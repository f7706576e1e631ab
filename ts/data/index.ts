/** What models take as data. */

export type { Chunk, ChunkSource, Chunks } from './chunks.ts'
export type { ClassWeight, RowWeights } from './row-weights.ts'
export type { Features, Labels, NumberArray } from './source.ts'
