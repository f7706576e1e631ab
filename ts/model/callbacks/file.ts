/** Writes a file where there is a file system, without an import that bundlers for browsers would stumble over. */

import { ConfigError } from '../../runtime/errors.ts'

/** Writes beside the file first, so that a crash leaves the old one whole. */
export function writeFile(path: string, bytes: Uint8Array): void {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!fs) {
    throw new ConfigError(
      'modelCheckpoint: filepath needs a file system (Node 20.16 or newer, Deno, Bun); elsewhere pass save(bytes)',
    )
  }
  const temporary = `${path}.part`
  try {
    fs.writeFileSync(temporary, bytes)
    fs.renameSync(temporary, path)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw new ConfigError(`modelCheckpoint: the file could not be written: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
