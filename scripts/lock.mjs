// npm run lock: brings the lock files up to date with their package.json, complete for every platform.
//
// npm leaves out of the lock what the registry in use does not have, and some registries hold the native parts of a package
// (`optionalDependencies` such as rollup's) for a few platforms only. `npm ci` then refuses the lock, and other
// platforms would lack their part. What is missing is put in here: its version is given by the package that wants it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, read, root } from './lib/run.mjs'

for (const folder of ['.', 'scripts/engines', 'test/packaging']) {
  npm(['install', '--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved'], {
    cwd: join(root, folder),
  })
  const file = join(folder, 'package-lock.json')
  const lock = JSON.parse(read(file))
  for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const platform = name.match(
        /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-([a-z0-9]+)(?:-(musl|gnu))?/,
      )
      if (lock.packages[`node_modules/${name}`] || !platform || !/^\d/.test(version)) continue
      const [, os, cpu, libc] = platform
      const entry = { version, cpu: [cpu], ...(dev && { dev }), optional: true, os: [os] }
      if (libc) entry.libc = [libc === 'gnu' ? 'glibc' : libc]
      lock.packages[`node_modules/${name}`] = entry
      console.log(`added ${name} ${version} to ${file}`)
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(join(root, file), `${JSON.stringify(lock, null, 2)}\n`)
}
