// npm start: set-up, and the example that learns to read handwritten digits, built with the one build of the WebAssembly that it needs.
import { startSteps } from './build.mjs'
import { run } from './lib/run.mjs'
import { runChain } from './lib/steps.mjs'
import { setUpSteps } from './setup.mjs'

runChain([...setUpSteps, ...startSteps])
process.exitCode =
  run(process.execPath, ['build/start/mnist.mjs', ...process.argv.slice(2)], { show: true }).status ?? 1
