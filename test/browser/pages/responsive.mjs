// Trains in a worker and on the page's own thread, with a mark before and after each, for whoever watches that thread.
import { dense, sequential } from 'ravine'
import { workerModel } from 'ravine/worker'
import { compiled, layersOf, marked, pictures, reportOf, rounds } from './shared.mjs'

const fit = { epochs: 3, batchSize: 128, yieldEvery: 12 }
const ROUNDS = 3

reportOf(async () => {
  const { x, y } = pictures(10_000)
  const describe = () => ({ inputShape: [784], seed: 5, layers: layersOf({ dense }) })
  let epochs = 0

  // All of it: start, data, training with a callback on the page, predictions, end.
  const results = await rounds(ROUNDS, (round) =>
    marked(`worker ${round}`, async () => {
      const model = await workerModel(describe())
      await model.compile(compiled)
      const history = await model.fit(x, y, { ...fit, callbacks: { onEpochEnd: () => void epochs++ } })
      const { data } = await model.predict(x.subarray(0, 7840))
      await model.dispose()
      return { loss: [...history.logs.loss], prediction: data[0] }
    }),
  )

  const model = sequential(describe())
  model.compile(compiled)
  // The WebAssembly starts once.
  model.predict(x.subarray(0, 784))
  const history = await marked('page 0', () => model.fit(x, y, fit))
  const { data } = model.predict(x.subarray(0, 7840))
  const expected = { loss: [...history.logs.loss], prediction: data[0] }
  for (let round = 1; round < ROUNDS; round++) await marked(`page ${round}`, () => model.fit(x, y, fit))
  return { epochs, results, expected }
})
