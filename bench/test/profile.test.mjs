// Whose time a sample is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partOf, parts, sharesOf } from '../lib/profile.mjs'

const crate = (path) => `ravine[b90ddff29af3ef6e]::${path}`
const method = (type, name) => `<${crate(type)}>::${name}`
const forward = `<${crate('nn::layers::dense::Dense')} as ${crate('nn::layer::Operation')}>::forward`
const engine = [method('nn::network::Network', 'step'), method('nn::run::Run', 'advance'), 'step']

test('products are told apart by who asks for them', () => {
  const product = [crate('kernels::gemm::tiles::<4usize, 2usize>'), crate('kernels::gemm::gemm')]
  const askers = [forward, method('nn::layers::dense::Dense', 'learn'), method('nn::layers::dense::Dense', 'pass_back')]
  assert.deepEqual(
    askers.map((asker) => partOf([...product, asker, ...engine]).slice(0, 10)),
    ['product NN', 'product TN', 'product NT'],
  )
  assert.equal(partOf([crate('kernels::gemm::pack::pack::<4usize>'), ...product, forward]), 'packing')
})

test('a helper belongs to the kernel that calls it, the rest to the engine or to JavaScript', () => {
  const loss = [method('simd::wasm::F32x4', 'from_partial'), crate('kernels::loss::evaluate'), ...engine]
  assert.equal(partOf(loss), 'loss')
  assert.equal(partOf([method('kernels::loss::rowwise::Block', 'label'), ...engine]), 'loss')
  assert.equal(partOf(engine), 'engine: steps, arenas, sums of the run')
  assert.equal(partOf(['fit', 'step']), 'JavaScript and the crossing')
  assert.equal(partOf(['(garbage collector)']), 'JavaScript and the crossing')
})

test('shares are of the time that was not idle', () => {
  const node = (id, functionName, children = []) => ({ id, callFrame: { functionName }, children })
  const nodes = [
    node(1, '(root)', [2, 5]),
    node(2, 'fit', [3]),
    node(3, method('nn::run::Run', 'advance'), [4]),
    node(4, crate('kernels::gather::gather')),
    node(5, '(idle)'),
  ]
  const { shares, functions } = sharesOf({ nodes, samples: [4, 4, 3, 2, 5, 4], timeDeltas: [9, 10, 20, 10, 10, 50] })
  assert.deepEqual(
    shares.map(({ name, share }) => [name.split(':')[0], share]),
    [
      ['gather', 0.6],
      ['engine', 0.2],
      ['JavaScript and the crossing', 0.2],
    ],
  )
  assert.equal(functions[0].name, crate('kernels::gather::gather'))
  assert.equal(new Set(parts.map(({ name }) => name)).size, parts.length)
})
