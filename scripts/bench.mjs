// npm run bench: set-up, build, then the benchmarks, which install what they compare with; arguments go to them.
import { benchSteps, buildSteps } from './build.mjs'
import { run } from './lib/run.mjs'
import { runChain } from './lib/steps.mjs'
import { engineSetUp, setUpSteps } from './setup.mjs'

const kernels = process.argv.includes('kernels')
runChain([...setUpSteps, engineSetUp, ...(kernels ? benchSteps : buildSteps)])
process.exitCode = run(process.execPath, ['bench/run.mjs', ...process.argv.slice(2)], { show: true }).status ?? 1
