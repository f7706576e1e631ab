/**
 * The trial that the wide build has to stand before it is used: the same numbers as the baseline within rounding, before and after V8 has optimized
 * it, and products so much faster that fusing must be at work.
 */

import { ConfigError, StateError } from '../errors.ts'
import { glue, type InitOutput } from '../raw.ts'
import { type Exercise, Gym } from './exercise.ts'
import { fuseVectors } from './flag.ts'

/** So many times the baseline's speed is more than fused multiply-adds of 128 bits reach. */
const FASTER = 1.5
/** How long the baseline's product is repeated, in ms: it is optimized after some ten. */
const SETTLE = 60
/** How long the wide build has to become so fast, in ms. */
const PATIENCE = 400
/** How long an exercise is repeated for V8 to optimize what it runs, in ms; V8 takes up most of it after one or two. */
const WARM = 3

/** A build and what it takes to try it. */
export interface Candidate {
  readonly bytes: BufferSource
  /** The baseline. */
  readonly baseline: BufferSource
  /** Makes the memory of an instance. */
  readonly memory: () => WebAssembly.Memory
  /** Whether an instance is in use: then the glue cannot be given another one. */
  readonly busy: () => boolean
}

/**
 * Compiles the wide build and tries it out.
 *
 * @returns The module, for a fresh instance. V8 goes on fusing from now on.
 * @throws ConfigError saying why it is not to be used; V8 is as before.
 */
export async function tryWide({ bytes, baseline, memory, busy }: Candidate): Promise<WebAssembly.Module> {
  const reference = begin({ module: await WebAssembly.compile(baseline) }, busy)
  const expected = reference.exercises().map((exercise) => exercise.compute())
  const usual = reference.time((_, elapsed) => elapsed > SETTLE)
  fuseVectors(true)
  try {
    const module = await WebAssembly.compile(bytes)
    const gym = begin({ module, memory: memory() }, busy)
    const exercises = gym.exercises()
    compare(exercises, expected)
    const time = gym.time((least, elapsed) => least * FASTER < usual || elapsed > PATIENCE)
    if (time * FASTER >= usual)
      throw new ConfigError(`V8 does not make it faster on this processor (${(usual / time).toFixed(1)}× the baseline)`)
    for (const exercise of exercises) warm(exercise)
    compare(exercises, expected)
    return module
  } catch (error) {
    fuseVectors(false)
    throw error
  }
}

/** Makes an instance and gives it to the glue, whose instance nobody uses yet. */
function begin(start: { module: WebAssembly.Module; memory?: WebAssembly.Memory }, busy: () => boolean): Gym {
  if (busy()) throw new StateError('a model was made before its trial had ended')
  const exports: InitOutput = glue.initSync(start)
  return new Gym(exports)
}

function warm(exercise: Exercise): void {
  const begin = performance.now()
  while (performance.now() - begin < WARM) exercise.compute()
}

function compare(exercises: readonly Exercise[], expected: readonly Float32Array[]): void {
  exercises.forEach(({ name, tolerance, compute }, i) => {
    const [found, wanted] = [compute(), expected[i] as Float32Array]
    const differs = wanted.findIndex((x, at) => !agree(x, found[at] as number, tolerance))
    if (differs < 0) return
    throw new ConfigError(`its ${name} gave ${found[differs]} where the baseline gives ${wanted[differs]}`)
  })
}

const agree = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * (1 + Math.abs(a))
