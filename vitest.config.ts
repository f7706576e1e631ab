import { defineConfig } from 'vitest/config'
// biome-ignore lint/correctness/useImportExtensions: Biome takes the name of the declarations for the module's
import { newestNode } from './scripts/lib/engines.mjs'

const slow = ['test/slow/**/*.test.ts', 'test/packaging/**/*.test.ts', 'test/browser/**/*.test.ts']

/** Before V8 11.4 (Node 20) relaxed SIMD waits behind a flag. */
const relaxedFlag = Number.parseInt(process.versions.node, 10) < 22 ? ['--experimental-wasm-relaxed-simd'] : []
/** What computes, again with three threads, and on the build with fused multiply-adds: its last bits differ, its tolerances do not. */
const numerical = ['golden', 'layers', 'ops', 'optimizers', 'rbm']

/**
 * On the wide build, in Node 24 or newer: `npm test` runs this project in the newest one if it runs in an older one itself.
 */
const wide = {
  extends: true as const,
  test: {
    name: 'wide',
    include: [...numerical.map((folder) => `test/${folder}/**/*.test.ts`), 'test/runtime/wide.wide.ts'],
    setupFiles: ['test/runtime/wide-setup.ts'],
  },
}

export default defineConfig({
  test: {
    pool: 'forks',
    // Tests of memory collect garbage when they need to.
    execArgv: ['--expose-gc'],
    // Where the newest Node is, for tests that compare engines; empty on machines for which npm has none.
    env: { RAVINE_NEWEST_NODE: newestNode() ?? '' },
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: slow } },
      {
        extends: true,
        test: {
          name: 'relaxed',
          include: [...numerical.map((folder) => `test/${folder}/**/*.test.ts`), 'test/runtime/relaxed.relaxed.ts'],
          execArgv: ['--expose-gc', ...relaxedFlag],
          setupFiles: ['test/runtime/relaxed-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'threads',
          include: [...numerical.map((folder) => `test/${folder}/**/*.test.ts`), 'test/runtime/threads.threads.ts'],
          setupFiles: ['test/runtime/threads-setup.ts'],
        },
      },
      ...(Number.parseInt(process.versions.node, 10) >= 24 ? [wide] : []),
      { extends: true, test: { name: 'slow', include: slow, testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
})
