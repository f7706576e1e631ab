// npm start: set-up, build, then the example that learns to read handwritten digits.
import { buildSteps } from './build.mjs'
import { run } from './lib/run.mjs'
import { runChain } from './lib/steps.mjs'
import { setUpSteps } from './setup.mjs'

runChain([...setUpSteps, ...buildSteps])
process.exitCode =
  run(process.execPath, ['examples/mnist/main.mjs', ...process.argv.slice(2)], { show: true }).status ?? 1
