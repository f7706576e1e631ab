/** `npm start`: the example of handwritten digits, bundled with the one build that it needs. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const start = () => execFileSync(process.execPath, ['scripts/start.mjs', '1'], { cwd: root, encoding: 'utf8' })

it('reads digits, with the baseline alone, and a second run does no work twice', () => {
  expect(Number(/Test accuracy (0\.\d+)/.exec(start())?.[1])).toBeGreaterThan(0.93)
  const bundle = readFileSync(join(root, 'build/start/mnist.mjs'), 'utf8')
  const packed = (build: string) =>
    /'(.{1000})/.exec(readFileSync(join(root, `build/wasm/${build}/packed.js`), 'utf8'))?.[1]
  expect(bundle).toContain(packed('simd') as string)
  for (const other of ['relaxed', 'simd-threads', 'relaxed-threads', 'wide'])
    expect(bundle).not.toContain(packed(other) as string)
  expect(start()).toMatch(/^Layer/)
})
