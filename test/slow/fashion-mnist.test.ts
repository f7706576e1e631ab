/** Accuracy on Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), three seeds, against PyTorch with the same recipe. */

import { it } from 'vitest'
import { fashionMnist, hasFashionMnist } from '../datasets/load.ts'
import { comparesWithPyTorch } from './accuracy.ts'

it('is learnt as well as by PyTorch', async ({ skip }) => {
  if (!hasFashionMnist) {
    const reason = `no Fashion-MNIST in ${fashionMnist}: apt-get install dataset-fashion-mnist, or set RAVINE_FASHION_MNIST to a folder with its files`
    console.warn(reason) // Reporters leave the reasons of skipped tests out.
    skip(reason)
  }
  await comparesWithPyTorch('fashionMnist')
})
