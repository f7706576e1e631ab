/** Saved models that someone has tampered with, checksum and all. */

import { afterAll, expect, it, vi } from 'vitest'
import { Model } from '../../ts/index.ts'
import { pack, unpack } from '../../ts/model/bytes/container.ts'
import { blobs, classifier } from '../model/support.ts'
import { Chance, EFFORT } from './arbitrary.ts'
import { expectAlive, resultOrRavineError, showValue } from './expectations.ts'

vi.setConfig({ testTimeout: 60_000 * EFFORT })

afterAll(expectAlive)

const { x, y } = blobs(12)

const saved = (() => {
  const model = classifier()
  model.trainOnBatch(x, y)
  return unpack(model.toBytes())
})()

/** Everywhere in the header that something could be changed. */
function placesOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, each]) => placesOf(each, [...path, key]))]
}

const PLACES = placesOf(saved.header).filter((path) => path.length > 0)

/** JSON values only: anything else cannot come out of a file. */
const json = (chance: Chance): unknown => {
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' || value === globalThis ? 0 : value)
  return JSON.parse(JSON.stringify({ value: chance.anything() }, plain)).value ?? null
}

function tamper(chance: Chance): unknown {
  const header = structuredClone(saved.header)
  for (let n = chance.whole(1, 3); n > 0; n--) {
    const path = chance.pick(PLACES)
    let parent = header as Record<string | number, unknown>
    let found = true
    for (const key of path.slice(0, -1)) {
      const next = parent?.[key]
      if (typeof next !== 'object' || next === null) {
        found = false
        break
      }
      parent = next as Record<string | number, unknown>
    }
    if (!found) continue
    const last = path.at(-1) as string | number
    const old = parent[last]
    if (chance.once(8)) delete parent[last]
    else if (typeof old === 'number' && chance.once(2))
      parent[last] = old + chance.pick([-1, 1, 0.5, 2 ** 31, -(2 ** 31)])
    else if (Array.isArray(old) && chance.once(2)) parent[last] = chance.once(2) ? [...old, ...old] : old.slice(1)
    else parent[last] = json(chance)
  }
  return header
}

it('are read or refused', async () => {
  const chance = new Chance(99)
  let read = 0
  for (let i = 0; i < 4000 * EFFORT; i++) {
    const header = tamper(chance)
    const floats = chance.once(6) ? saved.floats.subarray(0, chance.whole(0, saved.floats.length)) : saved.floats
    const bytes = pack(header, [floats])
    const work = async () => {
      const model = Model.fromBytes(bytes)
      try {
        model.summary()
        model.predict(new Float32Array(0))
        model.predict(x)
        await model.fit(x, y, { epochs: 1 })
        model.toBytes()
      } finally {
        model.dispose()
      }
    }
    if (await resultOrRavineError(work, () => showValue(header))) read++
  }
  expect(read).toBeGreaterThan(10)
  expect(read).toBeLessThan(2000 * EFFORT)
})
