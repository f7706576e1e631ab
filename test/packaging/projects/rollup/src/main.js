import { adam, dense, init, runtime, sequential } from 'ravine'
import { learn, outcome } from './learn.js'

globalThis.result = outcome(learn({ adam, dense, init, runtime, sequential }, location.search))
