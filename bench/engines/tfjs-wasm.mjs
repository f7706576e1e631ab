// TensorFlow.js on WebAssembly: its SIMD build, one thread (Node has no `Worker` global, which the threaded build needs).
import { dirname, sep } from 'node:path'
import { tfjsEngine } from './tfjs.mjs'

const name = '@tensorflow/tfjs-backend-wasm'

/** Registers the backend. Its .wasm files lie beside its main file; unless told, it looks in the working directory. */
export function configure(require) {
  require(name).setWasmPaths(dirname(require.resolve(name)) + sep)
}

export default tfjsEngine('wasm', { configure })
