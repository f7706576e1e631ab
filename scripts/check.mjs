// npm run check: set-up, build and the static checks.
import { packageSteps, wasmSteps } from './build.mjs'
import { checks } from './checks.mjs'
import { runChain, runSteps } from './lib/steps.mjs'
import { packagers, setUpSteps } from './setup.mjs'

runChain([...setUpSteps, packagers])
const failed = runSteps([...wasmSteps, ...packageSteps, ...checks])
if (failed.size > 0) {
  console.log(`\nfailed: ${[...failed].join(', ')}`)
  process.exitCode = 1
}
