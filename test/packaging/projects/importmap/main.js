import * as ravine from 'ravine'
import { learn, outcome } from './learn.js'

globalThis.result = outcome(learn(ravine, location.search))
