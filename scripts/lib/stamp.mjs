// Remembers from what a step's outputs were made, so that it runs again only when that has changed.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './run.mjs'

/** A hash over files, folders (everything below them) and plain values. */
export function fingerprint(paths, values = []) {
  const hash = createHash('sha256').update(JSON.stringify(values))
  for (const path of paths) addPath(hash, path)
  return hash.digest('hex')
}

function addPath(hash, path) {
  const full = join(root, path)
  if (!existsSync(full)) return
  if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) addPath(hash, join(path, name))
  else hash.update(`${path}\0`).update(readFileSync(full))
}

/**
 * The step with `fresh` and `run` bound to a stamp file: it is fresh when the outputs are there and `inputs` and
 * `values()` are what they were when it last succeeded. The hash is taken before the run, so an edit made
 * meanwhile counts as new; a run that fails leaves no stamp, so what it wrote is not taken for good later.
 */
export function stamped({ inputs, outputs, values = () => [], stampFile, ...step }) {
  const file = join(root, stampFile ?? `build/stamps/${step.name}`)
  let hash
  return {
    ...step,
    fresh() {
      hash = fingerprint(inputs, values())
      return (
        outputs.every((path) => existsSync(join(root, path))) && existsSync(file) && readFileSync(file, 'utf8') === hash
      )
    },
    run() {
      rmSync(file, { force: true })
      const note = step.run()
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, hash)
      return note
    },
  }
}
