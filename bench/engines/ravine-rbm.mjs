// ravine's rbm as an engine of `npm run bench -- rbm`: the protocol at the head of scikit_learn.py.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

let ravine
let machine
let rows
let setting

const commands = {
  async open() {
    ravine = await import('../../dist/index.js')
    return { version: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version }
  },
  prepare(request) {
    setting = request
    rows = new Float32Array(new Uint8Array(readFileSync(request.file)).buffer)
    return {}
  },
  /** As scikit-learn's `fit`, each starts with new weights; making the machine is inside the time. */
  async fit({ epochs }) {
    machine?.dispose()
    const start = performance.now()
    const { visible, hidden, batch, rate } = setting
    machine = ravine.rbm({ visible, hidden, seed: 1 })
    await machine.fit(rows, {
      epochs,
      batchSize: batch,
      learningRate: rate,
      persistent: true,
      shuffle: false,
      verbose: 0,
    })
    return { ms: performance.now() - start }
  },
  score() {
    const values = machine.pseudoLogLikelihood(rows, { units: 8 })
    return { score: values.reduce((sum, value) => sum + value, 0) / values.length }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  try {
    console.log(JSON.stringify(await commands[request.do](request)))
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }))
  }
}
