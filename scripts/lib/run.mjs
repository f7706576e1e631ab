// Where things are, and how the steps run programs.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where wasm-pack and wasm-bindgen are installed; one folder can serve several checkouts. */
export const tools = process.env.RAVINE_TOOLS ? resolve(process.env.RAVINE_TOOLS) : join(root, '.tools')

/** A failure whose message is for the reader; everything else that is thrown is a mistake in these scripts. */
export class StepError extends Error {}

/** Runs a program to its end. `ok` is false when it fails, cannot be started or takes too long. */
export function run(command, args, { env = process.env, cwd = root, timeout, show = false } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env,
    timeout,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  const output = [result.stdout, result.stderr, result.error?.message].filter(Boolean).join('\n')
  return { ok: result.status === 0, status: result.status, stdout: result.stdout ?? '', output }
}

/** Runs a program that has to succeed; what it printed is part of the error. */
export function must(command, args, options = {}) {
  const result = run(command, args, options)
  if (!result.ok) throw new StepError(`${options.hint ?? `${command} ${args.join(' ')}`}\n${result.output}`.trimEnd())
  return result
}

/** Runs a JavaScript program of an installed package, without a shell. */
export function mustNode(script, args, options) {
  return must(process.execPath, [join(root, 'node_modules', script), ...args], options)
}

/** npm by the path it gives its scripts (Windows cannot start `npm.cmd` without a shell). */
export function npm(args, options) {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? must(process.execPath, [path, ...args], options) : must('npm', args, options)
}

/** `env` with `folders` put before everything else on the search path. */
export function withPath(env, ...folders) {
  return { ...env, PATH: [...folders, env.PATH].join(delimiter) }
}

export const exists = (path) => existsSync(join(root, path))
export const read = (path) => readFileSync(join(root, path), 'utf8')
