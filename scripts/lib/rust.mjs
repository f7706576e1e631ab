// Finds the Rust toolchains: one for native work, one that compiles to WebAssembly.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { read, run, tools, withPath } from './run.mjs'

export const target = 'wasm32-unknown-unknown'

/** Debian's and Ubuntu's packages of a Rust that can build its own standard library for WebAssembly. */
export const debianPackages = [
  ...['rustc-web', 'cargo-web', 'rust-web-src', 'lld-22'],
  ...['rust-web-clippy', 'rustfmt-web', 'gcc', 'libc6-dev'],
]

const manifest = read('crate/Cargo.toml')
/** Oldest Rust that compiles the crate, and the wasm-bindgen that its command has to match: Cargo.toml names both. */
export const minimumRust = manifest.match(/^rust-version = "([\d.]+)"/m)[1]
export const wasmBindgenVersion = manifest.match(/^wasm-bindgen = .*"=([\d.]+)"/m)[1]

function isRecent(rustc, env) {
  const { ok, stdout } = run(rustc, ['--version'], { env })
  const [, major, minor] = stdout.match(/(\d+)\.(\d+)/) ?? []
  const [wantedMajor, wantedMinor] = minimumRust.split('.')
  return ok && (Number(major) - wantedMajor || minor - wantedMinor) >= 0
}

let native
/**
 * The environment in which `cargo` is a recent Rust's, or undefined. It is rust-toolchain.toml's where rustup has or gets that one,
 * else rustup's stable or default one, else a cargo that came without rustup.
 */
export function nativeEnv() {
  if (native) return native
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
  const base = withPath(process.env, join(tools, 'bin'), join(cargoHome, 'bin'))
  const candidates = [
    base,
    { ...base, RUSTUP_TOOLCHAIN: 'stable' },
    withPath(process.env, join(tools, 'bin'), '/usr/bin'),
  ]
  native = candidates.find((env) => run('cargo', ['--version'], { env }).ok && isRecent('rustc', env))
  return native
}

let wasm
/** `{ env, cargoArgs, coreArgs, rustFlags }` with which cargo compiles to WebAssembly, or undefined. Flags of a variant are added by the build. */
export function wasmToolchain() {
  wasm ??= nativeToolchain() ?? debianToolchain()
  return wasm
}

/**
 * Both toolchains build the standard library from its source: compiled with the flags of the variant, and with panics that are a
 * trap and nothing else (their messages would be a seventh of the module, and nobody sees them). These options are unstable, hence
 * the switch that allows them.
 */
const fromSource = {
  cargoArgs: ['-Zbuild-std=std,panic_abort'],
  /** For a crate that needs no more than the core library. */
  coreArgs: ['-Zbuild-std=core,panic_abort'],
  rustFlags: ['-Zunstable-options', '-Cpanic=immediate-abort'],
}

/** The native toolchain, when it has the source of the standard library. */
function nativeToolchain() {
  const env = nativeEnv()
  if (!env) return undefined
  const { ok, stdout } = run('rustc', ['--print', 'sysroot'], { env })
  if (!ok || !existsSync(join(stdout.trim(), 'lib/rustlib/src/rust/library/Cargo.lock'))) return undefined
  return { env: { ...env, RUSTC_BOOTSTRAP: '1' }, ...fromSource }
}

/** Debian's. */
function debianToolchain() {
  const installed = run('dpkg', ['--status', ...debianPackages]).stdout.match(/^Status: install ok installed$/gm)
  if (installed?.length !== debianPackages.length) return undefined
  const env = {
    ...withPath(process.env, '/usr/bin', join(tools, 'bin')),
    RUSTC: '/usr/bin/rustc',
    CARGO: '/usr/bin/cargo',
    RUSTC_BOOTSTRAP: '1',
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: 'wasm-ld-22',
  }
  return isRecent('/usr/bin/rustc', env) ? { env, ...fromSource } : undefined
}
