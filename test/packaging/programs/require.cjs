// From CommonJS, where Node can require an ES module.
const { dense, sequential } = require('ravine')
const { activate } = require('ravine/ops')

const model = sequential({ inputShape: [1], seed: 1, layers: [dense({ units: 1 })] })
console.log(JSON.stringify([model.countParameters(), ...activate('relu', [-1, 2]).data]))
