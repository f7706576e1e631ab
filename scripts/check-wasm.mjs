// Checks the built modules and the bundle: the right instructions inside, and no larger than promised.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { mustNode, root, StepError } from './lib/run.mjs'
import { variants } from './variants.mjs'

/** Bytes after gzip. */
const budgets = { wasm: 60_000, download: 90_000 }

export const wasmCheck = {
  name: 'wasm check',
  needs: ['bundle'],
  run() {
    const notes = variants.map((variant) => {
      const wasm = join(root, 'build/wasm', variant.name, 'ravine_bg.wasm')
      const text = mustNode('binaryen/bin/wasm-dis', [wasm, '--all-features']).stdout
      const vectors = text.match(/\(f32x4\.\w+/g)?.length ?? 0
      const relaxed = text.match(/\(\w+\.relaxed_\w+/g)?.length ?? 0
      expect(vectors > 0, `${variant.name}: no f32x4 instruction: was it built without SIMD?`)
      expect(variant.relaxed ? relaxed > 0 : relaxed === 0, `${variant.name}: ${relaxed} relaxed instructions`)
      const size = gzipped(wasm)
      expect(size <= budgets.wasm, `${variant.name}: ${size} bytes gzipped, over the budget of ${budgets.wasm}`)
      return `${variant.name} ${size} B gzipped, ${vectors} f32x4 instructions`
    })
    const files = imported('dist/index.js')
    const download = gzipSync(Buffer.concat(files.map((file) => readFileSync(join(root, file)))), { level: 9 }).length
    expect(
      download <= budgets.download,
      `the package's main entry is ${download} bytes gzipped, over the budget of ${budgets.download}`,
    )
    return [...notes, `download ${download} B gzipped`].join('; ')
  },
}

/** The file and those that it imports statically, each once. */
function imported(entry, found = new Set()) {
  if (found.has(entry)) return [...found]
  found.add(entry)
  const code = readFileSync(join(root, entry), 'utf8')
  for (const [, path] of code.matchAll(/^(?:import|export)\b[^'"]*['"](\.[^'"]+)['"]/gm))
    imported(join(entry, '..', path), found)
  return [...found]
}

function gzipped(path) {
  return gzipSync(readFileSync(path), { level: 9 }).length
}

function expect(condition, message) {
  if (!condition) throw new StepError(message)
}
