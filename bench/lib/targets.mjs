// What ravine set out to reach (one thread, plain SIMD, Node 26), and whether a run reached it. Ratios are medians.

const all = () => true
const smallest = ['2-8-1 b4', '24-16-4 b16']
const threeSmallest = [...smallest, '64-64-64-10 b32']

/** `rivals(engine)`: the engines a target is about; the fastest of them that gave the right answer counts. */
const javascript = ({ kind }) => kind === 'javascript'
const only = (id) => (engine) => engine.id === id

export const targets = [
  { ratio: 2, name: 'the fastest JavaScript peer', rivals: javascript, applies: all },
  { ratio: 20, name: 'the fastest JavaScript peer', rivals: javascript, applies: (name) => smallest.includes(name) },
  { ratio: 12, name: 'the fastest JavaScript peer', rivals: javascript, applies: (name) => name === '64-64-64-10 b32' },
  { ratio: 8, name: 'tfjs-wasm', rivals: only('tfjs-wasm'), applies: all },
  { ratio: 5, name: 'PyTorch, one thread', rivals: only('torch-1'), applies: (name) => threeSmallest.includes(name) },
  { ratio: 3, name: 'PyTorch, one thread', rivals: only('torch-1'), applies: (name) => name === '784-32-10 b32' },
  { ratio: 0.6, name: 'PyTorch, one thread', rivals: only('torch-1'), applies: (name) => name === '784-128-10 b128' },
]

/**
 * @param run a result of run.mjs: `{ engines, workloads }`
 * @returns one row for each target and workload that both ravine and a rival ran:
 *   `{ workload, target, rival, wanted, reached, ok }`
 */
export function judgeTargets({ engines, workloads }) {
  const rows = []
  for (const { name, group, results } of workloads) {
    const ours = results.ravine?.ms?.median
    if (group !== 'main' || !ours) continue
    for (const target of targets) {
      if (!target.applies(name)) continue
      const rivals = engines.filter((engine) => target.rivals(engine) && results[engine.id]?.ms)
      if (rivals.length === 0) continue
      const fastest = rivals.reduce((a, b) => (results[a.id].ms.median <= results[b.id].ms.median ? a : b))
      const reached = results[fastest.id].ms.median / ours
      rows.push({
        workload: name,
        target: target.name,
        rival: fastest.id,
        wanted: target.ratio,
        reached,
        ok: reached >= target.ratio,
      })
    }
  }
  return rows
}
