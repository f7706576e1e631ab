// A page's program, for a bundler: what it learns goes to the global `result`.
import { dense, sequential } from 'ravine'
import { lossValue } from 'ravine/ops'

const x = Float32Array.from({ length: 32 }, (_, i) => i / 16 - 1)
const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
model.compile({ optimizer: { kind: 'sgd', learningRate: 0.1 }, loss: 'meanSquaredError' })
globalThis.result = model
  .fit(
    x,
    x.map((value) => 2 * value),
    { epochs: 80, batchSize: 8 },
  )
  .then(() => lossValue('meanAbsoluteError', [2], model.predict([1])))
