/** A user's program in TypeScript: what must pass the compiler, and after `@ts-expect-error` what must not. */
export const USER_PROGRAM = `
import {
  type Callback, type Features, type History, type Matrix, Model, type Optimizer,
  adam, dense, earlyStopping, exponentialDecay, input, l2, model, sequential, ShapeError, sgd,
} from 'ravine'
import { activate, initialize, matmul } from 'ravine/ops'
import { type Path, race, rosenbrock } from 'ravine/surfaces'

const optimizer: Optimizer = adam({ learningRate: exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.9 }) })
const plain: Model<Features, Matrix> = sequential({
  inputShape: [2],
  layers: [dense({ units: 3, activation: 'relu', kernelRegularizer: l2(0.1) }), dense({ units: 1 })],
})
plain.compile({ optimizer, loss: 'meanSquaredError', metrics: ['r2', 'logCosh'] })
const print: Callback = { onEpochEnd: (epoch, logs) => console.log(epoch + 1, logs.loss.toFixed(3)) }

async function train(): Promise<number> {
  const history: History = await plain.fit([[1, 2]], [3], { epochs: 2, callbacks: [earlyStopping({ monitor: 'loss' }), print] })
  const matrix: Matrix = plain.predict(new Float64Array([1, 2]))
  const rows: number = matrix.shape[0]
  return rows + history.epochs.length
}

const x = input({ shape: [4] })
const graph = model({
  inputs: { x },
  outputs: { height: dense({ units: 1 }).apply(x), kind: dense({ units: 3, activation: 'softmax' }).apply(x) },
})
graph.compile({ optimizer: 'sgd', loss: { height: 'huber', kind: 'sparseCategoricalCrossentropy' } })
const heights: Float32Array = graph.predict({ x: [1, 2, 3, 4] }).height.data
const read = Model.fromBytes(graph.toBytes())
const product: Matrix = matmul(activate('relu', [[1, -1]]), initialize('heNormal', [2, 3], 1), { transposeB: false })
const moved = model({ inputs: graph.inputs, outputs: dense({ units: 2 }).apply(graph.outputs.kind) })
const headless = model({ inputs: plain.inputs, outputs: dense({ units: 2 }).apply(plain.outputAt('dense').outputs) })
const columns: number[] = [moved.predict({ x: [1, 2, 3, 4] }).shape[1], headless.predict([1, 2]).shape[1], read.outputs.width]
const path: Path = race({ surface: rosenbrock, optimizers: { quick: adam(), plain: 'sgd' }, steps: 10 }).quick
const refused = (error: unknown): string => (error instanceof ShapeError ? error.code : 'other')
const slow: number = sgd({ momentum: 0.9 }).momentum

// @ts-expect-error: it is called units
dense({ unit: 3 })
// @ts-expect-error: units has no default
dense({})
// @ts-expect-error: no such activation
dense({ units: 1, activation: 'rely' })
// @ts-expect-error: a rate is a number or a schedule
adam({ learningRate: '0.1' })
// @ts-expect-error: momentum is sgd's
adam({ momentum: 0.9 })
// @ts-expect-error: there is no such output
void graph.predict({ x: [1, 2, 3, 4] }).weight
// @ts-expect-error: labels come by name
graph.trainOnBatch({ x: [1, 2, 3, 4] }, [1])
// @ts-expect-error: labels are missing for an output
graph.trainOnBatch({ x: [1, 2, 3, 4] }, { height: [1] })
// @ts-expect-error: there is no such output
void graph.outputs.weight
// @ts-expect-error: schedules have no name
plain.compile({ optimizer: sgd({ learningRate: 'cosineDecay' }), loss: 'meanSquaredError' })

export { columns, heights, path, product, read, refused, slow, train }
`
