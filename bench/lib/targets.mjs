// What ravine set out to reach on Node 26, and whether a run reached it. Ratios are medians: the rival's time over ours.

const all = () => true
const on =
  (...names) =>
  (name) =>
    names.includes(name)
const smallest = ['2-8-1 b4', '24-16-4 b16']

/** `rivals(engine)`: the engines a target is about; the fastest of them that gave the right answer counts. */
const javascript = ({ kind }) => kind === 'javascript'
const only = (id) => (engine) => engine.id === id
const nativeOn = (count) => (engine) => engine.kind === 'native' && engine.threads === count

const peers = { name: 'the fastest JavaScript peer', rivals: javascript }
const tfjs = { name: 'tfjs-wasm', rivals: only('tfjs-wasm') }
const pytorch = { name: 'PyTorch, one thread', rivals: only('torch-1') }
const pytorch2 = { name: 'PyTorch, two threads', rivals: nativeOn(2) }
/** The same build on one thread: the pool takes the build that `init` takes by itself, which is this one where it is accepted. */
const oneThread = { name: 'the same build on one thread', rivals: only('ravine-relaxed'), sameVariant: true }

/** By the engine of ours that they are set for. */
export const targets = {
  // One thread, plain SIMD.
  ravine: [
    { ...peers, ratio: 2, applies: all },
    { ...peers, ratio: 20, applies: on(...smallest) },
    { ...peers, ratio: 12, applies: on('64-64-64-10 b32') },
    { ...tfjs, ratio: 8, applies: all },
    { ...pytorch, ratio: 5, applies: on(...smallest, '64-64-64-10 b32') },
    { ...pytorch, ratio: 3, applies: on('784-32-10 b32') },
    { ...pytorch, ratio: 0.6, applies: on('784-128-10 b128') },
  ],
  // One thread, fused multiply-adds.
  'ravine-relaxed': [
    { ...peers, ratio: 2.5, applies: all },
    { ...peers, ratio: 25, applies: on(...smallest) },
    { ...peers, ratio: 15, applies: on('64-64-64-10 b32') },
    { ...pytorch, ratio: 0.75, applies: on('784-128-10 b128') },
    { ...pytorch, ratio: 0.45, applies: on('784-512-512-10 b32', '784-512-512-10 b128') },
  ],
  'ravine-2': [
    { ...oneThread, ratio: 1.7, applies: on('784-512-512-10 b128') },
    { ...oneThread, ratio: 1.4, applies: on('784-128-10 b128') },
  ],
  'ravine-wide': [{ ...pytorch, ratio: 1, applies: on('784-128-10 b128') }],
  // All that init() and wide bring on two cores.
  'ravine-wide-2': [
    { ...peers, ratio: 4, applies: all },
    { ...pytorch2, ratio: 1, applies: on('784-128-10 b128') },
  ],
}

/** The rows of one engine of ours on one workload. */
function judge(ours, engines, { name, results }) {
  const time = (id) => results[id]?.ms?.median
  const { variant } = engines.find(({ id }) => id === ours) ?? {}
  return targets[ours].flatMap(({ name: target, rivals, ratio: wanted, applies, sameVariant }) => {
    const timed = engines.filter(
      (engine) => !engine.browser && rivals(engine) && time(engine.id) && !(sameVariant && engine.variant !== variant),
    )
    if (!applies(name) || timed.length === 0) return []
    const { id: rival } = timed.reduce((a, b) => (time(a.id) <= time(b.id) ? a : b))
    const reached = time(rival) / time(ours)
    return { ours, workload: name, target, rival, wanted, reached, ok: reached >= wanted }
  })
}

/**
 * @param run a result of run.mjs: `{ engines, workloads }`
 * @returns one row for each target and workload that both an engine of ours and a rival ran:
 *   `{ ours, workload, target, rival, wanted, reached, ok }`
 */
export function judgeTargets({ engines, workloads }) {
  const main = workloads.filter(({ group }) => group === 'main')
  return Object.keys(targets).flatMap((ours) =>
    main.filter(({ results }) => results[ours]?.ms).flatMap((workload) => judge(ours, engines, workload)),
  )
}
