// npm run bench: set-up, build, then the benchmarks, which install what they compare with; arguments go to them.
import { benchSteps, buildSteps, profileSteps } from './build.mjs'
import { run } from './lib/run.mjs'
import { runChain } from './lib/steps.mjs'
import { engineSetUp, setUpSteps } from './setup.mjs'

const steps = { kernels: benchSteps, profile: [...buildSteps, ...profileSteps] }
const command = process.argv.find((argument) => argument in steps)
runChain([...setUpSteps, engineSetUp, ...(steps[command] ?? buildSteps)])
process.exitCode = run(process.execPath, ['bench/run.mjs', ...process.argv.slice(2)], { show: true }).status ?? 1
