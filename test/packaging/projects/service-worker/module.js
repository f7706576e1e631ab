// A service worker that is a module: it may import the package at its start, by its path, and nothing later.
import * as ravine from '../node_modules/ravine/dist/index.js'
import { answer } from './src/answer.js'

answer(ravine)
