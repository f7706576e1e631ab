// The results as one SVG: a row per workload, a mark per engine, ms per step on a logarithmic axis.
import { legend, mark, text, time } from './svg.mjs'

const LEFT = 190
const RIGHT = 30
const WIDTH = 900
const ROW = 34

/** @param run a result of run.mjs @returns the SVG's text */
export function chart({ host, workloads, engines }) {
  const points = workloads.flatMap(({ results }, row) =>
    engines.filter(({ id }) => results[id]?.ms).map(({ id }) => ({ id, row, ms: results[id].ms.median })),
  )
  const shown = engines.map(({ id }) => id).filter((id) => points.some((point) => point.id === id))
  const names = legend(shown, 20, 60, WIDTH - 20)
  const top = 64 + names.height
  const times = points.map(({ ms }) => ms)
  const low = Math.floor(Math.log10(Math.min(...times)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...times))))
  const x = (ms) => LEFT + ((Math.log10(ms) - low) / (high - low)) * (WIDTH - LEFT - RIGHT)
  const y = (row) => top + (row + 0.5) * ROW
  const bottom = top + workloads.length * ROW

  const decades = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).map((ms) =>
    [
      `<line x1="${x(ms).toFixed(1)}" x2="${x(ms).toFixed(1)}" y1="${top}" y2="${bottom}" stroke="#dddddd"/>`,
      text(x(ms).toFixed(1), bottom + 18, time(ms), 'text-anchor="middle" fill="#555555"'),
    ].join(''),
  )
  const rows = workloads.map(({ name }, row) => {
    const here = points.filter((point) => point.row === row)
    const ends = here.length > 0 && [Math.min, Math.max].map((end) => x(end(...here.map(({ ms }) => ms))).toFixed(1))
    const line = ends
      ? `<line x1="${ends[0]}" x2="${ends[1]}" y1="${y(row)}" y2="${y(row)}" stroke="#bbbbbb" stroke-width="2"/>`
      : ''
    const marks = here.map(({ id, ms }) => mark(id, x(ms), y(row), id === 'ravine' ? 8 : 6, `${id}, ${name}: ${ms} ms`))
    return text(LEFT - 14, y(row) + 4, name, 'text-anchor="end" fill="#222222"') + line + marks.join('')
  })
  const height = bottom + 56
  const title = 'Time per training step (lower is better, logarithmic)'
  const source = `${host.cpu}, Node ${host.node}, ${host.date.slice(0, 10)}, commit ${host.commit ?? 'none'}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(20, 32, title, 'font-size="18" font-weight="600" fill="#111111"'),
    ...names.parts,
    ...decades,
    ...rows,
    text(20, height - 12, source, 'font-size="11" fill="#777777"'),
    '</svg>',
    '',
  ].join('\n')
}
