/** What the type checker accepts as a source. */

import { expect, it } from 'vitest'
import { type Chunk, dense, type Features, input, model, sequential } from '../../../ts/index.ts'

it('a source is typed by the model', async () => {
  const plain = sequential({ inputShape: [1], layers: [dense({ units: 1 })] })
  plain.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  const chunk: Chunk = [[1], [2]]
  await plain.fitDataset([chunk, { x: [1], y: [2] }, [[1], [2]]])
  await plain.fitDataset(async function* () {
    yield { x: [1, 2], y: Float32Array.of(1, 2) }
  })
  const a = input({ shape: [1] })
  const named = model({ inputs: { a }, outputs: { b: dense({ units: 1 }).apply(a) } })
  named.compile({ optimizer: 'sgd', loss: { b: 'meanSquaredError' } })
  await named.fitDataset([{ x: { a: [1] }, y: { b: [2] } }])
  const epochs: number[] = []
  await named.fitDataset((epoch) => {
    epochs.push(epoch)
    return [[{ a: [1] }, { b: [2] }]]
  })
  expect(epochs).toEqual([0])

  const wrong = [
    // @ts-expect-error the model has named inputs
    () => named.fitDataset([[[1] as Features, { b: [2] }]]),
    // @ts-expect-error the output is b
    () => named.fitDataset([{ x: { a: [1] }, y: { c: [2] } }]),
    // @ts-expect-error labels are missing
    () => plain.fitDataset([{ x: [1] }]),
    // @ts-expect-error an option of fit
    () => plain.fitDataset([chunk], { shuffle: true }),
    // @ts-expect-error all rows are not there
    () => plain.fitDataset([chunk], { batchSize: 'full' }),
  ]
  for (const call of wrong) await expect(call()).rejects.toThrow(/fitDataset/)
})
