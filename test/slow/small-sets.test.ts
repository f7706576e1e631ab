/** Accuracy on the data sets of test/datasets: five-fold cross-validation, three seeds, against PyTorch with the same recipe. */

import { it } from 'vitest'
import { comparesWithPyTorch } from './accuracy.ts'

it.each(['iris', 'wine', 'breastCancer', 'digits'])('%s is learnt as well as by PyTorch', comparesWithPyTorch)
