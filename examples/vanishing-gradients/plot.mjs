import { colours, figure, Panel } from '../plot/svg.mjs'

/** Left the gradient by layer, right the loss by epoch. */
export function plot(results) {
  const hidden = results[0].sizes.length
  const sizes = results.flatMap((result) => result.sizes)
  const gradients = new Panel({
    width: 370,
    height: 330,
    title: 'Gradient of each layer before training',
    x: { range: [1, hidden], label: 'hidden layer' },
    y: {
      range: [Math.min(...sizes) / 2, Math.max(...sizes) * 2],
      label: 'root mean square of ∂loss/∂kernel',
      logarithmic: true,
    },
  })
  const epochs = results[0].loss.length
  const losses = new Panel({
    left: 370,
    width: 370,
    height: 330,
    title: 'Loss while training',
    x: { range: [1, epochs], label: 'epoch' },
    y: { range: [0, 0.9], label: 'binary cross-entropy' },
  })
  results.forEach(({ sizes, loss }, i) => {
    const colour = colours[i]
    const byLayer = sizes.map((size, layer) => [layer + 1, size])
    gradients.line(byLayer, { colour, width: 2 }).dots(byLayer, { colour, radius: 2.5 })
    losses.line(
      loss.map((value, epoch) => [epoch + 1, value]),
      { colour, width: 1.8 },
    )
  })
  return figure({ width: 740, height: 390, panels: [gradients, losses, legend(results)] })
}

/** The names of all lines, below both panels. */
function legend(results) {
  const entries = results.map(({ name }, i) => {
    const [x, y] = [60 + 235 * (i % 3), 346 + 20 * Math.floor(i / 3)]
    return `<path d="M${x} ${y}h20" stroke="${colours[i]}" stroke-width="3"/><text x="${x + 26}" y="${y + 4}">${name}</text>`
  })
  return `<g font-size="11">${entries.join('')}</g>`
}
