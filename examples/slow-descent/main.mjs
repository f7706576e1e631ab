// Two places where descent is slow, a narrow valley and a saddle, and the path that each optimizer takes.
//
//   node examples/slow-descent/main.mjs [valley.svg saddle.svg]     (the plots go to docs/guide unless other files are named)
import { writeFileSync } from 'node:fs'
import { adadelta, adagrad, adam, adamax, lion, nadam, radam, rmsprop, sgd } from 'ravine'
import { illConditionedQuadratic, race, saddle } from 'ravine/surfaces'
import { plotPaths } from './plot.mjs'
import { turned } from './turned.mjs'

const optimizers = {
  'gradient descent': (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  Nesterov: (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
  Adagrad: (learningRate) => adagrad({ learningRate }),
  RMSProp: (learningRate) => rmsprop({ learningRate, rho: 0.9 }),
  AdaDelta: (learningRate) => adadelta({ learningRate }),
  Adam: (learningRate) => adam({ learningRate }),
  AdaMax: (learningRate) => adamax({ learningRate }),
  NAdam: (learningRate) => nadam({ learningRate }),
  RAdam: (learningRate) => radam({ learningRate }),
  Lion: (learningRate) => lion({ learningRate }),
}
const rates = [-4, -3, -2, -1, 0].flatMap((power) => [1, 1.5, 2, 3, 5, 7].map((digit) => Number(`${digit}e${power}`)))
const steps = 1000

/** The first step from which on a path stays below a height; undefined when it does not. */
function arrival({ values }, height) {
  const last = values.findLastIndex((value) => !(value <= height))
  return last === values.length - 1 ? undefined : last + 1
}

/** Each optimizer at the rate, of many, with which it is soonest below the height for good; else at which it ends lowest. */
function atBest(surface, height) {
  return Object.entries(optimizers).map(([name, of]) => {
    const paths = race({ surface, steps, optimizers: rates.map(of) })
    const runs = paths.map((path, i) => ({ name, rate: rates[i], steps: arrival(path, height), ...path }))
    const order = ({ steps: arrived, values }) =>
      arrived ?? steps + (Number.isFinite(values[steps]) ? values[steps] : 1e9)
    return runs.reduce((best, run) => (order(run) < order(best) ? run : best))
  })
}

const inWords = (arrived) => (arrived === undefined ? `> ${steps}` : String(arrived))

// The valley is 100 times as steep across as along.
const low = 0.01
const surface = { ...illConditionedQuadratic, start: [-9.3, 1.2] }
const valley = atBest(surface, low)
const oblique = atBest(turned(surface, 30), low)

// On the saddle any descent gets away sooner with a larger rate, so all have the same (AdaDelta, which sets its own pace, 1).
const rate = 0.01
const paceOf = (name) => (name === 'AdaDelta' ? 1 : rate)
const fromSaddle = Object.entries(optimizers).map(([name, of]) => {
  const [path] = race({ surface: saddle, steps, optimizers: [of(paceOf(name))] })
  const left = path.values.findIndex((value) => value < -1)
  return { name, rate: paceOf(name), steps: left < 0 ? undefined : left, points: path.points }
})

console.log(
  `Valley: steps from a height of ${surface.value(...surface.start)} to below ${low}, at each optimizer's best rate`,
)
console.log(
  `Turned: the same valley, turned by 30 degrees. Saddle: steps to below -1, at a rate of ${rate} (AdaDelta 1)`,
)
console.log(`${'optimizer'.padEnd(18)}valley  rate     turned  rate     saddle`)
valley.forEach((along, i) => {
  const cell = (one) => `${inWords(one.steps).padStart(6)}  ${String(one.rate).padEnd(7)}  `
  console.log(`${along.name.padEnd(18)}${cell(along)}${cell(oblique[i])}${inWords(fromSaddle[i].steps).padStart(6)}`)
})

const guide = (name) => new URL(`../../docs/guide/slow-descent-${name}.svg`, import.meta.url)
const [valleyFile = guide('valley'), saddleFile = guide('saddle')] = process.argv.slice(2)
writeFileSync(valleyFile, plotPaths(surface, valley, { stop: low, steps: inWords }))
writeFileSync(saddleFile, plotPaths(saddle, fromSaddle, { stop: -4, steps: inWords }))
