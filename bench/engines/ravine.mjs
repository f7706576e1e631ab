// ravine, through its public interface and from its built package: `fit` over the whole data set, shuffling off.
// What one call of `fit` costs besides the steps (checking the options, copying the data in, the history) is in the figure.
import { isBinary } from '../cases/index.mjs'
import { targets } from '../lib/data.mjs'

const outputOf = {
  softmaxCrossentropy: { activation: 'softmax', loss: 'sparseCategoricalCrossentropy' },
  sigmoidCrossentropy: { activation: 'sigmoid', loss: 'binaryCrossentropy' },
  sigmoidSquaredError: { activation: 'sigmoid', loss: 'meanSquaredError' },
}

/** What runs, in words. */
const described = ({ variant, threads }) => `the ${variant} build on ${threads} thread${threads === 1 ? '' : 's'}`

/**
 * Why what runs is not what was asked for, if it is not: its times would be another engine's.
 *
 * @param asked the options of `init`
 * @param used what `runtime()` says
 */
export function notAsAsked({ variant = 'auto', threads = 'auto', wide = false }, used) {
  const build = wide ? 'wide' : variant
  const same = (build === 'auto' || build === used.variant) && (threads === 'auto' || threads === used.threads)
  return same ? undefined : `not to be had here: ravine runs ${described(used)}: ${used.reason}`
}

/** @param asked the options of `init`; without any it is not called, and the baseline runs */
export default function ravineEngine(asked = {}) {
  let ravine

  async function open() {
    ravine = await import('../../dist/index.js')
    if (Object.keys(asked).length > 0) await ravine.init(asked)
    const used = ravine.runtime()
    const reason = notAsAsked(asked, used)
    if (reason) throw new Error(reason)
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })
    return { version: manifest.version, variant: used.variant, threads: used.threads }
  }

  function prepare(testCase, data, weights) {
    const { sizes, hidden, batchSize, batches, optimizer } = testCase
    const output = outputOf[testCase.loss]
    const x = { data: data.x, shape: [data.rows, data.features] }
    const y = isBinary(testCase) ? { data: targets(testCase, data), shape: [data.rows, 1] } : data.labels
    const { kind, ...options } = optimizer
    let model
    let next = 0

    /** The rows of one batch, as views, for `trainOnBatch`. */
    function batch(i) {
      const [from, to] = [i * batchSize, (i + 1) * batchSize]
      const rows = {
        data: data.x.subarray(from * data.features, to * data.features),
        shape: [batchSize, data.features],
      }
      return [
        rows,
        isBinary(testCase) ? { data: y.data.subarray(from, to), shape: [batchSize, 1] } : y.subarray(from, to),
      ]
    }

    return {
      unit: batches,
      reset() {
        model?.dispose()
        const layers = weights.map(({ units }, l) =>
          ravine.dense({ units, activation: l < weights.length - 1 ? hidden : output.activation, name: `dense${l}` }),
        )
        model = ravine.sequential({ inputShape: [sizes[0]], seed: 1, layers })
        model.setWeights(
          Object.fromEntries(
            weights.flatMap(({ inputs, units, kernel, bias }, l) => [
              [`dense${l}/kernel`, { data: kernel, shape: [inputs, units] }],
              [`dense${l}/bias`, { data: bias, shape: [1, units] }],
            ]),
          ),
        )
        model.compile({ optimizer: ravine[kind](options), loss: output.loss })
        next = 0
      },
      async step(count) {
        if (next === 0 && count % batches === 0) {
          await model.fit(x, y, { epochs: count / batches, batchSize, shuffle: false, verbose: false })
          return
        }
        for (let n = 0; n < count; n++) {
          model.trainOnBatch(...batch(next))
          next = (next + 1) % batches
        }
      },
      loss: async () => (await model.evaluate(x, y)).loss,
      dispose: () => model?.dispose(),
    }
  }

  return { open, prepare }
}
