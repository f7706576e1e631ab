// The facts a figure is worth nothing without: the machine, the programs, the state of the repository.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'
import { nodeVersions } from './setup.mjs'

function git(...args) {
  try {
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** The commit, with `+` when tracked files differ from it; undefined outside a repository. */
function commit() {
  const hash = git('rev-parse', '--short=12', '--verify', 'HEAD')
  if (!hash) return undefined
  return git('status', '--porcelain', '--untracked-files=no') ? `${hash}+` : hash
}

/** @param node the Node binary that runs the engines */
export function hostFacts(node) {
  const processors = cpus()
  return {
    date: new Date().toISOString(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory: totalmem(),
    system: `${type()} ${release()} ${process.arch}`,
    ...nodeVersions(node),
    commit: commit(),
    load: loadavg()[0],
  }
}

/** A warning when other work runs on the machine: a load above this is not ours. */
export function busyWarning({ load, cores }) {
  if (load < 0.5) return undefined
  return `the machine is busy (load ${load.toFixed(2)} on ${cores} cores): compare the cpu column, not the medians`
}
