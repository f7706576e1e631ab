import { contour } from '../plot/contours.mjs'
import { colours, figure, Panel } from '../plot/svg.mjs'

const columns = 4
const [width, height] = [190, 150]

/** Each optimizer's path in a panel of its own, over the same contour lines; a dot is one of the first 60 steps. */
export function plotPaths(surface, runs, { stop, steps: inWords }) {
  const [xRange, yRange] = surface.domain
  const panelAt = (i, title) =>
    new Panel({
      left: width * (i % columns) - 40,
      top: height * Math.floor(i / columns),
      width: width + 40,
      height: height + 26,
      title,
      titleSize: 10.5,
      x: { range: xRange },
      y: { range: yRange },
      ticks: false,
    })
  const panels = runs.map(({ name, points, steps, rate }, i) => {
    const title = `${name} (${rate}): ${inWords(steps)}`
    const past = points.findIndex(([x, y]) => surface.value(x, y) < stop)
    const shown = points.slice(0, past < 0 ? points.length : past + 1)
    return panelAt(i, title)
      .reuse('contours')
      .line(shown, { colour: colours[0], width: 1.2 })
      .dots(shown.slice(0, 60), { colour: colours[1], radius: 1.6 })
  })
  const shared = { contours: contours(surface) }
  const rows = Math.ceil(runs.length / columns)
  return figure({ width: width * columns + 16, height: height * rows + 10, panels, shared })

  function contours({ value, domain }) {
    const panel = panelAt(0, '')
    const heights = domain[0].flatMap((x) => domain[1].map((y) => Math.abs(value(x, y))))
    const top = Math.max(...heights, Math.abs(value(domain[0][1], 0)), Math.abs(value(0, domain[1][1])))
    // Levels at equal steps of the square root: equally wide rings around a bowl.
    const levels = [1, 2, 3, 4, 5, 6].map((n) => top * (n / 7) ** 2)
    for (const level of [...levels, ...levels.map((one) => -one), 0]) panel.segments(contour(value, domain, level, 48))
    return panel.content
  }
}
