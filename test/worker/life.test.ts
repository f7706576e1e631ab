/** How a worker starts and ends, by itself or otherwise. */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { StateError } from '../../ts/index.ts'
import { WorkerModel, workerModel } from '../../ts/worker.ts'
import { blobs, failureOf } from '../model/support.ts'
import { classifierInWorker, description, ends } from './support.ts'

const { x, y } = blobs(60)
const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const script = join(root, 'build/worker/worker.js')

/** A worker of the user's, as a file. */
const ownWorker = () => new Worker(script)

describe('dispose', () => {
  it('ends the worker: calls under way and later ones are rejected', async () => {
    const worker = ownWorker()
    const model = await classifierInWorker({ worker })
    const exit = new Promise((resolve) => worker.once('exit', resolve))
    const training = failureOf(() => model.fit(x, y, { epochs: 1e6 }))
    const prediction = failureOf(() => model.predict(x))
    expect(model.disposed).toBe(false)
    await model.dispose()
    await model.dispose()
    await exit
    expect(model.disposed).toBe(true)
    expect(await training).toMatchObject({ message: 'fit: the model was disposed while the call was under way' })
    expect(await prediction).toBeInstanceOf(StateError)
    const calls = [() => model.fit(x, y), () => model.predict(x), () => model.toBytes(), () => model.upload(x)]
    for (const call of calls) {
      const error = await failureOf(call)
      expect(error).toBeInstanceOf(StateError)
      expect(error.message).toBe('this model in a worker has been disposed; make a new one, or dispose it later')
    }
  })

  it('is what `using` and `await using` call', async () => {
    const [one, two] = [await classifierInWorker(), await classifierInWorker()]
    const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')
    const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')
    one[dispose as typeof Symbol.dispose]()
    await two[asyncDispose as typeof Symbol.asyncDispose]()
    expect([one.disposed, two.disposed]).toEqual([true, true])
  })

  it('while data is being sent', async () => {
    const model = await classifierInWorker()
    const upload = failureOf(() => model.upload(new Float32Array(4e6)))
    await model.dispose()
    expect(await upload).toBeInstanceOf(StateError)
  })
})

describe('a worker that dies', () => {
  it('rejects everything that waits, and says so from then on', async () => {
    const worker = ownWorker()
    const model = await classifierInWorker({ worker })
    const waiting = [() => model.fit(x, y, { epochs: 1e6 }), () => model.evaluate(x, y)].map(failureOf)
    await worker.terminate()
    const errors = await Promise.all(waiting)
    for (const [i, error] of errors.entries()) {
      expect(error).toBeInstanceOf(StateError)
      expect(error.message).toMatch(
        i === 0 ? /^fit: the model's worker is gone/ : /^evaluate: the model's worker is gone/,
      )
    }
    const later = await failureOf(() => model.predict(x))
    expect(later).toBeInstanceOf(StateError)
    expect(later.message).toMatch(/^the model's worker is gone: it ended \(exit code 1\)\. Its weights are lost/)
    expect(model.disposed).toBe(false)
    await model.dispose()
  })

  it('of an error, names it', async () => {
    const crashing = `${readFileSync(script, 'utf8')};require('node:worker_threads').parentPort.on('message', (message) => {
      if (message.method === 'summary') throw new Error('struck by lightning')
    })`
    const model = await classifierInWorker({ worker: new Worker(crashing, { eval: true }) })
    const error = await failureOf(() => model.summary().then(() => model.summary()))
    expect(error).toBeInstanceOf(StateError)
    expect(error.message).toContain("the model's worker is gone: it failed: struck by lightning")
    expect(error.cause).toMatchObject({ message: 'struck by lightning' })
  })

  it('before it has begun, is one that did not start', async () => {
    const error = await failureOf(() =>
      workerModel(description(), { worker: new Worker("throw new Error('no')", { eval: true }) }),
    )
    expect(error.message).toMatch(
      /^workerModel: a worker could not be started here \(it failed: no\); pass one that runs/,
    )
  })
})

it('the script is of use to workers alone', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [script]).catch((error) => error)
  expect(stderr).toContain('ravine/worker-script is for workers')
})

describe('a process', () => {
  const run = async (program: string) => {
    const source = `
      import { dense } from 'ravine'
      import { workerModel } from 'ravine/worker'
      const model = await workerModel({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
      await model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      ${program}`
    const args = ['--input-type=module', '--eval', source]
    // A package may import itself by its name.
    return (await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 60_000 })).stdout.trim()
  }

  it('ends by itself after dispose', async () => {
    expect(await run('console.log((await model.fit([1, 2], [1, 2])).epochs.length); await model.dispose()')).toBe('1')
  })

  it('is not kept alive by a worker that has nothing to do', async () => {
    expect(await run("console.log('end')")).toBe('end')
  })

  it('is kept alive by a call that nobody awaits', async () => {
    const program = 'model.fit([1, 2], [1, 2], { epochs: 2000 }).then(({ epochs }) => console.log(epochs.length))'
    expect(await run(program)).toBe('2000')
  })
})

it('many are made and ended, one after the other', async () => {
  for (let i = 0; i < 8; i++) {
    const model = ends(await workerModel(description()))
    expect(model).toBeInstanceOf(WorkerModel)
    await model.dispose()
  }
})
