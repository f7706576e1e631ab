/** Random values for tests, the same in every run: sensible ones, ones at the edges, and nonsense. */

import { randomNumbers } from '../model/support.ts'

/** How many times as long as usual to search: `RAVINE_FUZZ_EFFORT=20 npx vitest run test/property`. */
export const EFFORT = Math.max(1, Number(process.env.RAVINE_FUZZ_EFFORT ?? 1))

/** Draws from a seeded stream. */
export class Chance {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = randomNumbers(seed)
  }

  /** From 0 to below 1. */
  unit(): number {
    return this.#next()
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1))
  }

  /** True once in `n` draws. */
  once(n: number): boolean {
    return this.#next() * n < 1
  }

  /** One of these. */
  pick<T>(values: readonly T[]): T {
    return values[this.whole(0, values.length - 1)] as T
  }

  /** So many of what `make` makes. */
  list<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, i) => make(i))
  }

  /** A number: everyday, at an edge, or none. */
  number(): number {
    return this.once(3) ? this.pick(EDGES) : this.once(2) ? this.whole(-3, 12) : 4 * this.unit() - 2
  }

  /** Anything at all. */
  anything(depth = 2): unknown {
    if (this.once(3)) return this.number()
    if (depth > 0 && this.once(3)) {
      const count = this.whole(0, 4)
      if (this.once(2)) return this.list(count, () => this.anything(depth - 1))
      const keys = this.list(count, () => this.pick(KEYS))
      return Object.fromEntries(keys.map((key) => [key, this.anything(depth - 1)]))
    }
    return this.pick(NONSENSE)()
  }

  /** A record whose values are those of `good`, some of them left out, exchanged for nonsense or joined by more. */
  spoil(good: Record<string, unknown>, howOften = 3): Record<string, unknown> {
    const entries = Object.entries(good).flatMap(([key, value]) => {
      if (!this.once(howOften * 3)) return [[key, value]]
      return this.once(3) ? [] : [[this.once(5) ? this.pick(KEYS) : key, this.anything()]]
    })
    if (this.once(howOften * 6)) entries.push([this.pick(KEYS), this.anything()])
    return Object.fromEntries(entries)
  }
}

/** Numbers at which something could break. */
const EDGES = [
  0,
  -0,
  1,
  -1,
  0.5,
  1 - 2 ** -53,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 16,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 53,
  -(2 ** 31),
  1e-45,
  1e-300,
  3.4e38,
  3.5e38,
  1e300,
]

const KEYS = [
  'kind',
  'units',
  'rate',
  'data',
  'shape',
  'name',
  'seed',
  'learningRate',
  'activation',
  'length',
  'constructor',
  'toString',
  '__proto__',
  'then',
  '0',
  '',
  'x',
  'optimizer',
  'loss',
]

/** Makers of values that no argument expects, or not here. */
const NONSENSE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  () => '',
  () => 'relu',
  () => 'adam',
  () => 'meanSquaredError',
  () => '__proto__',
  () => 'constructor',
  () => 'x'.repeat(5000),
  () => '\u0000\ud800',
  () => 10n,
  () => Symbol('s'),
  () => () => 1,
  () => class {},
  () => new Date(0),
  () => /x/,
  () => new Map([[1, 2]]),
  () => new Error('e'),
  () => Promise.resolve(1),
  () => Object.create(null),
  () => [],
  () => [[]],
  () => [[], [1]],
  () => new Array(3),
  () => [Symbol('s')],
  () => [[1, 2], [3]],
  () => [[1, Number.NaN]],
  () => ({}),
  () => ({ kind: 'relu' }),
  () => ({ kind: 'adam', learningRate: Number.NaN }),
  () => ({ kind: Symbol('s') }),
  () => ({ data: new Float32Array(4), shape: [2, 2] }),
  () => ({ data: new Float32Array(4), shape: [Symbol('s'), 2] }),
  () => ({ data: [1, 2], shape: [-1, -2] }),
  () => ({ data: 3, shape: 3 }),
  () => new Float32Array(6),
  () => new Float64Array([1, Number.POSITIVE_INFINITY]),
  () => new Int32Array([0, 1, 2, 0]),
  () => new Uint8Array(0),
  () => new BigInt64Array(2),
  () => new ArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Proxy([], {}),
  () => new Proxy({}, {}),
  () => globalThis,
  () => detached(new Float32Array(6)),
  () => detached(new Uint8Array(6)),
  () => detached(new Uint8Array(6)).buffer,
  () => ({ data: detached(new Float32Array(4)), shape: [2, 2] }),
  () => [detached(new Float32Array(2)), [1, 2]],
  () => [[1, 2], detached(new Float32Array(2))],
  () => outOfBounds(),
]

/** Its buffer has been handed over, as to a worker. */
function detached<A extends Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(array: A): A {
  structuredClone(array.buffer, { transfer: [array.buffer] })
  return array
}

/** Six numbers on a buffer that has room for two by now. */
function outOfBounds(): Float32Array {
  // ES2024, which the library of types here does not know.
  const options = { maxByteLength: 24 } as object
  const buffer = new (ArrayBuffer as new (bytes: number, options: object) => ArrayBuffer)(24, options)
  const array = new Float32Array(buffer, 0, 6)
  ;(buffer as ArrayBuffer & { resize(bytes: number): void }).resize(8)
  return array
}
