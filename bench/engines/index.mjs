// The engines a run can choose from, in the order of the tables.
//
//   adapter   its file in this folder, which makes the engine from `options`; or `python`: arguments of pytorch.py
//   kind      'ours', 'javascript' (the peers the targets speak of) or 'native'
//   default   part of a run that names no engines
//   program   what a page would import to do the same work, for the download size; `wasm` are files it fetches besides
//   page      can run in a page too, as `chromium:<id>` and `firefox:<id>`; `bundled`: its library is a package, bundled for the page;
//             `isolated: false`: the page does not get what threads need
//
// Besides, `ravine@<variant>[+<threads>]` is ravine as `init` makes it: `ravine@relaxed`, `ravine@simd+4`, `ravine@auto+auto`, `ravine@wide+2`.

const tfjsProgram = (backend) => `
  import { tensor1d, tensor2d, variable, tidy, dispose, setBackend, ready, losses, train, add, matMul, relu } from '@tensorflow/tfjs-core'
  import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
  import * as backend from '@tensorflow/tfjs-backend-${backend}'
  globalThis.program = { tensor1d, tensor2d, variable, tidy, dispose, setBackend, ready, losses, train, add, matMul, relu, backend }`

const ravine = { adapter: 'ravine', kind: 'ours', page: true }

/** The options of `init` for a variant, where `wide` is an option of its own. */
const asked = (variant, threads) => (variant === 'wide' ? { wide: true, threads } : { variant, threads })

// In an isolated page it gives most kernels to workers: faster on the largest networks, up to ten times slower on small ones.
const jaxJs = {
  id: 'jax-js',
  adapter: 'jax-js',
  kind: 'javascript',
  default: true,
  page: true,
  bundled: true,
  isolated: false,
  program: `import { numpy, nn, jit, valueAndGrad, tree, init, blockUntilReady } from '@jax-js/jax'
    globalThis.program = { numpy, nn, jit, valueAndGrad, tree, init, blockUntilReady }`,
}

const nodeEngines = [
  {
    ...ravine,
    id: 'ravine',
    default: true,
    program: `import { sequential, dense, adam } from '../dist/index.js'
      globalThis.program = { sequential, dense, adam }`,
  },
  { ...ravine, id: 'ravine-relaxed', default: true, options: asked('relaxed', 1) },
  // With the fastest build that there is without `wide`.
  { ...ravine, id: 'ravine-2', default: true, options: asked('auto', 2) },
  { ...ravine, id: 'ravine-threads', default: false, options: asked('auto', 'auto') },
  { ...ravine, id: 'ravine-wide', default: true, options: asked('wide', 1), page: false },
  { ...ravine, id: 'ravine-wide-2', default: true, options: asked('wide', 2), page: false },
  jaxJs,
  {
    id: 'tfjs-wasm',
    adapter: 'tfjs',
    options: { backend: 'wasm' },
    kind: 'javascript',
    default: true,
    page: true,
    bundled: true,
    program: tfjsProgram('wasm'),
    wasm: ['@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'],
  },
  {
    id: 'tfjs-wasm-tuned',
    adapter: 'tfjs',
    options: { backend: 'wasm', ownGradients: true },
    kind: 'javascript',
    default: false,
    page: true,
    bundled: true,
  },
  {
    id: 'tfjs-cpu',
    adapter: 'tfjs',
    options: { backend: 'cpu' },
    kind: 'javascript',
    default: true,
    page: true,
    bundled: true,
    program: tfjsProgram('cpu'),
  },
  {
    id: 'brain',
    adapter: 'brain',
    kind: 'javascript',
    default: true,
    program: `import { NeuralNetwork } from 'brain.js/browser.js'; globalThis.program = NeuralNetwork`,
  },
  {
    id: 'convnetjs',
    adapter: 'convnetjs',
    kind: 'javascript',
    default: true,
    program: `import { Net, Vol, Trainer } from 'convnetjs'; globalThis.program = { Net, Vol, Trainer }`,
  },
  { id: 'torch-1', kind: 'native', default: true, python: ['--threads', '1'] },
  { id: 'torch-2', kind: 'native', default: false, python: ['--threads', '2'] },
  { id: 'torch', kind: 'native', default: true, python: [] },
]

/** Engines that only pages have. */
const pageEngines = [{ ...jaxJs, id: 'jax-js-threads', isolated: true }]

/** What a page is measured with unless it is named; the other browsers' engines are made when asked for. */
const inPages = {
  chromium: ['ravine', 'ravine-relaxed', 'ravine-2', 'jax-js', 'jax-js-threads', 'tfjs-wasm'],
  firefox: ['ravine', 'ravine-relaxed', 'ravine-2'],
}

const browserNames = { chromium: 'Chromium', firefox: 'Firefox' }

/** The engine in a page: without the figures that only a process has. */
function inPage(engine, browser) {
  if (!engine.page) throw new Error(`"${engine.id}" does not run in a page`)
  const { program, wasm, ...rest } = engine
  return { ...rest, id: `${browser}:${engine.id}`, browser: browserNames[browser], default: false }
}

export const engines = [
  ...nodeEngines,
  ...Object.entries(inPages).flatMap(([browser, ids]) =>
    ids.map((id) =>
      inPage(
        [...nodeEngines, ...pageEngines].find((engine) => engine.id === id),
        browser,
      ),
    ),
  ),
]

/** Names of several engines at once. */
const groups = {
  default: (engine) => engine.default,
  ours: (engine) => engine.kind === 'ours' && !engine.browser,
  browsers: (engine) => engine.browser,
}

/** The engine of this id: a row, a row in a page, or ravine as `init` makes it. */
export function findEngine(id) {
  const row = engines.find((engine) => engine.id === id)
  if (row) return row
  const [, browser, inner] = id.match(/^(chromium|firefox):(.+)$/) ?? []
  if (browser) return inPage(pageEngines.find((engine) => engine.id === inner) ?? findEngine(inner), browser)
  const [, variant, threads = '1'] = id.match(/^ravine@(simd|relaxed|auto|wide)(?:\+(\d+|auto))?$/) ?? []
  if (variant) {
    const options = asked(variant, threads === 'auto' ? threads : Number(threads))
    return { ...ravine, id, options, default: false, page: variant !== 'wide' }
  }
  throw new Error(
    `no engine is called "${id}"; there are: ${engines.map((engine) => engine.id).join(', ')}, ` +
      `ravine@simd|relaxed|auto|wide[+threads], and the groups ${Object.keys(groups).join(', ')}`,
  )
}

/** The engines with the given ids or groups; the default ones when none is given. Rows come in the order above, others after them as named. */
export function selectEngines(ids = []) {
  const wanted = ids.length === 0 ? ['default'] : ids
  const chosen = wanted.flatMap((id) => (groups[id] ? engines.filter(groups[id]) : [findEngine(id)]))
  const rows = engines.filter((engine) => chosen.includes(engine))
  const others = chosen.filter(
    (engine, i) => !rows.includes(engine) && chosen.findIndex(({ id }) => id === engine.id) === i,
  )
  return [...rows, ...others]
}
