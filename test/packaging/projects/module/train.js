// What a user's program does: learns a line, and prints numbers that the test knows.
import { adam, dense, runtime, ShapeError, sequential } from 'ravine'
import { matmul } from 'ravine/ops'
import { booth } from 'ravine/surfaces'

const x = Float32Array.from({ length: 64 }, (_, i) => i / 32 - 1)
const y = x.map((value) => 3 * value - 1)
const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
model.compile({ optimizer: adam({ learningRate: 0.1 }), loss: 'meanSquaredError' })
const { logs } = await model.fit(x, y, { epochs: 60, batchSize: 16 })
const [slope] = model.getWeights()['dense/kernel'].data
const [intercept] = model.getWeights()['dense/bias'].data

let refused = ''
try {
  model.predict([[1, 2]])
} catch (error) {
  refused = error instanceof ShapeError ? error.code : String(error)
}
model.dispose()

console.log(
  JSON.stringify({
    node: process.versions.node,
    epochs: logs.loss.length,
    slope,
    intercept,
    product: [...matmul([[1, 2]], [[3], [4]]).data],
    start: booth.value(0, 0),
    variant: runtime().variant,
    refused,
  }),
)
