// Aborts a training in a worker.
import { dense } from 'ravine'
import { workerModel } from 'ravine/worker'
import { compiled, layersOf, pictures, reportOf, rounds } from './shared.mjs'

reportOf(async () => {
  const { x, y } = pictures(10_000)
  const model = await workerModel({ inputShape: [784], seed: 5, layers: layersOf({ dense }) })
  await model.compile(compiled)
  const [data, labels] = [await model.upload(x), await model.upload(y)]
  const waits = await rounds(5, async () => {
    const controller = new AbortController()
    const training = model.fit(data, labels, { epochs: 1000, batchSize: 128, signal: controller.signal })
    let at = 0
    setTimeout(() => {
      at = performance.now()
      controller.abort()
    }, 150)
    const name = await training.then(
      () => 'none',
      (error) => error.name,
    )
    return { name, wait: performance.now() - at }
  })
  return { names: waits.map(({ name }) => name), waits: waits.map(({ wait }) => wait) }
})
