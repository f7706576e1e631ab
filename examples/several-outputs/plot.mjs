import { colours, figure, Panel } from '../plot/svg.mjs'
import { domains, height, items, width } from './data.mjs'

const shown = ['7', '13', '20', 'trousers', 'boot']
const levels = 4

/** A few items in each domain above, accuracy by epoch below. */
export function plot(results, { x }) {
  const frame = (left, title, range) =>
    new Panel({
      left,
      top: 222,
      width: 370,
      height: 300,
      title,
      x: { range: [1, results[0].domain.length], label: 'epoch' },
      y: { range, label: 'test accuracy' },
    })
  const domain = frame(0, 'Domain', [0.4, 0.8])
  const item = frame(370, 'Item', [0.4, 0.9])
  const byEpoch = (values) => values.map((value, epoch) => [epoch + 1, value])
  results.forEach((result, i) => {
    const style = { colour: colours[i], width: 1.8, dash: i === 0 ? '6 3' : '' }
    domain.line(byEpoch(result.domain), style)
    item.line(byEpoch(result.item), { ...style, name: result.name })
  })
  item.legendAt = [140, 120]
  return figure({ width: 740, height: 526, panels: [...samples(x), domain, item] })
}

/** One line of pictures a domain. */
function samples(x) {
  const [scale, left, top] = [3, 70, 24]
  return domains.flatMap((name, d) => {
    const y = top + d * (height * scale + 5)
    const title = `<text x="${left - 8}" y="${y + 34}" text-anchor="end">${name}</text>`
    return [
      title,
      ...shown.map((item, i) => {
        const row = items.indexOf(item) * domains.length + d
        const pixels = x.subarray(row * width * height, (row + 1) * width * height)
        const place = `translate(${left + i * (width * scale + 8)} ${y}) scale(${scale})`
        const head = d === 0 ? `<text x="${left + i * 128 + 60}" y="16" text-anchor="middle">${item}</text>` : ''
        return `${head}<g transform="${place}">${picture(pixels)}</g>`
      }),
    ]
  })
}

/** A picture in a few greys: runs of one grey are lines. */
function picture(pixels) {
  const paths = Array.from({ length: levels }, () => '')
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; ) {
      const level = levelOf(pixels[width * y + x])
      const from = x
      while (x < width && levelOf(pixels[width * y + x]) === level) x++
      paths[level] += `M${from} ${y}h${x - from}`
    }
  }
  const grey = (level) => Math.round((255 * level) / (levels - 1))
  const lines = paths.map((path, level) =>
    level > 0 && path ? `<path d="${path}" stroke="rgb(${grey(level)},${grey(level)},${grey(level)})"/>` : '',
  )
  return `<rect width="${width}" height="${height}" y="-0.5"/>${lines.join('')}`
}

const levelOf = (value) => Math.max(0, Math.min(levels - 1, Math.round(value * (levels - 1))))
