/** Matrices: what single operations and predictions take and give. */

/** Numbers in rows: `data[row * columns + column]`. */
export interface Matrix {
  /** The numbers, one row after the other. */
  readonly data: Float32Array
  /** `[rows, columns]`. */
  readonly shape: readonly [rows: number, columns: number]
}

/** The matrix of these numbers. */
export function matrix(data: Float32Array, rows: number, columns: number): Matrix {
  return { data, shape: [rows, columns] }
}
