// No bundler and no import map: the package by its path, as any static server serves it.
import * as ravine from '../node_modules/ravine/dist/index.js'
import { learn, outcome } from './learn.js'

globalThis.result = outcome(learn(ravine, location.search))
