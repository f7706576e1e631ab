// The results as one SVG: a row per workload, a dot per engine, ms per step on a logarithmic axis.

const COLOURS = {
  ravine: '#0b7a75',
  'ravine-relaxed': '#5bb8b2',
  'jax-js': '#d1495b',
  'tfjs-wasm': '#edae49',
  'tfjs-wasm-tuned': '#f4d58d',
  'tfjs-cpu': '#8d6a1f',
  brain: '#7768ae',
  convnetjs: '#3b6fb6',
  'torch-1': '#444444',
  torch: '#999999',
}

const LEFT = 190
const RIGHT = 30
const WIDTH = 900
const ROW = 34
const TOP = 84

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const text = (x, y, content, more = '') => `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`

/** 0.001 → '1 µs', 1 → '1 ms', 1000 → '1 s'. */
function tick(ms) {
  if (ms < 1) return `${+(ms * 1000).toPrecision(1)} µs`
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`
}

/** @param run a result of run.mjs @returns the SVG's text */
export function chart({ host, workloads, engines }) {
  const points = workloads.flatMap(({ results }, row) =>
    engines.filter(({ id }) => results[id]?.ms).map(({ id }) => ({ id, row, ms: results[id].ms.median })),
  )
  const times = points.map(({ ms }) => ms)
  const low = Math.floor(Math.log10(Math.min(...times)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...times))))
  const x = (ms) => LEFT + ((Math.log10(ms) - low) / (high - low)) * (WIDTH - LEFT - RIGHT)
  const y = (row) => TOP + (row + 0.5) * ROW
  const bottom = TOP + workloads.length * ROW

  const decades = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).map((ms) =>
    [
      `<line x1="${x(ms).toFixed(1)}" x2="${x(ms).toFixed(1)}" y1="${TOP}" y2="${bottom}" stroke="#dddddd"/>`,
      text(x(ms).toFixed(1), bottom + 18, tick(ms), 'text-anchor="middle" fill="#555555"'),
    ].join(''),
  )
  const rows = workloads.map(({ name, results }, row) => {
    const here = points.filter((point) => point.row === row)
    const line = here.length
      ? `<line x1="${x(Math.min(...here.map((p) => p.ms))).toFixed(1)}" x2="${x(Math.max(...here.map((p) => p.ms))).toFixed(1)}" y1="${y(row)}" y2="${y(row)}" stroke="#bbbbbb" stroke-width="2"/>`
      : ''
    const dots = here.map(
      ({ id, ms }) =>
        `<circle cx="${x(ms).toFixed(1)}" cy="${y(row)}" r="${id === 'ravine' ? 8 : 6}" fill="${COLOURS[id] ?? '#000000'}" stroke="#ffffff"><title>${escaped(`${id}, ${name}: ${results[id].ms.median} ms`)}</title></circle>`,
    )
    return text(LEFT - 14, y(row) + 4, name, 'text-anchor="end" fill="#222222"') + line + dots.join('')
  })
  let left = 26
  const legend = engines
    .filter(({ id }) => points.some((point) => point.id === id))
    .map(({ id }) => {
      const entry = `<circle cx="${left}" cy="60" r="6" fill="${COLOURS[id] ?? '#000000'}"/>${text(left + 12, 64, id, 'fill="#222222"')}`
      left += 40 + 7 * id.length
      return entry
    })
  const height = bottom + 56
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(
      20,
      32,
      'Time per training step (lower is better, logarithmic)',
      'font-size="18" font-weight="600" fill="#111111"',
    ),
    ...legend,
    ...decades,
    ...rows,
    text(
      20,
      height - 12,
      `${host.cpu}, Node ${host.node}, ${host.date.slice(0, 10)}, commit ${host.commit ?? 'none'}`,
      'font-size="11" fill="#777777"',
    ),
    '</svg>',
    '',
  ].join('\n')
}
