// A data set in the shape of a classic exercise (Office-31: 800 features, 3 domains, 31 items), made from pictures that npm and
// Debian have. An item is one of the numbers 0 to 20, written by hand, or one of ten articles of clothing; a domain is the way the
// picture was taken.
//
// A picture is 40 × 20 = 800 numbers. A digit of MNIST lies within the inner 20 × 20 of its 28 × 28 pixels; a garment of Fashion-MNIST
// is averaged down to 20 × 20. One of them stands in the middle; the numbers 10 to 20 are two digits side by side.
import { fashionMnist, images, mnist } from '../data/idx.mjs'
import { normalNumbers, randomNumbers } from '../plot/random.mjs'

export const width = 40
export const height = 20
const side = 20

export const domains = ['scan', 'photo', 'sketch']

const clothes = ['T-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'boot']
export const items = [...Array.from({ length: 21 }, (_, number) => String(number)), ...clothes]

/** The inner 20 × 20 of 28 × 28 bytes, from 0 to 1. */
const inner = (pixels) => (y, x) => pixels[28 * (y + 4) + x + 4] / 255

/** Twenty squares a side out of 28: each the mean of what of it 1.4 × 1.4 pixels cover. */
function shrunk(pixels) {
  const step = 28 / side
  /** How much of pixel p lies within square i. */
  const cover = (i, p) => Math.max(0, Math.min((i + 1) * step, p + 1) - Math.max(i * step, p)) / step
  return (y, x) => {
    let sum = 0
    for (let py = Math.floor(y * step); py < (y + 1) * step; py++) {
      for (let px = Math.floor(x * step); px < (x + 1) * step; px++) {
        sum += cover(y, py) * cover(x, px) * pixels[28 * py + px]
      }
    }
    return sum / 255
  }
}

/** A picture of nothing but a drawn square or two, each given by its left column and its pixels. */
function picture(squares) {
  const image = new Float32Array(width * height)
  for (const [left, pixel] of squares) {
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) image[width * y + left + x] = pixel(y, x)
  }
  return image
}

/** The picture's pixel, 0 outside. */
const at = (image, y, x) => (y < 0 || y >= height || x < 0 || x >= width ? 0 : image[width * y + x])

const each = (image, f) => image.map((_, i) => f(Math.floor(i / width), i % width))

/** Weights 1 2 1 across and down. */
const blurred = (image) => {
  const across = each(image, (y, x) => (at(image, y, x - 1) + 2 * at(image, y, x) + at(image, y, x + 1)) / 4)
  return each(image, (y, x) => (at(across, y - 1, x) + 2 * at(across, y, x) + at(across, y + 1, x)) / 4)
}

/** How steep the picture is, which is its outline. */
const outlined = (image) =>
  each(image, (y, x) => {
    const dx = at(image, y, x + 1) - at(image, y, x - 1)
    const dy = at(image, y + 1, x) - at(image, y - 1, x)
    return Math.sqrt(dx * dx + dy * dy)
  })

/** What a domain makes of a picture. All have the same grain, which would give the domain away otherwise. */
const transforms = {
  scan: (image) => image,
  /** Out of focus, and lit more or less from the left or the right. */
  photo(image, random) {
    const [light, slope] = [0.6 + 0.6 * random(), 0.6 * (random() - 0.5)]
    return blurred(image).map((value, i) => value * (light + slope * (((i % width) + 0.5) / width - 0.5)))
  },
  sketch: outlined,
}

const grain = 0.1

/**
 * So many pictures of every item in every domain: `x` has 800 numbers a row, `domain` and `item` are class numbers.
 *
 * @param part 'train' or 't10k': the images that the pictures are made from, no image is in both
 */
export function pictures(part, count, seed) {
  const [random, normal] = [randomNumbers(seed), normalNumbers(seed + 1)]
  const sets = [images(mnist, part), images(fashionMnist, part)].map(({ pixels, labels }) =>
    Array.from({ length: 10 }, (_, label) => [...labels.keys()].filter((i) => labels[i] === label)).map(
      (rows) => () => {
        const row = rows[Math.floor(random() * rows.length)]
        return pixels.subarray(784 * row, 784 * row + 784)
      },
    ),
  )
  const [digit, garment] = sets
  const draw = (item) => {
    if (item >= 21) return picture([[10, shrunk(garment[item - 21]())]])
    if (item < 10) return picture([[10, inner(digit[item]())]])
    return picture([
      [0, inner(digit[Math.floor(item / 10)]())],
      [side, inner(digit[item % 10]())],
    ])
  }
  const rows = domains.length * items.length * count
  const x = new Float32Array(rows * width * height)
  const [domain, item] = [new Uint8Array(rows), new Uint8Array(rows)]
  for (let row = 0; row < rows; row++) {
    domain[row] = row % domains.length
    item[row] = Math.floor(row / domains.length) % items.length
    const image = transforms[domains[domain[row]]](draw(item[row]), random)
    x.set(
      image.map((value) => value + grain * normal()),
      row * width * height,
    )
  }
  return { x, domain, item }
}
