// Kernel figures: products as a share of the bare multiply-add loop of the same binary, passes over memory as a share of a copy.
import { median } from './stats.mjs'
import { gemmChecksum, members } from './wasm-hooks.mjs'

/** Products to measure, m × k × n, and the share of each build's bare loop to reach. */
export const products = [
  { m: 512, k: 512, n: 512, wanted: { simd: 0.75, relaxed: 0.85 } },
  { m: 512, k: 512, n: 512, transB: true, wanted: { simd: 0.75, relaxed: 0.85 } },
  { m: 512, k: 512, n: 512, transA: true, wanted: { simd: 0.75, relaxed: 0.85 } },
  { m: 32, k: 64, n: 64, wanted: { simd: 0.55 } },
  { m: 32, k: 64, n: 64, transB: true },
  { m: 64, k: 32, n: 64, transA: true },
  { m: 128, k: 128, n: 10, wanted: { simd: 0.35 } },
  { m: 128, k: 10, n: 128, transB: true },
  { m: 128, k: 128, n: 10, transA: true },
  { m: 128, k: 784, n: 128 },
  { m: 784, k: 128, n: 128, transA: true },
  { m: 32, k: 784, n: 32 },
  { m: 16, k: 24, n: 16 },
  { m: 4, k: 2, n: 8 },
]

/** Float32 values that an update reads and writes for each parameter: gradient and parameter, and both ways each state array. */
const UPDATE_WORDS = { sgd: 3, momentum: 5, adagrad: 5, rmsprop: 5, lion: 5 }
const updateWords = (rule) => UPDATE_WORDS[rule] ?? 7

/**
 * Passes over memory: `words` is the float32 values read and written for each element. Every member of the crate's tables has its row.
 * A transcendental function is bound by its arithmetic, not by memory; the copy shows by how much.
 */
export const passes = [
  { name: 'copy', words: 2, run: (hooks, n, repeats) => hooks.copy(n, repeats) },
  ...['momentum', ...members('optimizer')].map((rule) => ({
    name: rule,
    words: updateWords(rule),
    run: (hooks, n, repeats) => hooks.update(rule, n, repeats),
  })),
  // Over a row of n columns softmax is not what networks use it for.
  ...members('activation', ['linear', 'softmax', 'logSoftmax']).flatMap((activation) => [
    { name: activation, words: 2, run: (hooks, n, repeats) => hooks.activation(activation, false, n, repeats) },
    {
      name: `${activation} gradient`,
      words: 3,
      run: (hooks, n, repeats) => hooks.activation(activation, true, n, repeats),
    },
  ]),
]

/** In the first-level cache, and beyond the second: elements per array. */
const LENGTHS = [2_000, 100_000]

