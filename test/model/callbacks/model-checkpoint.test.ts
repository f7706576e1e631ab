import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, Model, modelCheckpoint } from '../../../ts/index.ts'
import { allWeights, blobs, classifier } from '../support.ts'
import { scripted } from './scripted.ts'

const { x, y } = blobs(12)
const folder = mkdtempSync(join(tmpdir(), 'ravine-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('modelCheckpoint', () => {
  it('saves after each epoch', async () => {
    const model = classifier()
    const seen: [number, number[], number | undefined][] = []
    const after: number[][] = []
    const checkpoint = modelCheckpoint({
      save: async (bytes, { epoch, logs }) => {
        await Promise.resolve()
        seen.push([epoch, allWeights(Model.fromBytes(bytes)), logs.loss])
      },
    })
    const keep = { onEpochEnd: () => void after.push(allWeights(model)) }
    const history = await model.fit(x, y, { epochs: 3, callbacks: [checkpoint, keep] })
    expect(seen).toEqual(after.map((weights, epoch) => [epoch, weights, history.logs.loss?.[epoch]]))
    expect(checkpoint.epoch).toBe(2)
    expect(allWeights(Model.fromBytes(checkpoint.bytes as Uint8Array))).toEqual(allWeights(model))
  })

  it.each<[string, number[], object, number[]]>([
    ['keeps the best', [3, 2, 2.5, 1], {}, [0, 1, 3]],
    ['mode max', [3, 2, 4, 1], { mode: 'max' }, [0, 2]],
    ['NaN is no improvement', [Number.NaN, 2, Number.NaN, 1], {}, [1, 3]],
    ['beats a threshold first', [3, 2, 1.5, 1], { initialValueThreshold: 2 }, [2, 3]],
  ])('with saveBestOnly %s', async (_, values, options, expected) => {
    const epochs: number[] = []
    const save = (__: Uint8Array, info: { epoch: number }) => epochs.push(info.epoch)
    const checkpoint = modelCheckpoint({ monitor: 'score', saveBestOnly: true, save, ...options })
    await classifier().fit(x, y, { epochs: 4, callbacks: [scripted('score', values), checkpoint] })
    expect(epochs).toEqual(expected)
    expect(checkpoint.epoch).toBe(expected.at(-1))
  })

  it('writes files named by epoch and figures, without leftovers', async () => {
    const filepath = join(folder, 'at-{epoch}-{val_loss}.ravine')
    const checkpoint = modelCheckpoint({ filepath })
    const history = await classifier().fit(x, y, { epochs: 2, validationData: [x, y], callbacks: checkpoint })
    const names = [0, 1].map((epoch) => `at-0${epoch + 1}-${history.logs.val_loss?.[epoch]?.toFixed(4)}.ravine`)
    expect(readdirSync(folder).sort()).toEqual(names)
    expect(new Uint8Array(readFileSync(join(folder, names[1] ?? '')))).toEqual(checkpoint.bytes)
  })

  it('refuses names of files that no log gives, and folders that are not there', async () => {
    const train = (filepath: string) => classifier().fit(x, y, { callbacks: modelCheckpoint({ filepath }) })
    await expect(train(join(folder, '{val_los}'))).rejects.toThrow(/filepath has \{val_los\}, which is no log/)
    await expect(train(join(folder, 'none', 'model'))).rejects.toThrow(/modelCheckpoint: the file could not be written/)
    await expect(train(join(folder, 'none', 'model'))).rejects.toBeInstanceOf(ConfigError)
  })

  it.each([
    [{ save: 3 }, /save must be a function/],
    [{ filepath: '' }, /filepath/],
    [{ saveBestOnly: 1 }, /saveBestOnly/],
    [{ initialValueThreshold: '1' }, /initialValueThreshold/],
    [{ saveFreq: 3 }, /unknown option 'saveFreq'/],
  ])('refuses %j', (options, message) => {
    expect(() => modelCheckpoint(options as object)).toThrow(ConfigError)
    expect(() => modelCheckpoint(options as object)).toThrow(message)
  })
})
