// The answer every engine is held to: a trainer in plain JavaScript and double precision, written to be read and not to be fast.
// It starts from the same float32 data and weights as the engines, so that only rounding separates them from it.
//
//   forward    z = a · kernel + bias;  a = hidden(z), on the last layer the logits z themselves
//   loss       softmaxCrossentropy   mean over rows of logsumexp(z) - z[label]
//              sigmoidCrossentropy   mean over rows of max(z, 0) - z · y + log(1 + exp(-|z|))
//              sigmoidSquaredError   mean over rows of (sigmoid(z) - y)²
//   adam       m = β₁m + (1-β₁)g;  v = β₂v + (1-β₂)g²;  w -= lr · (m / (1-β₁ᵗ)) / (√(v / (1-β₂ᵗ)) + ε)
//   sgd        velocity = momentum · velocity + g;  w -= lr · velocity

const sigmoid = (z) => 1 / (1 + Math.exp(-z))

const activations = {
  relu: { value: (z) => Math.max(z, 0), slope: (a) => (a > 0 ? 1 : 0) },
  sigmoid: { value: sigmoid, slope: (a) => a * (1 - a) },
}

/** For one row of logits: the loss, and its gradient with respect to the logits written to `out`. */
const losses = {
  softmaxCrossentropy(z, label, out) {
    const top = Math.max(...z)
    const total = z.reduce((sum, value) => sum + Math.exp(value - top), 0)
    for (let j = 0; j < z.length; j++) out[j] = Math.exp(z[j] - top) / total - (j === label ? 1 : 0)
    return top + Math.log(total) - z[label]
  },
  sigmoidCrossentropy([z], label, out) {
    out[0] = sigmoid(z) - label
    return Math.max(z, 0) - z * label + Math.log1p(Math.exp(-Math.abs(z)))
  },
  sigmoidSquaredError([z], label, out) {
    const p = sigmoid(z)
    out[0] = 2 * (p - label) * p * (1 - p)
    return (p - label) ** 2
  },
}

const rules = {
  adam({ learningRate, beta1, beta2, epsilon }) {
    let step = 0
    return {
      slots: 2,
      nextStep: () => step++,
      update(w, g, [m, v]) {
        const c1 = 1 - beta1 ** step
        const c2 = 1 - beta2 ** step
        for (let i = 0; i < w.length; i++) {
          m[i] = beta1 * m[i] + (1 - beta1) * g[i]
          v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i]
          w[i] -= (learningRate * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + epsilon)
        }
      },
    }
  },
  sgd({ learningRate, momentum }) {
    return {
      slots: 1,
      nextStep() {},
      update(w, g, [velocity]) {
        for (let i = 0; i < w.length; i++) {
          velocity[i] = momentum * velocity[i] + g[i]
          w[i] -= learningRate * velocity[i]
        }
      },
    }
  },
}

/**
 * @param testCase a row of `cases/index.mjs`
 * @param data from `makeData`
 * @param weights from `makeWeights`; copied
 * @returns an object with `step(n)` (n batches in order, going round), `loss()` (mean over all rows) and `gradients(batch)`
 */
export function referenceTrainer(testCase, data, weights) {
  const hidden = activations[testCase.hidden]
  const rowLoss = losses[testCase.loss]
  const rule = rules[testCase.optimizer.kind](testCase.optimizer)
  const zeros = (count) => new Float64Array(count)
  const layers = weights.map(({ inputs, units, kernel, bias }) => ({
    inputs,
    units,
    kernel: Float64Array.from(kernel),
    bias: Float64Array.from(bias),
    kernelGradient: zeros(kernel.length),
    biasGradient: zeros(units),
    kernelSlots: Array.from({ length: rule.slots }, () => zeros(kernel.length)),
    biasSlots: Array.from({ length: rule.slots }, () => zeros(units)),
    out: zeros(units),
    delta: zeros(units),
  }))
  const last = layers.at(-1)
  let next = 0

  function forward(row) {
    let input = Float64Array.from(data.x.subarray(row * data.features, (row + 1) * data.features))
    const first = input
    for (const layer of layers) {
      const { out, units, kernel } = layer
      out.set(layer.bias)
      for (let i = 0; i < layer.inputs; i++) {
        const a = input[i]
        if (a !== 0) for (let j = 0, k = i * units; j < units; j++, k++) out[j] += a * kernel[k]
      }
      if (layer !== last) for (let j = 0; j < units; j++) out[j] = hidden.value(out[j])
      input = out
    }
    return first
  }

  /** Adds one row's gradients to the sums; `delta` of the last layer holds the gradient of the logits. */
  function backward(input) {
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, units, kernel, kernelGradient, biasGradient, delta } = layers[l]
      const below = layers[l - 1]
      const a = below ? below.out : input
      for (let j = 0; j < units; j++) biasGradient[j] += delta[j]
      for (let i = 0; i < inputs; i++) {
        const base = i * units
        if (a[i] !== 0) for (let j = 0; j < units; j++) kernelGradient[base + j] += a[i] * delta[j]
        if (!below) continue
        let sum = 0
        for (let j = 0; j < units; j++) sum += kernel[base + j] * delta[j]
        below.delta[i] = sum * hidden.slope(a[i])
      }
    }
  }

  /** The mean gradients over one batch, left in the layers. */
  function gradients(batch) {
    const { batchSize } = testCase
    for (const layer of layers) {
      layer.kernelGradient.fill(0)
      layer.biasGradient.fill(0)
    }
    for (let row = batch * batchSize; row < (batch + 1) * batchSize; row++) {
      const input = forward(row)
      rowLoss(last.out, data.labels[row], last.delta)
      for (let j = 0; j < last.units; j++) last.delta[j] /= batchSize
      backward(input)
    }
    return layers
  }

  function step(count) {
    for (let n = 0; n < count; n++) {
      gradients(next)
      rule.nextStep()
      for (const layer of layers) {
        rule.update(layer.kernel, layer.kernelGradient, layer.kernelSlots)
        rule.update(layer.bias, layer.biasGradient, layer.biasSlots)
      }
      next = (next + 1) % testCase.batches
    }
  }

  function loss(from = 0, to = data.rows) {
    const unused = new Float64Array(last.units)
    let total = 0
    for (let row = from; row < to; row++) {
      forward(row)
      total += rowLoss(last.out, data.labels[row], unused)
    }
    return total / (to - from)
  }

  return { step, loss, gradients, layers }
}
