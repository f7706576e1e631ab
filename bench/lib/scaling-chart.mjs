// Four panels: cost per step against width, depth, batch and threads, all axes logarithmic.
import { colourOf, escaped, legend, mark, text, time } from './svg.mjs'

const WIDTH = 1000
const PANEL = { width: 450, height: 300 }
const MARGIN = { left: 58, top: 44, right: 14, bottom: 46 }
const GAP = 36
const LEFT = 30
/** Room for the title and the legend. */
const TOP = 58

/** Workloads of the fourth panel, from the smallest to the largest. */
const SHADES = ['#edae49', '#d1495b', '#1d4e89', '#0b7a75', '#7768ae', '#444444']

/** 1, 2, 5, 10 … times a power of ten, around the values. */
function roundNumbers(low, high) {
  const all = [1, 2, 5].flatMap((digit) => Array.from({ length: 16 }, (_, i) => digit * 10 ** (i - 8)))
  const sorted = all.sort((one, other) => one - other)
  const first = sorted.findLastIndex((value) => value <= low * 1.001)
  const last = sorted.findIndex((value) => value >= high * 0.999)
  return sorted.slice(first, Math.max(last, first + 1) + 1)
}

/** A logarithmic axis from data to `from … to` in the drawing, which begins and ends at the first and last of `powers`. */
function axis(powers, [from, to]) {
  const [low, high] = [Math.log(powers[0]), Math.log(powers.at(-1))]
  return { at: (value) => from + ((Math.log(value) - low) / (high - low)) * (to - from), powers }
}

/** The axis of times. Over several decades only those have ticks. */
function timeAxis(times, headroom = 1) {
  const powers = roundNumbers(Math.min(...times) / 1.2, headroom * Math.max(...times))
  const decades = powers.filter((value) => value.toExponential(0).startsWith('1'))
  const upright = axis(powers, [PANEL.height - MARGIN.bottom, MARGIN.top])
  return { ...upright, low: powers[0], powers: powers.length > 6 ? decades : powers }
}

/** An axis of counts, which ends where they do: 1, 2, 3 … threads. */
function counts(values, [from, to]) {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const inset = 40
  const span = Math.log(high / low) || 1
  return { at: (value) => from + inset + (Math.log(value / low) / span) * (to - from - 2 * inset), powers: values }
}

const path = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`

function line(points, colour, { dash = '', width = 2 } = {}) {
  const dashes = dash && ` stroke-dasharray="${dash}"`
  return `<path d="${path(points)}" fill="none" stroke="${colour}" stroke-width="${width}"${dashes} stroke-linejoin="round" stroke-linecap="round"/>`
}

const heading = (title, note) => [
  text(MARGIN.left, 18, title, 'font-size="14" font-weight="600" fill="#111111"'),
  text(MARGIN.left, 35, note, 'font-size="11.5" fill="#777777"'),
]

/** Frame, title and ticks of a panel whose corner is at the origin. */
function frame({ title, note, label }, x, y) {
  const [left, right, top, bottom] = [MARGIN.left, PANEL.width - MARGIN.right, MARGIN.top, PANEL.height - MARGIN.bottom]
  const grid = '#e6e6e6'
  const across = x.powers.map((value) => {
    const at = x.at(value).toFixed(1)
    const tick = text(at, bottom + 17, String(value), 'text-anchor="middle" fill="#555555" font-size="11"')
    return `<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" stroke="${grid}"/>${tick}`
  })
  const up = y.powers.map((value) => {
    const at = y.at(value)
    const tick = text(left - 7, (at + 4).toFixed(1), time(value), 'text-anchor="end" fill="#555555" font-size="11"')
    return `<line x1="${left}" x2="${right}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}" stroke="${grid}"/>${tick}`
  })
  return [
    ...heading(title, note),
    ...across,
    ...up,
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#999999"/>`,
    text((left + right) / 2, bottom + 36, label, 'text-anchor="middle" fill="#333333" font-size="12"'),
  ]
}

