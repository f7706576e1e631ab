// What the charts share: text in markup, colours by engine, the marks of browsers, ticks of logarithmic axes.

const COLOURS = {
  ravine: '#0b7a75',
  'ravine-relaxed': '#4fb3a9',
  'ravine-2': '#1d4e89',
  'ravine-threads': '#1d4e89',
  'ravine-wide': '#7fb800',
  'ravine-wide-2': '#4a7c00',
  'jax-js': '#d1495b',
  'jax-js-threads': '#9d2235',
  'tfjs-wasm': '#edae49',
  'tfjs-wasm-tuned': '#f4d58d',
  'tfjs-cpu': '#8d6a1f',
  brain: '#7768ae',
  convnetjs: '#3b6fb6',
  'torch-1': '#444444',
  'torch-2': '#777777',
  torch: '#999999',
}

/** The same engine has the same colour everywhere; the mark says where it runs. */
export const colourOf = (id) => COLOURS[id.replace(/^\w+:/, '')] ?? '#b5179e'

export const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
export const text = (x, y, content, more = '') => `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`

/** A dot for a process, a square for Chromium, a diamond for Firefox; `radius` is that of the dot, and all look as large. */
export function mark(id, x, y, radius, title = '') {
  const look = `fill="${colourOf(id)}" stroke="#ffffff"`
  const inner = title ? `<title>${escaped(title)}</title>` : ''
  if (id.startsWith('chromium:')) {
    const half = radius * 0.88
    return `<rect x="${(x - half).toFixed(1)}" y="${(y - half).toFixed(1)}" width="${(2 * half).toFixed(1)}" height="${(2 * half).toFixed(1)}" ${look}>${inner}</rect>`
  }
  if (id.startsWith('firefox:')) {
    const r = radius * 1.25
    const path = `M${x.toFixed(1)} ${(y - r).toFixed(1)}l${r.toFixed(1)} ${r.toFixed(1)}l${(-r).toFixed(1)} ${r.toFixed(1)}l${(-r).toFixed(1)} ${(-r).toFixed(1)}z`
    return `<path d="${path}" ${look}>${inner}</path>`
  }
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" ${look}>${inner}</circle>`
}

/** 0.001 → '1 µs', 1 → '1 ms', 1000 → '1 s'. */
export function time(ms) {
  if (ms < 1) return `${+(ms * 1000).toPrecision(2)} µs`
  return ms < 1000 ? `${+ms.toPrecision(3)} ms` : `${+(ms / 1000).toPrecision(3)} s`
}

/** A row of marks with names, broken where `width` ends. @returns `{ parts, height }` */
export function legend(ids, left, top, width) {
  let [x, y] = [left, top]
  const parts = ids.map((id) => {
    const needed = 34 + 6.9 * id.length
    if (x > left && x + needed > width) [x, y] = [left, y + 20]
    const entry = mark(id, x + 6, y, 6) + text((x + 18).toFixed(1), y + 4, id, 'fill="#222222"')
    x += needed
    return entry
  })
  return { parts, height: y - top + 20 }
}
