import { trainings } from './trainings.js'

console.log(JSON.stringify(await trainings('12')))
