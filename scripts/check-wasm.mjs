// Checks the built modules and the bundle: the right instructions inside, and no larger than promised.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { mustNode, root, StepError } from './lib/run.mjs'
import { variants } from './variants.mjs'

/**
 * Bytes after gzip, a little above what is so that growth is noticed. The aims are 60,000 and 90,000: docs/architecture.md says what
 * was tried.
 */
const budgets = { wasm: 88_000, download: 124_000 }

export const wasmCheck = {
  name: 'wasm check',
  needs: ['bundle'],
  run() {
    const problems = []
    const expect = (condition, message) => void (condition || problems.push(message))
    const notes = variants.map((variant) => {
      const wasm = join(root, 'build/wasm', variant.name, 'ravine_bg.wasm')
      const text = mustNode('binaryen/bin/wasm-dis', [wasm, '--all-features']).stdout
      const vectors = text.match(/\(f32x4\.\w+/g)?.length ?? 0
      const relaxed = text.match(/\(\w+\.relaxed_\w+/g)?.length ?? 0
      expect(vectors > 0, `${variant.name}: no f32x4 instruction: was it built without SIMD?`)
      expect(variant.relaxed ? relaxed > 0 : relaxed === 0, `${variant.name}: ${relaxed} relaxed instructions`)
      const size = gzipped(readFileSync(wasm))
      expect(size <= budgets.wasm, `${variant.name}: ${size} bytes gzipped, over the budget of ${budgets.wasm}`)
      return `${variant.name} ${size} B gzipped, ${vectors} f32x4 instructions`
    })
    // What a page loads that uses everything: the main entry as bundlers put it together.
    const bundling = ['dist/index.js', '--bundle', '--minify', '--format=esm', '--external:node:*']
    const download = gzipped(mustNode('esbuild/bin/esbuild', bundling).stdout)
    expect(
      download <= budgets.download,
      `the package's main entry is ${download} bytes gzipped, over the budget of ${budgets.download}`,
    )
    if (problems.length > 0) throw new StepError(problems.join('\n'))
    return [...notes, `download ${download} B gzipped`].join('; ')
  },
}

function gzipped(content) {
  return gzipSync(content, { level: 9 }).length
}
