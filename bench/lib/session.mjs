// One engine, asked step by step, in a process or a page of its own: what both have in common. worker.mjs and page.mjs carry the
// requests; engines/pytorch.py answers the same ones.
//
//   { do: 'open' }                  → { version, … } or { unavailable: reason }   with `variant` and `threads` where the engine says so
//   { do: 'prepare', name }         → { unit } or { cannot: reason }   unit: step counts must be multiples of it
//   { do: 'reset' }                 → {}              back to the starting weights, optimizer state and first batch
//   { do: 'step', count }           → { ms, cpu }     timed here, so that the way here is not in the figure; cpu: this thread's
//   { do: 'loss' }                  → { loss }        mean over the whole data set
//   { do: 'startup', name }         → { ms } or { cannot: reason }    in a fresh process: import, build, one step
//   { do: 'memory' }                → what the host measures
//   { do: 'dispose' }               → {}
//
// Any failure is answered with { error }.
import { findCase } from '../cases/index.mjs'
import { makeData, makeWeights } from './data.mjs'

/**
 * @param engine an adapter (see "Adding an engine" in README.md)
 * @param host `cpu()`: microseconds of CPU time of this thread so far, and `memory()`; both may be missing
 * @returns answers a request
 */
export function makeSession(engine, { cpu = () => undefined, memory = () => ({}) } = {}) {
  let run
  let opened
  const open = () => (opened ??= Promise.resolve().then(engine.open))

  const handlers = {
    async open() {
      try {
        return await open()
      } catch (error) {
        return { unavailable: error.message.split('\n')[0] }
      }
    },
    async prepare({ name }) {
      const testCase = findCase(name)
      const reason = engine.cannot?.(testCase)
      if (reason) return { cannot: reason }
      await open()
      run = await engine.prepare(testCase, makeData(testCase), makeWeights(testCase))
      return { unit: run.unit ?? 1 }
    },
    async reset() {
      await run.reset()
      return {}
    },
    async step({ count }) {
      const before = cpu()
      const start = performance.now()
      await run.step(count)
      const ms = performance.now() - start
      return { ms, cpu: before === undefined ? undefined : (cpu() - before) / 1e3 }
    },
    loss: async () => ({ loss: await run.loss() }),
    async startup({ name }) {
      const testCase = findCase(name)
      const reason = engine.cannot?.(testCase)
      if (reason) return { cannot: reason }
      const data = makeData(testCase)
      const weights = makeWeights(testCase)
      const start = performance.now()
      await open()
      run = await engine.prepare(testCase, data, weights)
      await run.reset()
      await run.step(1)
      return { ms: performance.now() - start }
    },
    memory,
    async dispose() {
      await run?.dispose()
      run = undefined
      return {}
    },
  }

  return async (request) => {
    try {
      return await handlers[request.do](request)
    } catch (error) {
      return { error: error.stack ?? String(error) }
    }
  }
}
