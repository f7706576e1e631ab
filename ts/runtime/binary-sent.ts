/**
 * The modules in a worker: the page sends them as the text that it has already, so that the worker's script has none in it. The build of that
 * script puts this file in the place of `binary.ts`.
 */

import { decode } from '../../build/wasm/decode.js'
import type { PackedModule } from './binary.ts'
import { StateError } from './errors.ts'

/** What a page sends. */
export interface SentModules {
  readonly simd?: PackedModule
  readonly relaxed?: PackedModule
  /** Why the relaxed build could not be sent. */
  readonly refused?: string
}

let sent: SentModules = {}

/** Keeps what the page has sent, until it is decoded. */
export function receiveModules(modules: SentModules): void {
  sent = modules
}

/** The bytes of the baseline. */
export const wasmBytes = (): Uint8Array<ArrayBuffer> => unpack(sent.simd)

/** The bytes of the relaxed build. */
export const relaxedBytes = async (): Promise<Uint8Array<ArrayBuffer>> => unpack(sent.relaxed)

function unpack(module: PackedModule | undefined): Uint8Array<ArrayBuffer> {
  if (!module) throw new StateError(sent.refused ?? 'the page has not sent this build')
  // It is decoded once, and is a hundred thousand characters.
  sent = {}
  return decode(module.text, module.size)
}
