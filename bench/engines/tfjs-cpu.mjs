// TensorFlow.js on its plain JavaScript backend.
import { tfjsEngine } from './tfjs.mjs'

export default tfjsEngine('cpu')
