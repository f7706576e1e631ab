// A network for the first task, and what is made of it for the second.
import { adam, dense, input, Model, model } from 'ravine'

const compile = (net) => {
  net.compile({
    optimizer: adam({ learningRate: 0.003 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  })
  return net
}

/** What stands above the first hidden layer: the same for both tasks, with weights of its own for each. */
const head = (features) => {
  const hidden = dense({ units: 64, activation: 'relu', name: 'late' }).apply(features)
  return dense({ units: 5, activation: 'softmax', name: 'digits' }).apply(hidden)
}

/** 784-128-64-5 with new weights. */
export function fresh(seed) {
  const pixels = input({ shape: [784] })
  const features = dense({ units: 128, activation: 'relu', name: 'early' }).apply(pixels)
  return compile(model({ inputs: pixels, outputs: head(features), seed }))
}

/**
 * The same with the first hidden layer of a trained network, or both: cut there, and a new head put on.
 *
 * @param bytes a trained network, saved
 * @param cut 'early' or 'late': the last layer that is kept
 */
export function moved(bytes, cut, seed) {
  const trained = Model.fromBytes(bytes)
  const body = trained.outputAt(cut)
  const outputs =
    cut === 'early'
      ? head(body.outputs)
      : dense({ units: 5, activation: 'softmax', name: 'digits' }).apply(body.outputs)
  const net = model({ inputs: body.inputs, outputs, seed })
  for (const old of [trained, body]) old.dispose() // The new network has copies of their weights.
  return compile(net)
}

/** Holds these layers as they are. */
export function freeze(net, names) {
  for (const name of names) net.getLayer(name).trainable = false
  return compile(net)
}

/** Lets these layers learn too, at a share of the rate. */
export function release(net, names, share) {
  for (const name of names) {
    const layer = net.getLayer(name)
    layer.trainable = true
    layer.learningRateScale = share
  }
  return compile(net)
}
