// The 70,000 handwritten digits of MNIST as rows to learn from.
import { images, mnist } from '../data/idx.mjs'

/** @returns pixels from 0 to 1, 784 a row, and the digits they show */
function part(name) {
  const { pixels, labels } = images(mnist, name)
  return { x: Float32Array.from(pixels, (pixel) => pixel / 255), y: Uint8Array.from(labels) }
}

/** The 60,000 digits to learn from and the 10,000 to test with. */
export const train = part('train')
export const test = part('t10k')
