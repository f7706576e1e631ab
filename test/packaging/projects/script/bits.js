import { trainings } from './trainings.js'

globalThis.result = trainings('12')
