import { learn, outcome } from './learn.js'

/** Learns when a page asks for it. */
export function answer(ravine) {
  addEventListener('message', ({ data, ports: [port] }) => {
    outcome(learn(ravine, data.asked)).then((result) => port.postMessage(result))
  })
}
