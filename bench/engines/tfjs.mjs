// TensorFlow.js, on either of its CPU backends. Of the three ways to write a step with its own gradients (layers'
// trainOnBatch, minimize over variables, minimize with fused.matMul) the second is the fastest; see README.md.
import { batchesOf, targets } from '../lib/data.mjs'

/** A CommonJS package in Node, modules in a page's bundle. */
const whole = (module) => module.default ?? module

/** Where the backend's .wasm files are, as it wants to be told: a folder with its last separator, or an address. */
function wasmFolder() {
  const folder = new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)
  return folder.protocol === 'file:' ? process.getBuiltinModule('node:url').fileURLToPath(folder) : folder.href
}

/** The threads it runs on, where it can: -1 is its word for a build without any. */
function threadsOf(wasm) {
  const count = wasm ? wasm.getThreadsCount() : 1
  return Math.max(1, count)
}

/**
 * @param options `backend`: 'wasm' (its SIMD build; one thread in Node, where the threaded build misses a global `Worker`) or 'cpu' (plain
 *   JavaScript); `ownGradients` replaces the library's gradient of a product by a hand-written one: what an expert gets out of it
 */
export default function tfjsEngine({ backend, ownGradients = false }) {
  let tf

  /**
   * x · kernel. The wasm backend is several times slower at products with a transposed operand, which the library's own
   * gradient asks for; these gradients transpose first. The first layer's input is data: it gets no gradient.
   */
  const product = (x, kernel, isFirst) => {
    if (!ownGradients) return tf.matMul(x, kernel)
    const kernelGradient = (input, upstream) => tf.matMul(tf.transpose(input), upstream)
    if (isFirst) {
      const ofKernel = tf.customGrad((w) => ({ value: tf.matMul(x, w), gradFunc: (dy) => [kernelGradient(x, dy)] }))
      return ofKernel(kernel)
    }
    const ofBoth = tf.customGrad((a, w, save) => {
      save([a, w])
      return {
        value: tf.matMul(a, w),
        gradFunc: (dy, [input, weights]) => [tf.matMul(dy, tf.transpose(weights)), kernelGradient(input, dy)],
      }
    })
    return ofBoth(x, kernel)
  }

  const lossOf = {
    softmaxCrossentropy: (y, z) => tf.losses.softmaxCrossEntropy(y, z),
    sigmoidCrossentropy: (y, z) => tf.losses.sigmoidCrossEntropy(y, z),
    sigmoidSquaredError: (y, z) => tf.losses.meanSquaredError(y, tf.sigmoid(z)),
  }

  const makeOptimizer = {
    adam: ({ learningRate, beta1, beta2, epsilon }) => tf.train.adam(learningRate, beta1, beta2, epsilon),
    sgd: ({ learningRate, momentum }) =>
      momentum ? tf.train.momentum(learningRate, momentum) : tf.train.sgd(learningRate),
  }

  async function open() {
    // The main package, although core and a backend do the arithmetic: it is what registers the gradients in Node.
    tf = whole(await import('@tensorflow/tfjs'))
    const wasm = backend === 'wasm' && whole(await import('@tensorflow/tfjs-backend-wasm'))
    if (wasm) wasm.setWasmPaths(wasmFolder())
    if (!(await tf.setBackend(backend))) throw new Error(`the ${backend} backend of TensorFlow.js did not start`)
    await tf.ready()
    return { version: tf.version_core, threads: threadsOf(wasm) }
  }

  function prepare(testCase, data, weights) {
    const { batchSize } = testCase
    const y = targets(testCase, data)
    const outputs = testCase.sizes.at(-1)
    const xs = batchesOf(data.x, data.features, testCase).map((b) => tf.tensor2d(b, [batchSize, data.features]))
    const ys = batchesOf(y, outputs, testCase).map((b) => tf.tensor2d(b, [batchSize, outputs]))
    const loss = lossOf[testCase.loss]
    const hidden = testCase.hidden === 'relu' ? tf.relu : tf.sigmoid
    let layers = []
    let variables = []
    let optimizer
    let next = 0

    const forward = (x) =>
      layers.reduce((a, { kernel, bias }, l) => {
        const z = tf.add(product(a, kernel, l === 0), bias)
        return l < layers.length - 1 ? hidden(z) : z
      }, x)

    function release() {
      tf.dispose(variables)
      optimizer?.dispose()
    }

    return {
      reset() {
        release()
        layers = tf.tidy(() =>
          weights.map(({ inputs, units, kernel, bias }) => ({
            kernel: tf.variable(tf.tensor2d(kernel, [inputs, units])),
            bias: tf.variable(tf.tensor1d(bias)),
          })),
        )
        variables = layers.flatMap(({ kernel, bias }) => [kernel, bias])
        optimizer = makeOptimizer[testCase.optimizer.kind](testCase.optimizer)
        next = 0
      },
      step(count) {
        for (let n = 0; n < count; n++) {
          const i = next
          next = (next + 1) % xs.length
          // minimize tidies what it allocates and, without returnCost, reads nothing back.
          optimizer.minimize(() => loss(ys[i], forward(xs[i])), false, variables)
        }
      },
      loss: () => xs.reduce((sum, x, i) => sum + tf.tidy(() => loss(ys[i], forward(x)).dataSync()[0]), 0) / xs.length,
      dispose() {
        release()
        tf.dispose([xs, ys])
      },
    }
  }

  return { open, prepare }
}
