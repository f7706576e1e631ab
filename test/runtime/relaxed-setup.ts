/** Runs a test file on the relaxed build. */

import { init } from '../../ts/index.ts'

await init({ variant: 'relaxed', threads: 1 })
