import { figure } from '../plot/svg.mjs'

const size = 8
const pixel = 6
const levels = 8

/** An image as a path for each shade of grey; white is left out. */
function image(values, left, top) {
  const shades = Array.from({ length: levels }, () => '')
  values.forEach((value, i) => {
    const shade = Math.min(levels - 1, Math.floor(value * levels))
    shades[shade] += `M${i % size} ${Math.floor(i / size)}h1`
  })
  const paths = shades.map((path, shade) => {
    const grey = Math.round(255 - (255 * shade) / (levels - 1))
    return shade > 0 && path ? `<path d="${path}" stroke="rgb(${grey},${grey},${grey})"/>` : ''
  })
  // Strokes lie around their line: half a pixel down.
  return `<g transform="translate(${left} ${top}) scale(${pixel}) translate(0 0.5)">${paths.join('')}</g>`
}

/** A row of images for each result, with its name in front. */
export function plot(rows) {
  const panels = rows.map(({ name, rebuilt }, row) => {
    const top = 10 + row * (size * pixel + 12)
    const images = rebuilt.map((values, i) => image(values, 130 + i * (size * pixel + 10), top))
    return `<text x="120" y="${top + 28}" text-anchor="end">${name}</text>${images.join('')}`
  })
  return figure({ width: 720, height: 20 + rows.length * (size * pixel + 12), panels })
}
