// The networks that are compared: each function returns the models that together predict domain and item.
import { activation, dense, input, model, slice } from 'ravine'
import { domains, height, items, width } from './data.mjs'

const features = () => input({ shape: [width * height] })
const hidden = (x, units) => dense({ units, activation: 'relu' }).apply(x)
const head = (x, classes) => dense({ units: classes, activation: 'softmax' }).apply(x)

/** A shared body, and one dense output of 34 units: columns 0 to 2 are the domain's, 3 to 33 the item's. */
export function composite(units, seed) {
  const x = features()
  const output = dense({ units: domains.length + items.length }).apply(hidden(x, units))
  const part = (start, width) => activation('softmax').apply(slice({ start, width }).apply(output))
  const outputs = { domain: part(0, domains.length), item: part(domains.length, items.length) }
  return [model({ inputs: x, outputs, seed })]
}

/** A shared body with two heads. */
export function twoHeads(units, seed) {
  const x = features()
  const body = hidden(x, units)
  return [model({ inputs: x, outputs: { domain: head(body, domains.length), item: head(body, items.length) }, seed })]
}

/** Two networks that share nothing. */
export function twoNetworks(units, seed) {
  const [x, z] = [features(), features()]
  return [
    model({ inputs: x, outputs: { domain: head(hidden(x, units), domains.length) }, seed }),
    model({ inputs: z, outputs: { item: head(hidden(z, units), items.length) }, seed }),
  ]
}
