// The build that is asked for ('?init', '?threads', '?wide'), else the baseline; from the `learn` of all projects.
import * as ravine from 'ravine'
import { learn, outcome } from './learn.js'

console.log(JSON.stringify(await outcome(learn(ravine, process.argv[2] ?? ''))))
