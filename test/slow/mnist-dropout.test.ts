/** Accuracy on MNIST of a wide net with dropout, three seeds, against PyTorch with the same recipe. */

import { it } from 'vitest'
import { comparesWithPyTorch } from './accuracy.ts'

it('MNIST is learnt with dropout as well as by PyTorch', () => comparesWithPyTorch('mnist'))
