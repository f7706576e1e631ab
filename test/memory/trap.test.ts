/** What happens after the WebAssembly instance has failed; in a file of its own, for it does not recover. */

import { expect, it } from 'vitest'
import { RavineError, StateError } from '../../ts/index.ts'
import { cross } from '../../ts/runtime/load.ts'
import { blobs, classifier, failureOf } from '../model/support.ts'

const { x, y } = blobs(12)

/** Runs a WebAssembly function whose only instruction is `unreachable`. */
function trap(): void {
  const bytes = Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[7, 5, 1, 1, 0x66, 0, 0],
    ...[10, 5, 1, 3, 0, 0, 0x0b],
  )
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  ;(exports.f as () => void)()
}

it('a trap is reported at once and by every later call, and dispose stays silent', async () => {
  const model = classifier()
  const first = await failureOf(() => cross(trap))
  expect(first).toBeInstanceOf(StateError)
  expect(first.message).toMatch(/^the WebAssembly instance failed \(unreachable\) and cannot be used any more; reload/)
  expect((first.cause as Error).message).toBe('unreachable')
  for (const call of [() => model.predict(x), () => model.fit(x, y), () => model.getWeights(), () => classifier()]) {
    const error = await failureOf(call)
    expect(error).toBeInstanceOf(RavineError)
    expect(error.message).toBe(first.message)
  }
  model.dispose()
  expect(model.disposed).toBe(true)
})
