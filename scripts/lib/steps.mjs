// Runs named steps one after the other and says how long each took.
import { StepError } from './run.mjs'

const [major] = process.versions.node.split('.').map(Number)
if (major < 20) {
  console.error(`ravine needs Node 20 or newer; this is ${process.version}. Install one from nodejs.org.`)
  process.exit(1)
}

/**
 * A step is `{ name, run, fresh?, needs? }`. One whose `fresh()` is true has nothing to do and stays silent. `run()` may
 * return a note for its line. A failure is reported and the next step goes on, save those that name it in `needs`.
 * Returns the names of the steps that failed or could not run.
 */
export function runSteps(steps) {
  const failed = new Set()
  for (const { name, run, fresh, needs = [] } of steps) {
    const missing = needs.find((need) => failed.has(need))
    if (missing) {
      failed.add(name)
      console.log(`${name.padEnd(14)} not run: ${missing} failed`)
      continue
    }
    const start = performance.now()
    if (process.stdout.isTTY) process.stdout.write(name.padEnd(14))
    const skip = fresh?.()
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
    if (skip) continue
    process.stdout.write(name.padEnd(14))
    try {
      const note = run()
      console.log(`${seconds(start)}${note ? `  ${note}` : ''}`)
    } catch (error) {
      failed.add(name)
      console.log(`${seconds(start)}  FAILED\n\n${error instanceof StepError ? error.message : error.stack}\n`)
    }
  }
  return failed
}

/** Runs steps of which each needs the one before it, and ends the process if one fails. */
export function runChain(steps) {
  for (const step of steps) if (runSteps([{ ...step, needs: [] }]).size > 0) process.exit(1)
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`.padStart(8)
}
