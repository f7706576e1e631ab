// A V8 CPU profile of training as shares of a step. A sample belongs to the innermost function on its stack that a row below names; products
// are told apart by who asked for them.

/** From the inside to the outside; the first row that names a function on the stack has the sample. `within` is looked for further out. */
export const parts = [
  { name: 'packing', function: /::gemm::pack/ },
  { name: 'product NN: forward', function: /::gemm::/, within: /Dense as .*>::forward/ },
  { name: 'product TN: gradient of the kernel', function: /::gemm::/, within: /Dense>::learn/ },
  { name: 'product NT: gradient of the input', function: /::gemm::/, within: /Dense>::pass_back/ },
  { name: 'bias sums', function: /::reduce::column_sums/ },
  { name: 'activation', function: /::kernels::activation::/ },
  { name: 'loss', function: /::kernels::loss::/ },
  { name: 'update', function: /::kernels::update::|::optim::/ },
  { name: 'gather', function: /::kernels::gather::|::load(?:_labels)?$/ },
  { name: 'engine: steps, arenas, sums of the run', function: /ravine\[\w+\]::(?:nn|ffi)::/ },
]

/** All that is not WebAssembly: the loop of `fit`, the crossing, V8's own work. */
const OUTSIDE = 'JavaScript and the crossing'

/** The part that a stack belongs to, given its functions' names from the inside to the outside. */
export function partOf(stack) {
  for (const [depth, name] of stack.entries()) {
    const outer = stack.slice(depth + 1)
    const part = parts.find(
      (row) => row.function.test(name) && (!row.within || outer.some((caller) => row.within.test(caller))),
    )
    if (part) return part.name
  }
  return OUTSIDE
}

/**
 * @param profile of the inspector's `Profiler.stop`
 * @returns `{ shares: [{ name, share }], functions: [{ name, share }] }`: by part, and by the innermost function, the largest first
 */
export function sharesOf({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  const stackOf = (id) => {
    const stack = []
    for (let at = id; at !== undefined; at = parents.get(at)) stack.push(byId.get(at).callFrame.functionName)
    return stack
  }
  const stacks = new Map(nodes.map(({ id }) => [id, stackOf(id)]))
  const [byPart, byFunction] = [new Map(), new Map()]
  const add = (map, name, time) => map.set(name, (map.get(name) ?? 0) + time)
  let total = 0
  for (const [i, id] of samples.entries()) {
    const stack = stacks.get(id)
    if (stack[0] === '(idle)') continue
    // A sample stands for the time to the next one.
    const time = Math.max(0, timeDeltas[i + 1] ?? 0)
    total += time
    add(byPart, partOf(stack), time)
    add(byFunction, stack[0], time)
  }
  const sorted = (map) =>
    [...map].map(([name, time]) => ({ name, share: time / total })).sort((a, b) => b.share - a.share)
  return { shares: sorted(byPart), functions: sorted(byFunction) }
}
