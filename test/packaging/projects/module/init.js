// The fastest build that the engine accepts, or the baseline where it is asked for; from the `learn` of all projects.
import * as ravine from 'ravine'
import { learn, outcome } from './learn.js'

console.log(JSON.stringify(await outcome(learn(ravine, process.argv[2] === 'init'))))
