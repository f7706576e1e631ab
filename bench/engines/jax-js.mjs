// jax-js on WebAssembly: forward, backward and Adam in one jitted step. Its optimizer package could not be had from npm, so the
// update is written out as optax defines it. What made it fast is in README.md; the two that matter most: wait for each step
// (work left pending slows the next steps), and wait on one output only.
import { batchesOf, targets, transpose } from '../lib/data.mjs'

let jax

async function open() {
  jax = await import('@jax-js/jax')
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  const { default: manifest } = await import('../node_modules/@jax-js/jax/package.json', { with: { type: 'json' } })
  return { version: manifest.version }
}

/** Losses of logits `z` and targets `y`; every function of jax-js owns (and frees) its arguments, `.ref` keeps one. */
const lossOf = {
  softmaxCrossentropy: (z, y, rows) =>
    jax.nn
      .logSoftmax(z)
      .mul(y)
      .sum()
      .mul(-1 / rows),
  sigmoidCrossentropy(z, y, rows) {
    const { numpy: np } = jax
    const tail = np.log1p(np.exp(np.abs(z.ref).neg()))
    return np
      .maximum(z.ref, 0)
      .sub(z.mul(y))
      .add(tail)
      .sum()
      .mul(1 / rows)
  },
  sigmoidSquaredError: (z, y, rows) =>
    jax.numpy
      .square(jax.nn.sigmoid(z).sub(y))
      .sum()
      .mul(1 / rows),
}

/** Optimizers as pure functions: state and gradients in, new parameters and state out. */
const rules = {
  adam: ({ learningRate, beta1, beta2, epsilon }) => ({
    init(params) {
      const { numpy: np, tree } = jax
      const zeros = () => tree.map((p) => np.zerosLike(p.ref), params)
      return { m: zeros(), v: zeros(), power1: np.array(1), power2: np.array(1) }
    },
    update(params, gradients, state) {
      const { numpy: np, tree } = jax
      const power1 = state.power1.mul(beta1)
      const power2 = state.power2.mul(beta2)
      const m = tree.map((old, g) => old.mul(beta1).add(g.mul(1 - beta1)), state.m, tree.ref(gradients))
      const v = tree.map((old, g) => old.mul(beta2).add(np.square(g).mul(1 - beta2)), state.v, gradients)
      const rate = np.reciprocal(np.subtract(1, power1.ref)).mul(learningRate)
      const scale = np.reciprocal(np.subtract(1, power2.ref))
      const moved = tree.map(
        (p, a, b) => p.sub(a.mul(rate.ref).div(np.sqrt(b.mul(scale.ref)).add(epsilon))),
        params,
        tree.ref(m),
        tree.ref(v),
      )
      rate.dispose()
      scale.dispose()
      return [moved, { m, v, power1, power2 }]
    },
  }),
  sgd: ({ learningRate, momentum }) => ({
    init: (params) => (momentum ? jax.tree.map((p) => jax.numpy.zerosLike(p.ref), params) : []),
    update(params, gradients, state) {
      const { tree } = jax
      const velocity = momentum ? tree.map((old, g) => old.mul(momentum).add(g), state, gradients) : gradients
      const moved = tree.map((p, d) => p.sub(d.mul(learningRate)), params, momentum ? tree.ref(velocity) : velocity)
      return [moved, momentum ? velocity : []]
    },
  }),
}

async function prepare(testCase, data, weights) {
  const { numpy: np, nn, jit, valueAndGrad, tree, blockUntilReady } = jax
  const { batchSize } = testCase
  const vector = (values) => np.array(Float32Array.from(values))
  const matrix = (values, columns) => vector(values).reshape([-1, columns])
  const xs = batchesOf(data.x, data.features, testCase).map((b) => matrix(b, data.features))
  const outputs = testCase.sizes.at(-1)
  const ys = batchesOf(targets(testCase, data), outputs, testCase).map((b) => matrix(b, outputs))
  await blockUntilReady([xs, ys])

  const hidden = testCase.hidden === 'relu' ? nn.relu : nn.sigmoid
  const forward = (params, x) =>
    params.reduce((a, { kernel, bias }, l) => {
      const z = np.dot(a, np.transpose(kernel)).add(bias)
      return l < params.length - 1 ? hidden(z) : z
    }, x)
  const lossOfBatch = (params, x, y) => lossOf[testCase.loss](forward(params, x), y, batchSize)
  const rule = rules[testCase.optimizer.kind](testCase.optimizer)
  const trainStep = jit((params, state, x, y) => {
    const [loss, gradients] = valueAndGrad(lossOfBatch)(tree.ref(params), x, y)
    const [moved, nextState] = rule.update(params, gradients, state)
    return [moved, nextState, loss]
  })
  const evaluate = jit(lossOfBatch)

  let params
  let state
  let next = 0
  const release = () => {
    if (params) tree.dispose([params, state])
    params = undefined
  }

  return {
    async reset() {
      release()
      // Kernels as [units, inputs]: rows along the sum make its products a little faster.
      params = weights.map(({ inputs, units, kernel, bias }) => ({
        kernel: matrix(transpose(kernel, inputs, units), inputs),
        bias: vector(bias),
      }))
      state = rule.init(params)
      next = 0
      await blockUntilReady([params, state])
    },
    async step(count) {
      for (let n = 0; n < count; n++) {
        const [moved, nextState, loss] = trainStep(params, state, xs[next].ref, ys[next].ref)
        params = moved
        state = nextState
        next = (next + 1) % xs.length
        await loss.blockUntilReady()
        loss.dispose()
      }
    },
    async loss() {
      let sum = 0
      for (let i = 0; i < xs.length; i++) sum += await evaluate(tree.ref(params), xs[i].ref, ys[i].ref).jsAsync()
      return sum / xs.length
    },
    dispose() {
      release()
      tree.dispose([xs, ys])
      trainStep.dispose()
      evaluate.dispose()
    },
  }
}

export default () => ({ open, prepare })
