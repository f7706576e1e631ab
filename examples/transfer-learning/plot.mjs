import { colours, figure, Panel } from '../plot/svg.mjs'

/** Left accuracy by epoch, right by how many labelled pictures there are. */
export function plot(results) {
  const epochs = results[0].curve.length
  const curves = new Panel({
    width: 370,
    height: 330,
    title: '100 labelled pictures of a digit',
    x: { range: [1, epochs], label: 'epoch' },
    y: { range: [0.7, 1], label: 'test accuracy' },
  })
  const counts = results[0].byCount.map(([count]) => count)
  const sizes = new Panel({
    left: 370,
    width: 370,
    height: 330,
    title: `After ${epochs} epochs`,
    x: { range: [counts[0] / 1.3, counts.at(-1) * 1.3], label: 'labelled pictures of a digit', logarithmic: true },
    y: { range: [0.7, 1], label: 'test accuracy' },
  })
  results.forEach(({ name, curve, runs, byCount }, i) => {
    const colour = colours[i]
    for (const { accuracies } of runs) curves.line(byEpoch(accuracies), { colour, width: 0.5 })
    curves.line(byEpoch(curve), { colour, width: 2, name })
    if (byCount.length > 0) sizes.line(byCount, { colour, width: 2, name }).dots(byCount, { colour, radius: 3 })
  })
  curves.legendAt = [165, 178]
  sizes.legendAt = [165, 180]
  return figure({ width: 740, height: 334, panels: [curves, sizes] })
}

const byEpoch = (values) => values.map((value, epoch) => [epoch + 1, value])
