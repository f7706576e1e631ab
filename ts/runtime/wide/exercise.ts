/**
 * What a build is tried with: products of many shapes, every activation, every optimizer, and the training of a small network. All of it is
 * computed by the instance that the glue holds at the moment, from numbers that are always the same.
 */

import { glue, type InitOutput } from '../raw.ts'
import { floatsIn } from '../views.ts'
import { chainWords, compileWords, members, words } from './words.ts'

type Buffer = InstanceType<typeof glue.RawBuffer>

/** Something that is computed. */
export interface Exercise {
  readonly name: string
  /** By how much a number may differ from one of the same size in another build, as a share of `1 + |x|`. */
  readonly tolerance: number
  compute(): Float32Array
}

/** A product whose time is taken. */
const TIMED = { m: 96, n: 96, k: 256 }

/** Exercises of an instance. */
export class Gym {
  readonly #exports: InitOutput

  constructor(exports: InitOutput) {
    this.#exports = exports
  }

  /** All exercises. */
  exercises(): Exercise[] {
    return [
      { name: 'products', tolerance: 1e-4, compute: () => this.#products() },
      ...members('activation').map((name) => ({
        name,
        tolerance: 1e-4,
        compute: () => this.#activation(name),
      })),
      ...members('optimizer').map((name) => ({
        name,
        tolerance: 1e-4,
        compute: () => this.#optimizer(name),
      })),
      { name: 'training', tolerance: 1e-3, compute: () => this.#training() },
    ]
  }

  /** The milliseconds of one product, the least of those until `enough(least, elapsed)`. */
  time(enough: (least: number, elapsed: number) => boolean): number {
    const { m, n, k } = TIMED
    return this.#with((make) => {
      const [a, b, out] = [make(numbers(m * k, 1)), make(numbers(k * n, 2)), make(m * n)]
      const begin = performance.now()
      let [least, now] = [Number.POSITIVE_INFINITY, begin]
      do {
        const start = now
        glue.op_matmul(a, b, out, m, n, k, false, false)
        now = performance.now()
        least = Math.min(least, now - start)
      } while (!enough(least, now - begin))
      return least
    })
  }

  #products(): Float32Array {
    // Every height and width of a tile, ragged and whole, all layouts; then one with several blocks.
    const sizes = Array.from({ length: 30 }, (_, i) => [
      [1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 25][i % 11] as number,
      [1, 4, 7, 10, 16, 17, 40][i % 7] as number,
      [1, 9, 70][i % 3] as number,
    ])
    const results = [...sizes, [80, 90, 300]].flatMap(([m = 0, n = 0, k = 0]) =>
      [0, 1, 2, 3].map((layout) =>
        this.#with((make) => {
          const [a, b, out] = [make(numbers(m * k, 1)), make(numbers(k * n, 2)), make(m * n)]
          glue.op_matmul(a, b, out, m, n, k, layout % 2 === 1, layout > 1)
          return this.#read(out.pointer(), m * n)
        }),
      ),
    )
    return join(results)
  }

  #activation(name: string): Float32Array {
    const [columns, length] = [7, 1029]
    const code = Float64Array.from(words('activation', name))
    return this.#with((make) => {
      const [x, upstream, y, gradient] = [
        make(numbers(length, 3, 5)),
        make(numbers(length, 4)),
        make(length),
        make(length),
      ]
      glue.op_activate(code, columns, x, y)
      glue.op_activate_gradient(code, columns, x, upstream, gradient)
      return join([this.#read(y.pointer(), length), this.#read(gradient.pointer(), length)])
    })
  }

  #optimizer(name: string): Float32Array {
    const length = 2053
    const optimizer = new glue.RawOptimizer(
      Float64Array.from([...words('optimizer', name, { learningRate: 0.01 }), 0]),
      length,
    )
    try {
      for (let step = 0; step < 3; step++) {
        this.#view(optimizer.gradient_pointer(), length).set(numbers(length, 5 + step))
        optimizer.step()
      }
      return this.#read(optimizer.parameter_pointer(), length)
    } finally {
      optimizer.free()
    }
  }

  #training(): Float32Array {
    const [rows, inputs, classes] = [72, 37, 5]
    const layers = [
      [33, 'relu'],
      [17, 'tanh'],
      [classes, 'softmax'],
    ] as const
    const sizes = [inputs * 33, 33, 33 * 17, 17, 17 * classes, classes]
    const model = new glue.RawModel(chainWords(inputs, layers), { run: () => undefined })
    try {
      const data = new glue.RawDataset(Float64Array.of(rows, 1, inputs, 1, 1, 0))
      try {
        this.#view(data.input_pointer(0), rows * inputs).set(numbers(rows * inputs, 8))
        this.#view(data.label_pointer(0), rows).set(Float32Array.from({ length: rows }, (_, i) => (i * 3) % classes))
        const momentum = words('optimizer', 'sgd', { learningRate: 0.05, momentum: 0.9 })
        model.compile(compileWords(momentum, words('loss', 'sparseCategoricalCrossentropy'), layers.length))
        const training = true
        for (let epoch = 0; epoch < 3; epoch++) {
          model.begin(data, training, 24, 0, false, epoch)
          model.advance(data, training, rows)
        }
        const logs = Float32Array.from(model.logs())
        return join([logs, ...sizes.map((size, i) => this.#read(model.parameter_pointer(i), size))])
      } finally {
        data.free()
      }
    } finally {
      model.free()
    }
  }

  /** Does some work with buffers, of these contents or so many zeros, and frees them: the glue must not do that later, in another instance. */
  #with<T>(work: (make: (content: Float32Array | number) => Buffer) => T): T {
    const buffers: Buffer[] = []
    try {
      return work((content) => {
        const length = typeof content === 'number' ? content : content.length
        const buffer = new glue.RawBuffer(length)
        buffers.push(buffer)
        if (typeof content !== 'number') this.#view(buffer.pointer(), length).set(content)
        return buffer
      })
    } finally {
      for (const buffer of buffers) buffer.free()
    }
  }

  #view(pointer: number, length: number): Float32Array {
    return floatsIn(this.#exports, pointer, length)
  }

  #read(pointer: number, length: number): Float32Array {
    return this.#view(pointer, length).slice()
  }
}

/** What has been drawn: a trial's time is for kernels. */
const drawn = new Map<string, Float32Array>()

/** Numbers in (−scale, scale), others for each salt. */
function numbers(length: number, salt: number, scale = 1): Float32Array {
  const key = `${length} ${salt} ${scale}`
  const found = drawn.get(key)
  if (found) return found
  const value = (_: unknown, i: number) => scale * ((((i + 1) * 7919 + salt * 104729) % 2003) / 1001.5 - 1)
  const made = Float32Array.from({ length }, value)
  drawn.set(key, made)
  return made
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
