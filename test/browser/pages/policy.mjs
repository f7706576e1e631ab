// Tries both ways to start a worker, under whatever policy the page has.
import { dense } from 'ravine'
import { workerModel } from 'ravine/worker'
import { reportOf } from './shared.mjs'

const attempt = async (options) => {
  try {
    const model = await workerModel({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] }, options)
    const parameters = await model.countParameters()
    await model.dispose()
    return parameters
  } catch (error) {
    return `${error.name}: ${error.message}`
  }
}

reportOf(async () => ({
  blob: await attempt(),
  file: await attempt({ worker: new Worker('/worker-script.js', { type: 'module' }) }),
}))
