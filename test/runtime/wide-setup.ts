/** Runs a test file on the wide build, with two threads. */

import { init } from '../../ts/index.ts'

await init({ wide: true, threads: 2 })
