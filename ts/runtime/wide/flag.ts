/** V8's switch for fusing pairs of vectors. */

const FLAG = 'experimental-wasm-revectorize'

/** Whether whoever started the process has set it: then it stays. */
const given = (): boolean => globalThis.process.execArgv.some((argument) => argument.includes('wasm-revectorize'))

/**
 * Lets V8 fuse pairs of vectors, or not. It is one switch for the process, read whenever V8's optimizing compiler takes up a function of any
 * WebAssembly, in whichever thread. So it cannot be set for one module, and must stay on for as long as functions may still become hot.
 */
export function fuseVectors(on: boolean): void {
  if (given()) return
  globalThis.process.getBuiltinModule('node:v8').setFlagsFromString(on ? `--${FLAG}` : `--no-${FLAG}`)
}
