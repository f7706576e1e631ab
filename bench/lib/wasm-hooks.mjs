// The benchmark hooks of the WebAssembly build, as kernels.mjs wants them. This file is the only one that knows their names.
//
// The glue at build/wasm/bench-<variant>/ravine.js (the crate with its feature `bench`) exports
//
//   benchBareLoop(iterations) → flops          multiply-adds on registers only, as many chains as it takes to fill the pipeline;
//                                              returns the floating-point operations done, two for a multiply-add
//   benchBareOperations(iterations) → count    the same never fused, in vector operations
//   benchBareAdditions, benchBareMultiplications, benchBareBitwise, benchBareDivisions, benchBareRoots (iterations) → count
//                                              vector operations of one kind alone
//   benchGemm(transA, transB, m, n, k, repeats) → checksum
//                                              C = op(A) · op(B), `repeats` times; A stored [m, k], or [k, m] when transA;
//                                              B stored [k, n], or [n, k] when transB; fills and checksum as in `gemmChecksum`
//   benchUpdate(rule, n, repeats) → number     one update pass over n parameters; rule: 'sgd', 'momentum', 'adam'
//   benchActivation(name, backward, n, repeats) → number
//                                              one pass of an activation, or of its gradient, over n values
//   benchCopy(n, repeats) → number             n float32 values copied from one array to another
//
// The numbers returned by the last three only keep the work from being optimized away. Arrays are made and filled once a call.
import { existsSync, readFileSync } from 'node:fs'

const names = [
  'benchBareLoop',
  'benchBareOperations',
  'benchBareAdditions',
  'benchBareMultiplications',
  'benchBareBitwise',
  'benchBareDivisions',
  'benchBareRoots',
  'benchGemm',
  'benchUpdate',
  'benchActivation',
  'benchCopy',
]

/** Loads the build of a variant. @returns the hooks: `bareLoop bare gemm update activation copy`; undefined where this engine lacks the instructions */
export async function loadHooks(variant = 'simd') {
  const folder = new URL(`../../build/wasm/bench-${variant}/`, import.meta.url)
  const glue = new URL('ravine.js', folder)
  if (!existsSync(glue))
    throw new Error(`build/wasm/bench-${variant}/ravine.js is not there: \`npm run bench -- kernels\` makes it`)
  const bytes = readFileSync(new URL('ravine_bg.wasm', folder))
  if (!WebAssembly.validate(bytes)) return undefined
  const module = await import(glue)
  const missing = names.filter((name) => typeof module[name] !== 'function')
  if (missing.length > 0) throw new Error(`the WebAssembly build has no benchmark hooks: ${missing.join(', ')}`)
  module.initSync({ module: bytes })
  return {
    bareLoop: module.benchBareLoop,
    bare: {
      mixed: module.benchBareOperations,
      additions: module.benchBareAdditions,
      multiplications: module.benchBareMultiplications,
      bitwise: module.benchBareBitwise,
      divisions: module.benchBareDivisions,
      roots: module.benchBareRoots,
    },
    gemm: module.benchGemm,
    update: module.benchUpdate,
    activation: module.benchActivation,
    copy: module.benchCopy,
  }
}

/**
 * What `benchGemm` must return: Σ C[i] · ((i mod 7) - 3) over C in row-major order, with
 * A[i] = ((7i mod 11) - 5) / 8 and B[i] = ((5i mod 13) - 6) / 8 in storage order. Every product and every sum is a
 * multiple of 1/64 small enough to be exact in float32 up to k = 8192, so the checksum is exact too.
 */
export function gemmChecksum(transA, transB, m, n, k) {
  const a = (i) => (((7 * i) % 11) - 5) / 8
  const b = (i) => (((5 * i) % 13) - 6) / 8
  let checksum = 0
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0
      for (let p = 0; p < k; p++)
        sum += a(transA ? p * m + row : row * k + p) * b(transB ? column * k + p : p * n + column)
      checksum += sum * (((row * n + column) % 7) - 3)
    }
  }
  return checksum
}

/** The names of a family in the vocabulary that the crate generates, save those left out. */
export function members(family, without = []) {
  const text = readFileSync(new URL('../../ts/generated/vocabulary.ts', import.meta.url), 'utf8')
  const table = text.match(new RegExp(`^\\t${family}: \\{\\n([\\s\\S]*?)^\\t\\}`, 'm'))?.[1] ?? ''
  const names = [...table.matchAll(/^\t\t(\w+): \{/gm)].map(([, name]) => name)
  if (names.length === 0) throw new Error(`ts/generated/vocabulary.ts has no ${family} in the form that is looked for`)
  return names.filter((name) => !without.includes(name))
}
