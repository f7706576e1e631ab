/**
 * Memory that cannot grow: the module is loaded with a limit, a little higher each time, so that each time another allocation is the first to fail.
 */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { blobs } from '../model/support.ts'

const PAGE = 65536

afterEach(() => vi.resetModules())

/** Reads an unsigned LEB128 number. */
function readNumber(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0
  for (let shift = 0, i = at; ; shift += 7, i++) {
    const byte = bytes[i] ?? 0
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return [value, i + 1]
  }
}

/** Writes one in as many bytes as it needs. */
function writeNumber(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...writeNumber(Math.floor(value / 128))]
}

/** The module with a maximum for its memory; says what it starts with. */
function limitMemory(bytes: Uint8Array, spare: number): { module: Uint8Array<ArrayBuffer>; initial: number } {
  for (let at = 8; at < bytes.length; ) {
    const [size, start] = readNumber(bytes, at + 1)
    if (bytes[at] === 5) {
      const [initial] = readNumber(bytes, start + 2)
      const section = [1, 1, ...writeNumber(initial), ...writeNumber(initial + spare)]
      const parts = [
        ...bytes.subarray(0, at),
        5,
        ...writeNumber(section.length),
        ...section,
        ...bytes.subarray(start + size),
      ]
      return { module: Uint8Array.from(parts), initial }
    }
    at = start + size
  }
  throw new Error('the module has no memory')
}

/** Loads ravine anew with so many pages of memory to spare. */
async function load(spare: number) {
  vi.resetModules()
  const path = '../../ts/runtime/binary.ts'
  const binary = await vi.importActual<typeof import('../../ts/runtime/binary.ts')>(path)
  vi.doMock(path, () => ({ ...binary, wasmBytes: () => limitMemory(binary.wasmBytes(), spare).module }))
  return import('../../ts/index.ts')
}

const { x, y } = blobs(400)

/** Builds, trains, uses and copies a model of a few pages; returns the step that failed and how. */
async function life(ravine: Awaited<ReturnType<typeof load>>): Promise<{ step: string; error: Error } | undefined> {
  const open: { dispose(): void }[] = []
  let step = 'build'
  try {
    const model = ravine.sequential({
      inputShape: [2],
      seed: 1,
      layers: [
        ravine.dense({ units: 140, activation: 'relu' }),
        ravine.dense({ units: 90, activation: 'mish' }),
        ravine.dense({ units: 3, activation: 'softmax' }),
      ],
    })
    open.push(model)
    step = 'compile'
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy', 'auc'] })
    step = 'fit'
    await model.fit(x, y, { batchSize: 100, epochs: 1, validationSplit: 0.5 })
    step = 'fitDataset'
    await model.fitDataset([[x, y]], { batchSize: 100, shuffleRows: 200 })
    step = 'evaluate'
    await model.evaluate(x, y)
    step = 'trainOnBatch'
    model.trainOnBatch(x, y)
    step = 'predict'
    model.predict(x)
    step = 'copy'
    open.push(ravine.Model.fromBytes(model.toBytes()))
    step = 'optimizer'
    open.push(ravine.createOptimizer('adam', new Float32Array(50_000)))
    return undefined
  } catch (error) {
    return { step, error: error as Error }
  } finally {
    for (const each of open) each.dispose()
  }
}

describe('memory that cannot grow', () => {
  it('fails each step with one clear error, leaks nothing, and leaves the rest usable', async () => {
    const failed = new Map<string, number>()
    // With less than this not even the description of a model can be handed over.
    let spare = 2
    for (; spare < 400; spare += 2) {
      const ravine = await load(spare)
      const first = await life(ravine)
      if (first) {
        expect(first.error, `${spare} pages, ${first.step}: ${first.error.stack}`).toBeInstanceOf(ravine.ConfigError)
        expect(first.error.message).toMatch(/fit in (WebAssembly )?memory/)
        failed.set(first.step, (failed.get(first.step) ?? 0) + 1)
      }
      // Again, often: what leaked would be missing now, and the same step would not fail in the same way.
      for (let again = 0; again < 2; again++) {
        const next = await life(ravine)
        expect(next?.error.message, `${spare} pages, ${next?.step}`).toBe(first?.error.message)
      }
      const small = ravine.sequential({
        inputShape: [2],
        layers: [ravine.dense({ units: 1, kernelInitializer: 'ones' })],
      })
      expect(small.predict([[1, 2]]).data[0]).toBe(3)
      small.dispose()
      if (!first) break
    }
    expect(spare, `${PAGE * spare} bytes should be enough`).toBeLessThan(400)
    expect([...failed.keys()].length, JSON.stringify([...failed])).toBeGreaterThanOrEqual(3)
  }, 60_000)
})
