/**
 * The modules in a worker: the page sends one as the text that it has already, so that the worker's script has none in it. The build of that
 * script puts this file in the place of `binary.ts` and `binaries.ts`.
 */

import { decode } from '../../build/wasm/decode.js'
import type { Binary, CompileWide, PackedModule } from './binaries.ts'
import type { Build } from './builds.ts'
import { StateError } from './errors.ts'

/** What a page sends: a build, and why it is not another one that was to be sent. */
export interface SentModule {
  readonly build: Build
  readonly packed: PackedModule
  readonly refused?: string | undefined
}

let sent: SentModule | undefined

/** Keeps what the page has sent, until it is decoded. */
export function receiveModule(module: SentModule): void {
  sent = module
}

/** The bytes of the baseline. */
export const wasmBytes = (): Uint8Array<ArrayBuffer> => unpack('simd').bytes

/** The bytes of the build that was sent; the page chooses it by the same rules as the worker does. */
export const loadBinary = async (build: Build): Promise<Binary> => unpack(build)

function unpack(build: Build): Binary {
  if (sent?.build !== build) throw new StateError(sent?.refused ?? `the page has not sent the build '${build}'`)
  const { text, unpacker, pages } = sent.packed
  // It is decoded once, and is a hundred thousand characters.
  sent = undefined
  return { bytes: decode(text, unpacker), pages }
}

/** A worker sends no module on: threads get what is compiled. */
export async function loadPacked(): Promise<PackedModule> {
  throw new StateError('a worker has no module to send')
}

/** The wide build is sent only where it has stood its trial: V8's switch is one for the process. */
export const compileWide: CompileWide = (bytes) => WebAssembly.compile(bytes)
