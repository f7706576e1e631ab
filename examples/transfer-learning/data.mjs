// Digits 0 to 4 to learn a first task from, and a few labelled ones of 5 to 9 for a second.
import { images, mnist } from '../data/idx.mjs'
import { randomNumbers } from '../plot/random.mjs'

const sets = { train: images(mnist, 'train'), test: images(mnist, 't10k') }

/** Rows of a set by their numbers: pixels from 0 to 1, and the digit less `first` as the class. */
function rowsOf({ pixels, labels }, numbers, first) {
  const x = new Float32Array(784 * numbers.length)
  numbers.forEach((number, row) => {
    for (let i = 0; i < 784; i++) x[784 * row + i] = pixels[784 * number + i] / 255
  })
  return { x, y: Uint8Array.from(numbers, (number) => labels[number] - first) }
}

/** All images of five digits, `first` and the four above it. */
export function all(part, first) {
  const { labels } = sets[part]
  const numbers = [...labels.keys()].filter((i) => labels[i] >= first && labels[i] < first + 5)
  return rowsOf(sets[part], numbers, first)
}

/** So many images of each of five digits, drawn by a seed. */
export function few(first, count, seed) {
  const random = randomNumbers(seed)
  const { labels } = sets.train
  const numbers = [0, 1, 2, 3, 4].flatMap((digit) => {
    const left = [...labels.keys()].filter((i) => labels[i] === first + digit)
    return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)[0])
  })
  return rowsOf(sets.train, numbers, first)
}
