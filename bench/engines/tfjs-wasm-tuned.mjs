// TensorFlow.js on WebAssembly with hand-written gradients of the matrix products: what an expert gets out of it.
import { tfjsEngine } from './tfjs.mjs'
import { configure } from './tfjs-wasm.mjs'

export default tfjsEngine('wasm', { configure, ownGradients: true })
