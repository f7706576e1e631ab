// What the pages share.

const turn = () => new Promise((resolve) => setTimeout(resolve, 20))

/** Does some work between two marks, which the trace of the browser has too; in tasks of its own. */
export async function marked(name, work) {
  await turn()
  performance.mark(`${name} begin`)
  const result = await work()
  performance.mark(`${name} end`)
  await turn()
  return result
}

/** A number of rounds, one after the other. */
export async function rounds(count, work) {
  const results = []
  for (let i = 0; i < count; i++) results.push(await work(i))
  return results
}

/** Sends what the page has found. */
export const report = (result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) })

/** As `report`, for work that may fail. */
export async function reportOf(work) {
  try {
    await report(await work())
  } catch (error) {
    await report({ failed: `${error.name}: ${error.message}` })
  }
}

/** Rows like pictures of digits, and labels, the same every time. */
export function pictures(rows) {
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const y = Uint8Array.from({ length: rows }, (_, row) => row % 10)
  const x = Float32Array.from(
    { length: rows * 784 },
    (_, i) => random() * ((i % 784) % 10 === y[Math.floor(i / 784)] ? 1 : 0.5),
  )
  return { x, y }
}

/** 784-128-10. */
export const layersOf = ({ dense }) => [
  dense({ units: 128, activation: 'relu', kernelInitializer: 'heNormal' }),
  dense({ units: 10, activation: 'softmax' }),
]
export const compiled = { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] }
