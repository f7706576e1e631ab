// What a run needs besides this repository: the peers' packages, a Node to run them, a Python with PyTorch.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root } from '../../scripts/lib/run.mjs'
import { stamped } from '../../scripts/lib/stamp.mjs'
import { runChain } from '../../scripts/lib/steps.mjs'
import { packagers } from '../../scripts/setup.mjs'

const peers = stamped({
  name: 'peers',
  inputs: ['bench/package-lock.json'],
  outputs: [],
  stampFile: 'bench/node_modules/.ravine-lock',
  run: () =>
    void npm(['ci', '--ignore-scripts'], {
      cwd: join(root, 'bench'),
      hint: 'npm ci in bench/ failed; it needs to reach the npm registry.',
    }),
})

/** Installs the libraries to measure against as bench/package-lock.json has them, unless they are there. */
export const installPeers = () => runChain([peers])

/** Installs what drives browsers, which is a package of the tests. */
export const installDriver = () => runChain([packagers])

/** The Node that runs the engines: the one asked for, else the newest as npm has it, else this one. */
export function findNode(asked) {
  if (asked) return asked
  const [system, name] = process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'node']
  const binary = join(`node-${system}-${process.arch}`, 'bin', name)
  const folders = ['scripts/engines/node_modules', 'node_modules', 'bench/node_modules']
  return folders.map((folder) => join(root, folder, binary)).find(existsSync) ?? process.execPath
}

/** @returns `{ node, v8 }`, the versions of a Node binary */
export function nodeVersions(node) {
  const script = 'process.stdout.write(JSON.stringify(process.versions))'
  const { node: version, v8 } = JSON.parse(execFileSync(node, ['-e', script], { encoding: 'utf8' }))
  return { node: version, v8 }
}

/** The Python to look for PyTorch in. */
export const findPython = () => process.env.RAVINE_PYTHON ?? (process.platform === 'win32' ? 'python' : 'python3')
