import { describe, expect, it } from 'vitest'
import { ConfigError, init, runtime } from '../../ts/index.ts'
import { hasRelaxedSimd } from '../../ts/runtime/features.ts'
import { classifier } from '../model/support.ts'

describe('runtime', () => {
  it('says what will be used, and starts at the first need', async () => {
    expect(runtime()).toMatchObject({
      variant: 'simd',
      threads: 1,
      deterministic: true,
      started: false,
      memoryBytes: 0,
    })
    expect(runtime().reason).toMatch(/init\(\) was not called before the first model/)
    classifier().dispose()
    expect(runtime().started).toBe(true)
    expect(runtime().memoryBytes).toBeGreaterThan(0)
  })
})

describe('init', () => {
  it('cannot exchange what runs, nor start what the engine does not have', async () => {
    const message = hasRelaxedSimd()
      ? /'simd' build runs already/
      : /this engine has no relaxed SIMD .*use 'auto' or 'simd'/
    await expect(init({ variant: 'relaxed' })).rejects.toThrow(message)
    expect(runtime().variant).toBe('simd')
  })

  it('is optional, may be repeated, and gives what runtime gives', async () => {
    for (const options of [
      undefined,
      {},
      { variant: 'auto' },
      { variant: 'simd', threads: 'auto' },
      { deterministic: true },
    ] as const) {
      expect(await init(options)).toEqual(runtime())
    }
  })

  it('cannot give threads to a build for one, and says so', async () => {
    const { threads, reason } = await init({ threads: 4 })
    expect(threads).toBe(1)
    expect(reason).toMatch(/one thread: the build that runs already is for one thread/)
    expect((await init({ threads: 1 })).reason).not.toMatch(/one thread/)
  })

  it.each<[unknown, RegExp]>([
    [{ variant: 'relaxed', deterministic: true }, /not deterministic across processors; leave out one/],
    [{ variant: 'avx' }, /variant must be one of 'auto', 'simd', 'relaxed'; got 'avx'/],
    [{ threads: 0 }, /threads must be 'auto' or a whole number from 1 to 64; got 0/],
    [{ threads: 65 }, /from 1 to 64; got 65/],
    [
      { threadWorker: 'script.js' },
      /threadWorker must be a function that makes a Worker of 'ravine\/thread-script'; got 'script.js'/,
    ],
    [{ threads: 1.5 }, /threads/],
    [{ deterministic: 1 }, /deterministic must be true or false; got 1/],
    [{ wide: 1 }, /wide must be true or false; got 1/],
    [{ wide: true, deterministic: true }, /wide fuses multiply-adds, which deterministic: true rules out/],
    [{ wide: true, variant: 'simd' }, /wide fuses multiply-adds, which variant: 'simd' rules out/],
    [{ thread: 2 }, /unknown option 'thread'; did you mean 'threads'\?/],
    [null, /expected an object of options/],
  ])('refuses %j', async (options, message) => {
    await expect(init(options as object)).rejects.toThrow(message)
    await expect(init(options as object)).rejects.toBeInstanceOf(ConfigError)
  })
})
