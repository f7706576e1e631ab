// ravine's relaxed-SIMD build, where the engine accepts it.
import { ravineEngine } from './ravine.mjs'

export default ravineEngine('relaxed')
