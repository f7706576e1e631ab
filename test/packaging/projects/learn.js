// Shared by all projects: what a user's program does with ravine, and the numbers that the test knows.

/** Learns y = 3x − 1 from the first line on; where `best` is true, with the fastest build that the engine accepts. */
export async function learn({ adam, dense, init, runtime, sequential }, best) {
  if (best) await init()
  const x = Float32Array.from({ length: 64 }, (_, i) => i / 32 - 1)
  const y = x.map((value) => 3 * value - 1)
  const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
  model.compile({ optimizer: adam({ learningRate: 0.1 }), loss: 'meanSquaredError' })
  const { loss } = model.trainOnBatch(x, y)
  await model.fit(x, y, { epochs: 60, batchSize: 16, verbose: 0 })
  const [slope] = model.getWeights()['dense/kernel'].data
  const [intercept] = model.getWeights()['dense/bias'].data
  model.dispose()
  const { variant, reason } = runtime()
  return { loss, slope, intercept, variant, reason }
}

/** What became of it: the numbers, or the error. */
export const outcome = (learning) => learning.catch(({ name, code, message }) => ({ error: name, code, message }))
