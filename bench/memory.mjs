// node bench/run.mjs memory: what models make WebAssembly memory grow by up to their first steps, in times of what training must have.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cases, isBinary } from './cases/index.mjs'
import { hostFacts } from './lib/host.mjs'
import { table } from './lib/report.mjs'

const jsonAt = process.argv.indexOf('--json')
const optimizers = { adam: 2, rmsprop: 1, sgd: 0 }

/** Bytes that training cannot do without: parameters with gradients and state, values, the largest gradients that meet, labels. */
function least(sizes, rows, slots) {
  const hidden = [...sizes.slice(1), 0]
  const parameters = sizes.slice(1).reduce((sum, units, i) => sum + units * (sizes[i] + 1), 0)
  const values = sizes.reduce((sum, width) => sum + width, 0)
  const gradients = Math.max(...hidden.slice(1).map((width, i) => width + hidden[i]))
  return 4 * (parameters * (2 + slots) + rows * (values + gradients + 1))
}

/** In a process of its own: memory never shrinks, so that growth is the most that was ever in use. */
async function grow({ sizes, batchSize, optimizer, binary }) {
  const { dense, runtime, sequential } = await import('../dist/index.js')
  const bytes = () => runtime().memoryBytes
  sequential({ inputShape: [1], layers: [dense({ units: 1 })] }).dispose()
  const before = bytes()
  const last = sizes.length - 2
  const activation = (i) => (i < last ? 'relu' : binary ? 'sigmoid' : 'softmax')
  const layers = sizes.slice(1).map((units, i) => dense({ units, activation: activation(i) }))
  const model = sequential({ inputShape: [sizes[0]], seed: 1, layers })
  const built = bytes() - before
  model.compile({ optimizer, loss: binary ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy' })
  const compiled = bytes() - before
  const [x, y] = [new Float32Array(batchSize * sizes[0]).fill(0.5), new Float32Array(batchSize)]
  for (let i = 0; i < 3; i++) model.trainOnBatch(x, y)
  return { built, compiled, trained: bytes() - before - x.byteLength - y.byteLength }
}

function measure(testCase, optimizer) {
  const { sizes, batchSize } = testCase
  const request = { sizes, batchSize, optimizer, binary: isBinary(testCase) }
  const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(request)], {
    encoding: 'utf8',
  })
  if (!stdout) throw new Error(stderr)
  return { ...request, ...JSON.parse(stdout), least: least(sizes, batchSize, optimizers[optimizer]) }
}

if (process.argv[2]?.startsWith('{')) {
  console.log(JSON.stringify(await grow(JSON.parse(process.argv[2]))))
} else {
  const host = hostFacts(process.execPath)
  console.log(`Node ${host.node} (V8 ${host.v8}), commit ${host.commit ?? 'none'}`)
  const main = cases.filter(({ group }) => group === 'main')
  const measured = main.flatMap((each) => Object.keys(optimizers).map((optimizer) => measure(each, optimizer)))
  const kib = (bytes) => Math.max(0, Math.round(bytes / 1024)).toLocaleString('en-US')
  const lines = measured.map(({ sizes, batchSize, optimizer, built, compiled, trained, least: must }) => [
    `${sizes.join('-')} b${batchSize}`,
    optimizer,
    kib(built),
    kib(compiled),
    kib(trained),
    kib(must),
    trained > 0 ? `${(trained / must).toFixed(2)}×` : '–',
  ])
  console.log('\nKiB that memory has grown by; of the rows of the batch themselves nothing is counted\n')
  const head = ['workload', 'optimizer', 'made', 'compiled', 'three steps', 'must have', 'ratio']
  console.log(table([head, ...lines]).join('\n'))
  if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify({ host, measured }, null, 2)}\n`)
}
