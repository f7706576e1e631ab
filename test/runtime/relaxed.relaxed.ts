/** The relaxed build, started by the set-up file. */

import { describe, expect, it } from 'vitest'
import { init, RavineError, runtime, StateError } from '../../ts/index.ts'
import { matmul } from '../../ts/ops.ts'

describe('the relaxed build', () => {
  it('is in use, and says why', () => {
    expect(runtime()).toMatchObject({ variant: 'relaxed', threads: 1, deterministic: false, started: true })
    expect(runtime().reason).toMatch(/asked for 'relaxed'/)
  })

  it('may be asked for again, but not exchanged', async () => {
    expect(await init()).toEqual(runtime())
    expect(await init({ variant: 'relaxed' })).toEqual(runtime())
    for (const options of [{ variant: 'simd' }, { deterministic: true }] as const) {
      await expect(init(options)).rejects.toThrow(/'relaxed' build runs already/)
      await expect(init(options)).rejects.toBeInstanceOf(StateError)
    }
    await expect(init({ variant: 'relaxed', deterministic: true })).rejects.toBeInstanceOf(RavineError)
  })

  // (1 + 2⁻¹²)² = 1 + 2⁻¹¹ + 2⁻²⁴: rounded by itself the last term is lost, fused it survives the subtraction.
  it('rounds once where the processor fuses, and at most twice anywhere', () => {
    const x = 1 + 2 ** -12
    const a = { data: Float32Array.of(-1 - 2 ** -11, x), shape: [1, 2] } as const
    const b = { data: Float32Array.of(1, x), shape: [2, 1] } as const
    expect([0, 2 ** -24]).toContain(matmul(a, b).data[0])
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 71, 72, 73, 85])('multiplies %i rows right, all layouts', (m) => {
    const [n, k] = [m % 2 ? 9 : 70, m > 60 ? 260 : 13]
    // Whole numbers: every sum is exact, fused or not.
    const whole = (count: number, salt: number) => Float32Array.from({ length: count }, (_, i) => ((i * salt) % 17) - 8)
    const [a, b] = [whole(m * k, 7), whole(k * n, 5)]
    const flip = (x: Float32Array, rows: number, columns: number) =>
      Float32Array.from({ length: x.length }, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)] ?? 0)
    const expected = Float32Array.from({ length: m * n }, (_, at) => {
      let sum = 0
      for (let p = 0; p < k; p++) sum += (a[Math.floor(at / n) * k + p] ?? 0) * (b[p * n + (at % n)] ?? 0)
      return sum
    })
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const left = transposeA ? { data: flip(a, m, k), shape: [k, m] as const } : { data: a, shape: [m, k] as const }
        const right = transposeB ? { data: flip(b, k, n), shape: [n, k] as const } : { data: b, shape: [k, n] as const }
        expect(matmul(left, right, { transposeA, transposeB }).data).toEqual(expected)
      }
    }
  })
})
