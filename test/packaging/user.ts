/** The package as a user gets it: packed once, installed without a network into an empty folder. */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const projects = fileURLToPath(new URL('projects', import.meta.url))

/** A file in the tarball. */
interface PackedFile {
  readonly path: string
  readonly size: number
}

/** What `npm pack` says of the tarball. */
export interface Tarball {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly PackedFile[]
}

/** An empty folder with the package installed in it. */
export class User {
  readonly folder = mkdtempSync(join(tmpdir(), 'ravine-user-'))
  readonly tarball: Tarball

  constructor() {
    // What was built is packed: `prepack` would build once more.
    const pack = npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', this.folder)
    const [tarball] = JSON.parse(pack) as Tarball[]
    if (!tarball) throw new Error(`npm pack made nothing: ${pack}`)
    this.tarball = tarball
    this.write('package.json', '{ "name": "user", "private": true }')
    npm(this.folder, 'install', '--offline', '--no-audit', '--no-fund', join(this.folder, tarball.filename))
  }

  /** Where the package was installed. */
  get installed(): string {
    return join(this.folder, 'node_modules/ravine')
  }

  /** Text of a file that was installed. */
  read(path: string): string {
    return readFileSync(join(this.installed, path), 'utf8')
  }

  /** Writes a file of the user's. */
  write(path: string, text: string): string {
    const file = join(this.folder, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
    return file
  }

  /** Runs a program of the user's, and returns the JSON that it prints. */
  run(engine: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): unknown {
    const options = { cwd: this.folder, encoding: 'utf8', env: { ...process.env, ...env } } as const
    return JSON.parse(execFileSync(engine, args, options))
  }

  /** Copies a project of `projects/` here, with what all projects share beside its sources. */
  project(name: string, sources = '.'): string {
    const folder = join(this.folder, name)
    cpSync(join(projects, name), folder, { recursive: true })
    cpSync(join(projects, 'learn.js'), join(folder, sources, 'learn.js'))
    return folder
  }

  /** Copies the installed package, for a server that has it elsewhere. */
  copyPackage(folder: string): void {
    cpSync(this.installed, join(this.folder, folder), { recursive: true })
  }

  /** Installs the bundlers, as links to those of `package-lock.json`. */
  installPackagers(): void {
    const installed = fileURLToPath(new URL('node_modules', import.meta.url))
    for (const name of ['.bin', ...readdirSync(installed).filter((entry) => !entry.startsWith('.'))])
      if (!existsSync(join(this.folder, 'node_modules', name)))
        symlinkSync(join(installed, name), join(this.folder, 'node_modules', name))
  }

  /** Runs a program of an installed packager and returns what it prints; throws with it when the program fails. */
  check(program: string, args: readonly string[]): string {
    const script = fileURLToPath(new URL(`node_modules/${program}`, import.meta.url))
    const options = { cwd: this.folder, encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], options)
    if (status !== 0) throw new Error(`${program} failed:\n${stdout}${stderr}`)
    return stdout
  }

  /** `npm run build` in a project. */
  build(project: string): string {
    return npm(join(this.folder, project), 'run', 'build')
  }

  /** What the TypeScript compiler says of a project in a folder of the user's; nothing if all is well. */
  compile(project: string): string {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, '--project', join(this.folder, project)], {
      cwd: this.folder,
      encoding: 'utf8',
    })
    return stdout + stderr
  }

  /** Frees the disk. */
  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** The text of a program in `programs/`. */
export const program = (name: string): string => readFileSync(new URL(`programs/${name}`, import.meta.url), 'utf8')

function npm(cwd: string, ...args: string[]): string {
  // npm gives its path to the scripts that it runs; `npm.cmd` on Windows does not start without a shell.
  const path = process.env.npm_execpath
  const [command, first] = path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []]
  return execFileSync(command, [...first, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
