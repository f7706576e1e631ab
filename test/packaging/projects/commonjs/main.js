// From CommonJS, where Node can require an ES module: trains at once, without a promise.
const { adam, dense, sequential } = require('ravine')
const { activate } = require('ravine/ops')

const x = Float32Array.from({ length: 64 }, (_, i) => i / 32 - 1)
const y = x.map((value) => 3 * value - 1)
const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
model.compile({ optimizer: adam({ learningRate: 0.1 }), loss: 'meanSquaredError' })
for (let step = 0; step < 240; step++) model.trainOnBatch(x, y)
const [prediction] = model.predict([2]).data
console.log(JSON.stringify({ prediction, rectified: [...activate('relu', [-1, 2]).data] }))
