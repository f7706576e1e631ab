import { colours, figure, Panel } from '../plot/svg.mjs'

const byEpoch = (values) => values.map((value, epoch) => [epoch + 1, value])

/** Left the net that overfits, right the validation loss with each remedy. */
export function plot(results) {
  const [plain] = results
  const frame = (left, title) =>
    new Panel({
      left,
      width: 370,
      height: 320,
      title,
      x: { range: [1, plain.epochs], label: 'epoch' },
      y: { range: [0, 2.1], label: 'binary cross-entropy' },
    })
  const one = frame(0, 'Without a remedy')
    .line(byEpoch(plain.trainLoss), { colour: colours[0], dash: '5 3', name: 'training' })
    .line(byEpoch(plain.validationLoss), { colour: colours[0], name: 'validation' })
  const best = plain.validationLoss.indexOf(Math.min(...plain.validationLoss))
  one.dots([[best + 1, plain.validationLoss[best]]], { colour: colours[1], radius: 4, name: `best, epoch ${best + 1}` })
  const all = frame(370, 'Validation loss with each remedy')
  results.forEach(({ name, validationLoss }, i) => {
    all.line(byEpoch(validationLoss), { colour: colours[i], width: 1.8, name })
  })
  one.legendAt = [14, 6]
  all.legendAt = [14, 6]
  return figure({ width: 740, height: 324, panels: [one, all] })
}