const milliseconds = (work) => {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** The repeats that make `work(repeats)` last about `target` ms. */
function repeatsFor(work, target) {
  let repeats = 1
  for (;;) {
    const ms = milliseconds(() => work(repeats))
    if (ms > target / 4) return Math.max(1, Math.round((repeats * target) / ms))
    repeats *= 4
  }
}

/** Measures `work` and `base` in turn; both return a rate. @returns the median rate and the median share of the base's rate */
function compare(work, base, rounds) {
  const pairs = Array.from({ length: rounds }, () => ({ rate: work(), against: base() }))
  return {
    rate: median(pairs.map(({ rate }) => rate)),
    share: median(pairs.map(({ rate, against }) => rate / against)),
  }
}

/** 'NN', 'NT' or 'TN'. */
export const orientation = ({ transA = false, transB = false }) => (transA ? 'T' : 'N') + (transB ? 'T' : 'N')

/** The names of the products whose checksum is wrong. */
export function wrongProducts(hooks, rows = products) {
  return rows
    .filter(({ transA = false, transB = false, m, n, k }) => {
      return hooks.gemm(transA, transB, m, n, k, 1) !== gemmChecksum(transA, transB, m, n, k)
    })
    .map((row) => `${row.m}×${row.k}×${row.n} ${orientation(row)}`)
}

/** @returns `{ bare, rows: [{ name, gflops, share, wanted }] }`; GFLOP/s, two for each multiply-add */
export function measureProducts(hooks, variant, { rounds, target }) {
  const iterations = repeatsFor((n) => hooks.bareLoop(n * 1000), target) * 1000
  const bareRate = () => {
    let flops
    const ms = milliseconds(() => {
      flops = hooks.bareLoop(iterations)
    })
    return flops / ms / 1e6
  }
  const rows = products.map((row) => {
    const { transA = false, transB = false, m, n, k, wanted } = row
    const run = (repeats) => hooks.gemm(transA, transB, m, n, k, repeats)
    const repeats = repeatsFor(run, target)
    const rate = () => (2 * m * n * k * repeats) / milliseconds(() => run(repeats)) / 1e6
    const { rate: gflops, share } = compare(rate, bareRate, rounds)
    return { name: `${m}×${k}×${n} ${orientation(row)}`, gflops, share, wanted: wanted?.[variant] }
  })
  return { bare: median(Array.from({ length: rounds }, bareRate)), rows }
}

/**
 * Nanoseconds that a vector operation takes at least, by kind: `additions`, `multiplications`, `bitwise`, `divisions`, `roots`, and `mixed` of additions
 * and multiplications in turn, each measured in chains of its own kind that hide the latency.
 */
export function measureOperations(hooks, { rounds, target }) {
  return Object.fromEntries(
    Object.entries(hooks.bare).map(([kind, chains]) => {
      const repeats = repeatsFor((n) => chains(n * 1000), target) * 1000
      let count
      const times = Array.from({ length: rounds }, () => milliseconds(() => (count = chains(repeats))))
      return [kind, (Math.min(...times) / count) * 1e6]
    }),
  )
}

/**
 * Nanoseconds that a pass over `length` elements takes at least for its arithmetic: the most that any kind of unit has to do. Additions have units of their
 * own on some processors (two of four on Zen), multiplications others, and bitwise operations go to whichever is free. Divisions and roots share a unit that
 * works beside the others.
 */
export function arithmeticLimit(counts, nanoseconds, length) {
  const { additions, multiplications, bitwise, divisions, roots } = counts
  const floats = additions + multiplications
  const bounds = [
    additions * nanoseconds.additions,
    multiplications * nanoseconds.multiplications,
    floats * nanoseconds.mixed,
    (floats + bitwise) * Math.min(nanoseconds.mixed, nanoseconds.bitwise),
    divisions * nanoseconds.divisions + roots * nanoseconds.roots,
  ]
  return (length / 4) * Math.max(...bounds)
}

/** A pass may take three copies of the bytes it touches, or one and a half times its arithmetic limit where that is more. */
const ALLOWED = { copies: 3, limits: 1.5 }

/**
 * @param operations counts for each vector by name, from `crate/examples/operations.rs`
 * @returns `[{ name, length, gigabytes, share, limits, allowed }]`; gigabytes (10⁹ bytes) per second, read and written together;
 *   `share` of a copy's rate; its time in arithmetic limits; and its time as a share of what is allowed
 */
export function measurePasses(hooks, operations, { rounds, target }) {
  const nanoseconds = measureOperations(hooks, { rounds, target })
  return LENGTHS.flatMap((length) => {
    const rateOf = ({ words, run }) => {
      const repeats = repeatsFor((count) => run(hooks, length, count), target)
      return () => (4 * words * length * repeats) / milliseconds(() => run(hooks, length, repeats)) / 1e6
    }
    const copyRate = rateOf(passes[0])
    return passes.map((pass) => {
      const { rate, share } = compare(rateOf(pass), copyRate, rounds)
      const time = (4 * pass.words * length) / rate
      const limit = operations[pass.name] ? arithmeticLimit(operations[pass.name], nanoseconds, length) : 0
      const allowed = Math.max(ALLOWED.copies * time * share, ALLOWED.limits * limit)
      return { name: pass.name, length, gigabytes: rate, share, limits: limit && time / limit, allowed: time / allowed }
    })
  })
}
