// Checks the built modules and the bundle: the right instructions inside, and no larger than promised.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { misfits } from './glue.mjs'
import { mustNode, read, root, StepError } from './lib/run.mjs'
import { variants } from './variants.mjs'

/**
 * Bytes after gzip, a little above what is so that growth is noticed. The aims are 60,000 and 90,000: docs/architecture.md says what
 * was tried.
 */
const budgets = {
  simd: 84_700,
  relaxed: 86_400,
  'simd-threads': 96_400,
  'relaxed-threads': 97_900,
  // Every tile and every element-wise loop in pairs.
  wide: 102_500,
  everything: 107_900,
  // The first program of the README: what bundlers leave out counts.
  program: 99_300,
}

/** A loop of at least so many fused multiply-adds and no other loop within: the micro-kernel's. */
const tile = (fused) =>
  new RegExp(`\\(loop (?:(?!\\(loop )[\\s\\S])*?(?:relaxed_madd(?:(?!\\(loop |br_if)[\\s\\S])*?){${fused}}`)

/** Multiply-adds of a step: 6 × 16 columns in the wide build, elsewhere at least 4 × 8. */
const tileOf = (variant) => tile(variant.name === 'wide' ? 24 : 8)

/** What V8 fuses in pairs: vectors at offsets from one address. */
const pairs = [/v128\.load align=\d/, ...[16, 32, 48].map((offset) => new RegExp(`v128\\.load offset=${offset}`))]

/** On full masks, the only ones there are, it selects as the plain instruction does. */
const harmless = new Set(['i32x4.relaxed_laneselect'])

export const wasmCheck = {
  name: 'wasm check',
  needs: ['bundle'],
  run() {
    const problems = []
    const expect = (condition, message) => void (condition || problems.push(message))
    const glue = read('build/wasm/glue/ravine.js')
    const notes = variants.map((variant) => {
      const wasm = join(root, 'build/wasm', variant.name, 'ravine_bg.wasm')
      const text = mustNode('binaryen/bin/wasm-dis', [wasm, '--all-features']).stdout
      const vectors = text.match(/\(f32x4\.\w+/g)?.length ?? 0
      const relaxed = (text.match(/\w+\.relaxed_\w+/g) ?? []).filter((name) => !harmless.has(name))
      const fused = relaxed.filter((name) => name === 'f32x4.relaxed_madd').length
      for (const misfit of misfits(variant, glue, text)) problems.push(`${variant.name} ${misfit}`)
      const shared = /\(memory [^)]* shared\)/.test(text) && /\(\w+\.atomic\./.test(text)
      expect(
        shared === Boolean(variant.threads),
        `${variant.name}: shared memory and atomics ${shared ? 'in' : 'not in'} it`,
      )
      expect(vectors > 0, `${variant.name}: no f32x4 instruction: was it built without SIMD?`)
      if (variant.relaxed) {
        const loop = tileOf(variant).exec(text)?.[0]
        expect(loop, `${variant.name}: no inner loop of fused multiply-adds`)
        if (variant.name === 'wide')
          expect(
            pairs.every((vector) => vector.test(loop)),
            `${variant.name}: the vectors of its inner loop are not at offsets from one address, so V8 does not fuse them`,
          )
        const others = [...new Set(relaxed)].filter((name) => name !== 'f32x4.relaxed_madd')
        expect(
          others.length === 0,
          `${variant.name}: ${others.join(', ')}: the result of a NaN would depend on the processor`,
        )
      } else {
        expect(relaxed.length === 0, `${variant.name}: relaxed instructions: ${[...new Set(relaxed)].join(', ')}`)
      }
      const size = gzipped(readFileSync(wasm))
      const budget = budgets[variant.name]
      expect(size <= budget, `${variant.name}: ${size} bytes gzipped, over the budget of ${budget}`)
      return `${variant.name} ${size} B gzipped, ${vectors} f32x4 instructions, ${fused} fused`
    })
    for (const [name, program] of Object.entries(programs)) {
      const size = download(program)
      expect(size <= budgets[name], `to load ${name}: ${size} bytes gzipped, over the budget of ${budgets[name]}`)
      notes.push(`to load ${name} ${size} B gzipped`)
    }
    if (problems.length > 0) throw new StepError(problems.join('\n'))
    return notes.join('; ')
  },
}

/** What pages import. */
const programs = {
  everything: "export * from './index.js'",
  program: "import { adam, dense, sequential } from './index.js'; globalThis.used = [adam, dense, sequential]",
}

/** The bytes that a page loads, as bundlers put them together: without what chooses a build, and all behind it, which `init` loads. */
function download(contents) {
  // Here, since set-up installs it.
  const { buildSync } = createRequire(import.meta.url)('esbuild')
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: join(root, 'dist') },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['node:*', './chunks/start.js'],
    write: false,
  })
  return gzipped(outputFiles[0].contents)
}

function gzipped(content) {
  return gzipSync(content, { level: 9 }).length
}
