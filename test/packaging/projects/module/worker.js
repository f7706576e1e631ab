// Trains the same model here and in a worker, as a user would; prints what both have learnt.
import { dense, sequential } from 'ravine'
import { workerModel } from 'ravine/worker'

const description = () => ({ inputShape: [1], seed: 7, layers: [dense({ units: 1 })] })
const x = Float32Array.from({ length: 64 }, (_, i) => i / 32 - 1)
const y = x.map((value) => 3 * value - 1)
const settings = { optimizer: 'sgd', loss: 'meanSquaredError' }

const here = sequential(description())
here.compile(settings)
await here.fit(x, y, { epochs: 60 })

const epochs = []
const there = await workerModel(description())
await there.compile(settings)
await there.fit(x, y, { epochs: 60, callbacks: { onEpochEnd: (epoch) => epochs.push(epoch) } })
const weights = await there.getWeights()
const refused = await there.predict([[1, 2]]).catch((error) => error.code)
await there.dispose()
console.log(
  JSON.stringify({ epochs: epochs.length, refused, here: here.getWeights(), there: weights, ended: there.disposed }),
)
