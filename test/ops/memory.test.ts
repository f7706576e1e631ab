/** Single operations and optimizers give back what they take, also when they fail. */

import { expect, it } from 'vitest'
import { createOptimizer } from '../../ts/create-optimizer.ts'
import { activate, activateGradient, initialize, lossGradient, lossValue, matmul } from '../../ts/ops.ts'
import { memoryBytes } from '../../ts/runtime/memory.ts'
import { race, rosenbrock } from '../../ts/surfaces.ts'

const size = 64

function round(seed: number): void {
  const a = initialize('heNormal', [size, size], seed)
  const b = matmul(a, a, { transposeB: true })
  lossGradient('meanSquaredError', a, activateGradient('gelu', b, activate('softmax', b)))
  lossValue('huber', a, b)
  race({ surface: rosenbrock, optimizers: ['adam', 'rmsprop'], steps: 2 })
  expect(() => initialize('orthogonal', [2 ** 15, 2 ** 15 - 1], seed)).toThrow('do not fit in')
  expect(() => matmul(a, [[1]])).toThrow('must be equal')
  const optimizer = createOptimizer({ kind: 'adam', amsgrad: true } as never, a.data)
  expect(() => optimizer.step(new Float32Array(1))).toThrow('there are 4096 parameters')
  optimizer.dispose()
}

it('keeps memory flat', () => {
  for (let seed = 0; seed < 20; seed++) round(seed)
  const before = memoryBytes()
  for (let seed = 0; seed < 300; seed++) round(seed)
  expect(memoryBytes()).toBe(before)
})
