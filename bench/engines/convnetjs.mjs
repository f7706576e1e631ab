// ConvNetJS: plain JavaScript over Float64Arrays, gradients gathered row by row, updated once a batch. It has no Adam.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
let convnet

function cannot({ hidden, loss, optimizer }) {
  if (optimizer.kind !== 'sgd') return 'has no Adam (sgd, adagrad, adadelta and windowgrad only)'
  if (loss !== 'softmaxCrossentropy' || hidden !== 'relu') return 'has no single-output classifier loss'
}

function open() {
  convnet = require('convnetjs')
  return { version: require('convnetjs/package.json').version }
}

function prepare(testCase, { x, labels, features }, weights) {
  const rows = Array.from(labels, (_, row) => {
    const volume = new convnet.Vol(1, 1, features, 0)
    volume.w.set(x.subarray(row * features, (row + 1) * features))
    return volume
  })
  const { sizes, batchSize, optimizer } = testCase
  let net
  let trainer
  let next = 0
  return {
    reset() {
      net = new convnet.Net()
      net.makeLayers([
        { type: 'input', out_sx: 1, out_sy: 1, out_depth: features },
        ...sizes.slice(1, -1).map((units) => ({ type: 'fc', num_neurons: units, activation: 'relu' })),
        { type: 'softmax', num_classes: sizes.at(-1) },
      ])
      const dense = net.layers.filter(({ layer_type }) => layer_type === 'fc')
      for (const [l, { inputs, units, kernel, bias }] of weights.entries()) {
        dense[l].biases.w.set(bias)
        for (let j = 0; j < units; j++)
          for (let i = 0; i < inputs; i++) dense[l].filters[j].w[i] = kernel[i * units + j]
      }
      trainer = new convnet.Trainer(net, {
        method: 'sgd',
        learning_rate: optimizer.learningRate,
        momentum: optimizer.momentum,
        batch_size: batchSize,
        l2_decay: 0,
      })
      next = 0
    },
    step(count) {
      for (let n = 0; n < count * batchSize; n++) {
        trainer.train(rows[next], labels[next])
        next = (next + 1) % rows.length
      }
    },
    loss: () => rows.reduce((sum, row, i) => sum - Math.log(net.forward(row).w[labels[i]]), 0) / rows.length,
    dispose() {
      net = trainer = undefined
    },
  }
}

export default () => ({ open, cannot, prepare })
