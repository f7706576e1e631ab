import { colours, figure, Panel } from '../plot/svg.mjs'

/** Left the loss by epoch, in the middle the accuracy by the number of labels, right what hidden units respond to. */
export function plot({ results, labelled, features }) {
  const epochs = results[0].loss.length
  const losses = new Panel({
    width: 300,
    height: 300,
    title: 'Loss while training with 500 labels',
    x: { range: [1, epochs], label: 'epoch' },
    y: { range: [0, 2.5], label: 'cross-entropy' },
  })
  const accuracy = new Panel({
    left: 300,
    width: 250,
    height: 300,
    title: 'Accuracy on other digits',
    x: { range: [labelled[0], labelled.at(-1)], label: 'labels', logarithmic: true },
    y: { range: [0, 1], label: 'accuracy' },
  })
  results.forEach(({ loss, accuracies }, i) => {
    const colour = colours[i]
    losses.line(
      loss.map((value, epoch) => [epoch + 1, value]),
      { colour, width: 1.8 },
    )
    const points = accuracies.map((value, j) => [labelled[j], value])
    accuracy.line(points, { colour, width: 2 }).dots(points, { colour, radius: 3 })
  })
  return figure({ width: 740, height: 350, panels: [losses, accuracy, fields(features), legend(results)] })
}

/** Weights of hidden units as images of 14 by 14 (four pixels each are averaged): blue above 0, red below. */
function fields(features) {
  const [columns, cell, gap] = [4, 2.7, 4]
  const side = 14 * cell
  const images = features.map((weights, unit) => {
    const small = Array.from({ length: 196 }, (_, p) => {
      const corner = 56 * Math.floor(p / 14) + 2 * (p % 14)
      return (weights[corner] + weights[corner + 1] + weights[corner + 28] + weights[corner + 29]) / 4
    })
    const most = Math.max(...small.map(Math.abs))
    // Pixels of one shade are one path: a small file.
    const shades = new Map()
    small.forEach((weight, p) => {
      const shade = Math.round((3 * weight) / most)
      const square = `M${p % 14} ${Math.floor(p / 14)}h1v1h-1z`
      if (shade !== 0) shades.set(shade, (shades.get(shade) ?? '') + square)
    })
    const paths = [...shades].map(
      ([shade, d]) =>
        `<path d="${d}" fill="${shade > 0 ? '#0072b2' : '#d55e00'}" fill-opacity="${(Math.abs(shade) / 3).toFixed(2)}"/>`,
    )
    const [x, y] = [565 + (unit % columns) * (side + gap), 30 + Math.floor(unit / columns) * (side + gap)]
    return `<g transform="translate(${x} ${y}) scale(${cell})">${paths.join('')}<path d="M0 0h14v14h-14z" fill="none" stroke="#999" stroke-width=".2"/></g>`
  })
  return `<text x="565" y="18" font-weight="600">Weights of 24 hidden units</text>${images.join('')}`
}

/** The names of all lines, below the panels. */
function legend(results) {
  const entries = results.map(({ name }, i) => {
    const x = 50 + 165 * i
    return `<path d="M${x} 326h20" stroke="${colours[i]}" stroke-width="3"/><text x="${x + 26}" y="330">${name}</text>`
  })
  return `<g font-size="11">${entries.join('')}</g>`
}
