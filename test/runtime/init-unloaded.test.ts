/** `init` where the chunk that it loads does not come: in a service worker, or when the server has lost it. */

import { expect, it, vi } from 'vitest'
import { ConfigError, init, runtime } from '../../ts/index.ts'
import { classifier } from '../model/support.ts'

vi.mock('../../ts/runtime/start.ts', () => {
  throw new Error('import() is disallowed here')
})

it('checks its options all the same', async () => {
  await expect(init({ threads: 0 })).rejects.toBeInstanceOf(ConfigError)
  expect(runtime().started).toBe(false)
})

it('throws where the build that was asked for cannot be had', async () => {
  await expect(init({ variant: 'relaxed' })).rejects.toThrow()
  expect(runtime().started).toBe(false)
})

it('takes the baseline, and says why', async () => {
  const used = await init({ threads: 2, deterministic: true })
  expect(used).toMatchObject({ variant: 'simd', threads: 1, deterministic: true, started: true })
  expect(used.reason).toMatch(
    /^what init needs to choose a build could not be loaded \(.+\), so the baseline is used, on one thread$/,
  )
  classifier().dispose()
  expect(await init()).toEqual({ ...used, memoryBytes: runtime().memoryBytes })
})
