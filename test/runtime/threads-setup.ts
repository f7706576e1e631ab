/** Runs a test file on the baseline with three threads. */

import { init } from '../../ts/index.ts'

await init({ variant: 'simd', threads: 3 })
