import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { run } from './program.ts'

const newest = process.env.RAVINE_NEWEST_NODE

describe('the newest Node', () => {
  it.skipIf(!newest)('computes the same bits as this one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ravine-'))
    try {
      const program = fileURLToPath(new URL('program.ts', import.meta.url))
      const contents = `import { run } from ${JSON.stringify(program)}\nconsole.log(JSON.stringify([process.versions.node, await run({})]))`
      const result = await build({
        stdin: { contents, resolveDir: folder, loader: 'ts' },
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node20',
        write: false,
      })
      const file = join(folder, 'program.mjs')
      writeFileSync(file, result.outputFiles[0]?.contents ?? '')
      const output = execFileSync(newest as string, [file], { encoding: 'utf8', maxBuffer: 1e8 })
      const [version, theirs] = JSON.parse(output) as [string, Awaited<ReturnType<typeof run>>]
      expect(Number.parseInt(version, 10)).toBeGreaterThan(Number.parseInt(process.versions.node, 10))
      expect(theirs).toEqual(await run({}))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
