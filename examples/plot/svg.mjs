// Small SVG charts: panels with axes, lines, dots and words. No dependency; colours that stay apart for colour-blind readers.

/** Okabe and Ito's palette, the darkest first. */
export const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']

const font = 'font-family="system-ui,sans-serif" font-size="12"'
const margin = { left: 52, right: 12, top: 26, bottom: 36 }
const short = (number) => String(Math.round(number * 10) / 10)

/** `<`, `>` and `&` as text. */
const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A linear or logarithmic axis from data to 0 … 1. */
function axis([low, high], logarithmic = false) {
  const of = logarithmic ? Math.log10 : Number
  return (value) => (of(value) - of(low)) / (of(high) - of(low))
}

/** Round numbers to write along an axis. */
function ticksOf([low, high], logarithmic, count = 5) {
  if (logarithmic) {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))]
    const every = Math.max(1, Math.ceil((last - first) / count))
    return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 10 ** (first + i * every))
  }
  const rough = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step)
}

const label = (value) =>
  value !== 0 && (Math.abs(value) < 0.01 || Math.abs(value) >= 1e5)
    ? value.toExponential(0)
    : String(Number(value.toPrecision(6)))

/**
 * A panel of a figure: `x` and `y` are `{ range: [low, high], label, logarithmic }`. Things are drawn in the order of the calls.
 */
export class Panel {
  #parts = []
  #names = []

  constructor({ left = 0, top = 0, width, height, title, titleSize = 12, x, y, ticks = true }) {
    Object.assign(this, { left, top, width, height, title, titleSize, x, y, ticks })
    const [toX, toY] = [axis(x.range, x.logarithmic), axis(y.range, y.logarithmic)]
    this.innerWidth = width - margin.left - margin.right
    this.innerHeight = height - margin.top - margin.bottom
    /** Data to units of the drawing, which may lie far outside, but never where numbers end. */
    this.place = ([px, py]) => [
      Math.max(-1e4, Math.min(1e4, toX(px) * this.innerWidth)),
      Math.max(-1e4, Math.min(1e4, (1 - toY(py)) * this.innerHeight)),
    ]
  }

  /** A line through points; those that are no numbers end it. */
  line(points, { colour = '#000', width = 1.5, dash = '', name } = {}) {
    const end = points.findIndex((point) => !point.every(Number.isFinite))
    const path = this.#path(end < 0 ? points : points.slice(0, end))
    const dashes = dash && ` stroke-dasharray="${dash}"`
    this.#parts.push(
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}"${dashes} stroke-linejoin="round"/>`,
    )
    if (name) this.#names.push({ name, colour, dash })
    return this
  }

  /** Separate pieces of one line, such as a contour. */
  segments(pieces, { colour = '#bbb', width = 0.8 } = {}) {
    const path = pieces.map((piece) => this.#path(piece)).join('')
    this.#parts.push(`<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}"/>`)
    return this
  }

  dots(points, { colour = '#000', radius = 2, name } = {}) {
    // Lines of no length with round ends: a third of the size of circles.
    const path = points.map((point) => `M${this.place(point).map(short).join(' ')}h0`).join('')
    this.#parts.push(`<path d="${path}" stroke="${colour}" stroke-width="${2 * radius}" stroke-linecap="round"/>`)
    if (name) this.#names.push({ name, colour, dash: '' })
    return this
  }

  /** A part of the drawing that is already elsewhere in the figure, by its id. */
  reuse(id) {
    this.#parts.push(`<use href="#${id}"/>`)
    return this
  }

  /** Points that lie on top of the one before are left out. */
  #path(points) {
    let last = [Number.NaN, Number.NaN]
    const steps = []
    for (const point of points) {
      const [x, y] = this.place(point)
      if (Math.hypot(x - last[0], y - last[1]) < 0.4) continue
      last = [x, y]
      steps.push(`${short(x)} ${short(y)}`)
    }
    return `M${steps.join('L')}`
  }

  /** What was drawn so far, without frame and axes. */
  get content() {
    return this.#parts.join('')
  }

  toString() {
    const { innerWidth: w, innerHeight: h } = this
    const clip = `clip-${this.left}-${this.top}`
    return [
      `<g transform="translate(${this.left + margin.left} ${this.top + margin.top})">`,
      `<clipPath id="${clip}"><rect width="${w}" height="${h}"/></clipPath>`,
      `<text x="${w / 2}" y="-9" text-anchor="middle" font-size="${this.titleSize}" font-weight="600">${escaped(this.title)}</text>`,
      this.ticks ? this.#axes() : '',
      `<g clip-path="url(#${clip})">${this.#parts.join('')}</g>`,
      `<rect width="${w}" height="${h}" fill="none" stroke="#888"/>`,
      this.#legend(),
      '</g>',
    ].join('')
  }

  #axes() {
    const { x, y, innerWidth: w, innerHeight: h } = this
    const across = ticksOf(x.range, x.logarithmic).map((value) => {
      const at = short(axis(x.range, x.logarithmic)(value) * w)
      return `<path d="M${at} 0V${h}" stroke="#eee"/><text x="${at}" y="${h + 14}" text-anchor="middle">${label(value)}</text>`
    })
    const up = ticksOf(y.range, y.logarithmic).map((value) => {
      const at = (1 - axis(y.range, y.logarithmic)(value)) * h
      return `<path d="M0 ${short(at)}H${w}" stroke="#eee"/><text x="-5" y="${short(at + 4)}" text-anchor="end">${label(value)}</text>`
    })
    const names = [
      `<text x="${w / 2}" y="${h + 30}" text-anchor="middle">${escaped(x.label ?? '')}</text>`,
      `<text transform="translate(-40 ${h / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label ?? '')}</text>`,
    ]
    return `<g fill="#444" font-size="10">${[...across, ...up, ...names].join('')}</g>`
  }

  #legend() {
    const rows = this.#names.map(({ name, colour, dash }, i) => {
      const y = 14 + 15 * i
      const dashes = dash && ` stroke-dasharray="${dash}"`
      return `<path d="M0 ${y - 4}h18" stroke="${colour}" stroke-width="2.5"${dashes}/><text x="23" y="${y}">${escaped(name)}</text>`
    })
    if (rows.length === 0) return ''
    const width = 32 + 6.1 * Math.max(...this.#names.map(({ name }) => name.length))
    const place = this.legendAt ?? [this.innerWidth - width - 4, 4]
    return (
      `<g transform="translate(${place.map(short).join(' ')})" font-size="11">` +
      `<rect x="-5" y="-1" width="${short(width)}" height="${rows.length * 15 + 6}" fill="#fff" fill-opacity="0.85"/>${rows.join('')}</g>`
    )
  }
}

/** A figure of panels; `shared` are parts that panels reuse, as `{ id: svg }`. */
export function figure({ width, height, panels, shared = {} }) {
  const parts = Object.entries(shared).map(([id, part]) => `<g id="${id}">${part}</g>`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${font}>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    parts.length > 0 ? `<defs>${parts.join('')}</defs>` : '',
    ...panels,
    '</svg>\n',
  ].join('\n')
}
