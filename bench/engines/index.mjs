// The engines a run can choose from, in the order of the tables.
//
//   kind      'ours', 'javascript' (the peers the targets speak of) or 'native'
//   default   part of a run that names no engines
//   program   what a page would import to do the same work, for the download size; `wasm` are files it fetches besides

const tfjsProgram = (backend) => `
  import { tensor1d, tensor2d, variable, tidy, dispose, setBackend, ready, losses, train, add, matMul, relu } from '@tensorflow/tfjs-core'
  import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
  import * as backend from '@tensorflow/tfjs-backend-${backend}'
  globalThis.program = { tensor1d, tensor2d, variable, tidy, dispose, setBackend, ready, losses, train, add, matMul, relu, backend }`

export const engines = [
  {
    id: 'ravine',
    kind: 'ours',
    default: true,
    program: `import { sequential, dense, adam } from '../dist/index.js'
      globalThis.program = { sequential, dense, adam }`,
  },
  { id: 'ravine-relaxed', kind: 'ours', default: false },
  {
    id: 'jax-js',
    kind: 'javascript',
    default: true,
    program: `import { numpy, nn, jit, valueAndGrad, tree, init, blockUntilReady } from '@jax-js/jax'
      globalThis.program = { numpy, nn, jit, valueAndGrad, tree, init, blockUntilReady }`,
  },
  {
    id: 'tfjs-wasm',
    kind: 'javascript',
    default: true,
    program: tfjsProgram('wasm'),
    wasm: ['@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'],
  },
  { id: 'tfjs-wasm-tuned', kind: 'javascript', default: false },
  { id: 'tfjs-cpu', kind: 'javascript', default: true, program: tfjsProgram('cpu') },
  {
    id: 'brain',
    kind: 'javascript',
    default: true,
    program: `import { NeuralNetwork } from 'brain.js/browser.js'; globalThis.program = NeuralNetwork`,
  },
  {
    id: 'convnetjs',
    kind: 'javascript',
    default: true,
    program: `import { Net, Vol, Trainer } from 'convnetjs'; globalThis.program = { Net, Vol, Trainer }`,
  },
  { id: 'torch-1', kind: 'native', default: true, python: ['--threads', '1'] },
  { id: 'torch', kind: 'native', default: true, python: [] },
]

/** The engines with the given ids, in the order above; the default ones when no id is given. */
export function selectEngines(ids = []) {
  if (ids.length === 0) return engines.filter((engine) => engine.default)
  for (const id of ids) {
    if (!engines.some((engine) => engine.id === id))
      throw new Error(`no engine is called "${id}"; there are: ${engines.map((engine) => engine.id).join(', ')}`)
  }
  return engines.filter((engine) => ids.includes(engine.id))
}
