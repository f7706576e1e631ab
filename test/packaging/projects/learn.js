// Shared by all projects: what a user's program does with ravine, and the numbers that the test knows.

/**
 * Learns y = 3x − 1 from the first line on, and a network that is large enough for threads to share. `asked` is '?init' for the fastest build that the
 * engine accepts, '?threads' for the baseline with two threads, '?wide' for the wide build.
 */
export async function learn(ravine, asked) {
  const { adam, dense, init, runtime, sequential } = ravine
  if (asked === '?threads') await init({ variant: 'simd', threads: 2 })
  else if (asked === '?init') await init()
  else if (asked === '?wide') await init({ wide: true, threads: 1 })
  const x = Float32Array.from({ length: 64 }, (_, i) => i / 32 - 1)
  const y = x.map((value) => 3 * value - 1)
  const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
  model.compile({ optimizer: adam({ learningRate: 0.1 }), loss: 'meanSquaredError' })
  const { loss } = model.trainOnBatch(x, y)
  await model.fit(x, y, { epochs: 60, batchSize: 16, verbose: 0 })
  const [slope] = model.getWeights()['dense/kernel'].data
  const [intercept] = model.getWeights()['dense/bias'].data
  model.dispose()
  const digest = await large(ravine)
  const { variant, threads, reason } = runtime()
  // In Deno threads that wait would keep the program from ending.
  if (asked === '?threads') await init({ threads: 1 })
  return { loss, slope, intercept, digest, variant, threads, reason }
}

/** A number that every bit of the trained weights is in. */
async function large({ dense, sequential }) {
  const layers = [
    dense({ units: 128, activation: 'relu' }),
    dense({ units: 160, activation: 'tanh' }),
    dense({ units: 8 }),
  ]
  const model = sequential({ inputShape: [96], seed: 2, layers })
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
  const data = (width) => Float32Array.from({ length: 256 * width }, (_, i) => (((i * 7919) % 211) - 105) / 64)
  await model.fit(data(96), data(8), { epochs: 2, batchSize: 128, verbose: 0 })
  let digest = 0
  for (const { data } of Object.values(model.getWeights()))
    for (const bits of new Int32Array(data.buffer, data.byteOffset, data.length))
      digest = (Math.imul(digest, 31) + bits) | 0
  model.dispose()
  return digest
}

/** What became of it: the numbers, or the error. */
export const outcome = (learning) => learning.catch(({ name, code, message }) => ({ error: name, code, message }))