/** One line per engine, and dotted what its products alone would take at the best rate that the first engine reaches over a whole step. */
function sweepPanel({ id, label, note, points }, engines) {
  const series = engines
    .map(({ id: engine }) => ({
      id: engine,
      points: points.flatMap(({ x, results, name }) => {
        const ms = results[engine]?.ms?.median
        return ms ? [{ x, ms, name }] : []
      }),
    }))
    .filter((one) => one.points.length > 0)
  const [first] = series
  if (!first) return heading(`By ${id}`, 'not measured')
  const rates = points.flatMap(({ x, operations }) => {
    const ms = first.points.find((point) => point.x === x)?.ms
    return ms ? [operations / ms / 1e6] : []
  })
  const best = Math.max(...rates)
  const ideal = points.map(({ x, operations }) => [x, operations / best / 1e6])
  const times = series.flatMap((one) => one.points.map(({ ms }) => ms))
  const counted = points.map((point) => point.x)
  const x = axis(counted, [MARGIN.left, PANEL.width - MARGIN.right])
  const y = timeAxis(times)
  const inside = ideal.filter(([, ms]) => ms >= y.low)
  return [
    ...frame(
      {
        title: `By ${id}`,
        note: `${note}; dotted: products alone, at ${best.toFixed(0)} GFLOP/s`,
        label,
      },
      x,
      y,
    ),
    line(
      inside.map(([at, ms]) => [x.at(at), y.at(ms)]),
      '#888888',
      { dash: '1 5', width: 2 },
    ),
    ...series.map((one) =>
      line(
        one.points.map((point) => [x.at(point.x), y.at(point.ms)]),
        colourOf(one.id),
      ),
    ),
    ...series.flatMap((one) =>
      one.points.map((point) =>
        mark(one.id, x.at(point.x), y.at(point.ms), 4, `${one.id}, ${point.name}: ${point.ms} ms`),
      ),
    ),
  ]
}

/** One line per workload, and dotted what it would be with all threads of use. */
function threadPanel({ variant, lines, unavailable }) {
  const drawn = lines.filter(({ points }) => points.length > 0)
  const title = 'By threads'
  if (drawn.length === 0) return heading(title, 'not measured')
  /** A workload's time if its threads shared the work evenly. */
  const shared = ([one], count) => (one.ms.median * one.x) / count
  const times = drawn.flatMap(({ points }) => points.flatMap(({ x, ms }) => [ms.median, shared(points, x)]))
  const xs = [...new Set(drawn.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b)
  const x = counts(xs, [MARGIN.left, PANEL.width - MARGIN.right])
  // The first name stands above its line.
  const y = timeAxis(times, 1.6)
  const missing = unavailable.map(({ id }) => id.split('+').at(-1))
  const note =
    missing.length > 0
      ? `${variant} build; not to be had here: ${missing.join(', ')}`
      : `${variant} build; dotted: the time on one thread, divided`
  return [
    ...frame({ title, note, label: 'threads' }, x, y),
    ...drawn.flatMap(({ name, points }, i) => {
      const colour = SHADES[i % SHADES.length]
      const at = points.map((point) => [x.at(point.x), y.at(point.ms.median)])
      const ideal = points.map((point) => [x.at(point.x), y.at(shared(points, point.x))])
      const dots = points.map(
        (point, n) =>
          `<circle cx="${at[n][0].toFixed(1)}" cy="${at[n][1].toFixed(1)}" r="4" fill="${colour}" stroke="#ffffff"><title>${escaped(`${name}, ${point.x}: ${point.ms.median} ms`)}</title></circle>`,
      )
      const label = text(
        (at[0][0] + 8).toFixed(1),
        (at[0][1] - 8).toFixed(1),
        name,
        `fill="${colour}" font-size="11.5"`,
      )
      return [line(ideal, colour, { dash: '1 5', width: 1.5 }), line(at, colour), ...dots, label]
    }),
  ]
}

/** @param run a result of `measureScaling` with `host` @returns the SVG's text */
export function scalingChart({ host, engines, panels, threads }) {
  const names = legend(
    engines.map(({ id }) => id),
    LEFT,
    TOP,
    WIDTH - LEFT,
  )
  const top = TOP + names.height
  const contents = [...panels.map((panel) => sweepPanel(panel, engines)), threadPanel(threads)]
  const placed = contents.map((content, i) => {
    const at = [LEFT + (i % 2) * (PANEL.width + GAP), top + Math.floor(i / 2) * (PANEL.height + 16)]
    return `<g transform="translate(${at.join(' ')})">${content.join('\n')}</g>`
  })
  const height = top + 2 * (PANEL.height + 16) + 34
  const source = `${host.cpu}, Node ${host.node}, ${host.date.slice(0, 10)}, commit ${host.commit ?? 'none'}; 64 inputs, 10 classes, relu, Adam`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(
      LEFT,
      34,
      'Time per training step (lower is better, all axes logarithmic)',
      'font-size="18" font-weight="600" fill="#111111"',
    ),
    ...names.parts,
    ...placed,
    text(LEFT, height - 14, source, 'font-size="11" fill="#777777"'),
    '</svg>',
    '',
  ].join('\n')
}
