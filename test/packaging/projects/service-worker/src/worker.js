// Bundled into one file, with the relaxed build in it: a service worker cannot import anything later.
import { adam, dense, init, runtime, sequential } from 'ravine'
import { answer } from './answer.js'

answer({ adam, dense, init, runtime, sequential })
