/** A dense network in plain JavaScript and double precision, written from the formulas: what training is compared with. */

import type { Matrix } from '../../ts/index.ts'

/** A layer's kernel `[in][out]` and bias. */
export interface ReferenceLayer {
  kernel: number[][]
  bias: number[]
}

/** A network: tanh in all layers but the last, which is linear. */
export class ReferenceNetwork {
  readonly layers: ReferenceLayer[]

  /** Starts from a model's weights. */
  constructor(weights: Record<string, Matrix>) {
    this.layers = Object.keys(weights)
      .filter((key) => key.endsWith('/kernel'))
      .map((key) => ({ kernel: rows(weights[key]), bias: rows(weights[key.replace(/kernel$/, 'bias')])[0] ?? [] }))
  }

  /** Activities of each layer for one row. */
  forward(row: readonly number[]): number[][] {
    const values = [[...row]]
    this.layers.forEach(({ kernel, bias }, depth) => {
      const x = values.at(-1) ?? []
      const sums = bias.map((b, j) => x.reduce((sum, xi, i) => sum + xi * (kernel[i]?.[j] ?? 0), b))
      values.push(depth === this.layers.length - 1 ? sums : sums.map(Math.tanh))
    })
    return values
  }

  /**
   * One step of gradient descent on the mean over rows of weight · mean squared error, plus `l2` times all squared kernel weights.
   *
   * @returns The loss before the step.
   */
  step(x: number[][], y: number[][], rate: number, weights: number[] = x.map(() => 1), l2 = 0): number {
    const gradients = this.layers.map(({ kernel, bias }) => ({
      kernel: kernel.map((row) => row.map((w) => 2 * l2 * w)),
      bias: bias.map(() => 0),
    }))
    let loss = 0
    for (const { kernel } of this.layers) loss += l2 * kernel.flat().reduce((sum, w) => sum + w * w, 0)
    x.forEach((row, r) => {
      const values = this.forward(row)
      const output = values.at(-1) ?? []
      const share = (weights[r] ?? 1) / x.length / output.length
      let delta = output.map((p, j) => 2 * share * (p - (y[r]?.[j] ?? 0)))
      loss += share * output.reduce((sum, p, j) => sum + (p - (y[r]?.[j] ?? 0)) ** 2, 0)
      for (let depth = this.layers.length - 1; depth >= 0; depth--) {
        const input = values[depth] ?? []
        const { kernel } = this.layers[depth] as ReferenceLayer
        const gradient = gradients[depth] as ReferenceLayer
        delta.forEach((d, j) => {
          gradient.bias[j] = (gradient.bias[j] ?? 0) + d
          input.forEach((xi, i) => {
            const target = gradient.kernel[i] as number[]
            target[j] = (target[j] ?? 0) + xi * d
          })
        })
        const before = delta
        delta = input.map((h, i) => (1 - h * h) * before.reduce((sum, d, j) => sum + d * (kernel[i]?.[j] ?? 0), 0))
      }
    })
    this.layers.forEach((layer, depth) => {
      const gradient = gradients[depth] as ReferenceLayer
      layer.kernel = layer.kernel.map((row, i) => row.map((w, j) => w - rate * (gradient.kernel[i]?.[j] ?? 0)))
      layer.bias = layer.bias.map((b, j) => b - rate * (gradient.bias[j] ?? 0))
    })
    return loss
  }

  /** All weights, layer after layer, kernel before bias. */
  get flat(): number[] {
    return this.layers.flatMap(({ kernel, bias }) => [...kernel.flat(), ...bias])
  }
}

function rows(matrix: Matrix | undefined): number[][] {
  if (!matrix) return []
  const [count, columns] = matrix.shape
  return Array.from({ length: count }, (_, i) => [...matrix.data.subarray(i * columns, (i + 1) * columns)])
}
