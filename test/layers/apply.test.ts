import { describe, expect, it } from 'vitest'
import {
  add,
  ConfigError,
  concatenate,
  dense,
  dropout,
  input,
  maxout,
  ShapeError,
  type SymbolicTensor,
  slice,
} from '../../ts/index.ts'

describe('input', () => {
  it('has the shape of a row', () => {
    const x = input({ shape: [5], name: 'pixels' })
    expect(x.width).toBe(5)
    expect(x.shape).toEqual([5])
  })

  it.each([
    [undefined, /shape must be an array \[features\]/],
    [5, /shape must be an array/],
    [[], /shape must be an array/],
    [[0], /shape\[0\] must be a whole number from 1/],
    [[2.5], /shape\[0\]/],
    [[28, 28], /rows are flat here, for example \[784\]/],
  ])('refuses the shape %j', (shape, message) => {
    expect(() => input({ shape: shape as number[] })).toThrow(ConfigError)
    expect(() => input({ shape: shape as number[] })).toThrow(message)
  })
})

describe('apply', () => {
  it('tells the width of the output', () => {
    const x = input({ shape: [5] })
    expect(dense({ units: 3 }).apply(x).width).toBe(3)
    expect(dropout({ rate: 0.5 }).apply(x).width).toBe(5)
    expect(maxout({ units: 4, pieces: 2 }).apply(x).width).toBe(4)
    expect(slice({ start: 2, width: 3 }).apply(x).width).toBe(3)
    expect(concatenate().apply([x, dense({ units: 3 }).apply(x)]).width).toBe(8)
    expect(add().apply([x, dense({ units: 5 }).apply(x)]).width).toBe(5)
  })

  it('refuses what is no symbolic value', () => {
    expect(() => dense({ units: 1 }).apply([[1, 2]] as unknown as SymbolicTensor)).toThrow(
      /dense: apply must be called with what input\(\)/,
    )
    expect(() => dense({ units: 1 }).apply(undefined as unknown as SymbolicTensor)).toThrow(ConfigError)
  })

  it('refuses inputs of the wrong number or width', () => {
    const x = input({ shape: [5] })
    expect(() => dense({ units: 1 }).apply([x, x])).toThrow(/takes one value, not 2; join them/)
    expect(() => concatenate().apply([])).toThrow(ShapeError)
    expect(() => add({ name: 'sum' }).apply([x, input({ shape: [4] })])).toThrow(
      /add 'sum' adds values of one width; value 0 has 5 features and value 1 has 4/,
    )
  })

  it('refuses columns that are not there', () => {
    const x = input({ shape: [5] })
    expect(() => slice({ start: 3, width: 3 }).apply(x)).toThrow(ShapeError)
    expect(() => slice({ start: 3, width: 3 }).apply(x)).toThrow(
      /slice takes columns 3 to 5 of a value that has 5; the last is 4/,
    )
  })

  it('refuses weights that no memory can hold, without taking any', () => {
    const x = input({ shape: [65536] })
    expect(() => dense({ units: 65536 }).apply(x)).toThrow(ConfigError)
    expect(() => dense({ units: 65536 }).apply(x)).toThrow(/65536 × 65536 weights take 16\.0 GiB/)
    expect(() => maxout({ units: 2147483647, pieces: 2147483647 }).apply(x)).toThrow(
      /GiB; WebAssembly can address 4 GiB/,
    )
  })
})
