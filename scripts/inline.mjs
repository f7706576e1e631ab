// Puts a WebAssembly module into a JavaScript file as text, so that importing the package is all a user has to do.
//
// Why deflate and base64, and a decoder of our own: bytes as they are stored, the same after gzip (what a download costs) and
// milliseconds to decode, once, for a module of 234 kB (91.4 kB gzipped; Node 20):
//
//   base64 of the module               312 kB   123.1 kB gzipped     2 ms
//   base64 of its deflate stream       122 kB    91.9 kB gzipped    20 ms
//   base 85 of its deflate stream      114 kB    92.8 kB gzipped    21 ms
//   7 bits a character, deflated       109 kB    95.0 kB gzipped     –     bundlers that escape control characters undo the gain
//
// Base64's 64 letters are what gzip's Huffman codes undo best, and no bundler rewrites them. The decoder adds 0.8 kB gzipped when
// minified; fflate's `inflateSync` would add 2.0 kB and takes 28 ms the first time, which is the only time.
//
// A coder that knows WebAssembly's instructions (context mixing, as in lpaq; its decoder a WebAssembly module of 2.5 kB) was built and
// measured: 16 kB less to download, but 22 ms more from import to the first step. Not taken; it would have to be twice as fast.
//
// The text stands before all code in a bundle, which saves 1.5 kB: in its midst it keeps gzip from using the code before for the code
// after, and spoils the Huffman codes around it.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { decode } from './inline/decode.js'
import { root, StepError } from './lib/run.mjs'

/**
 * Writes `bytes.js` and its types beside the module in `folder`, and the decoder one level up, where variants share it. `pages` is how much
 * memory the module wants to be given, 0 if it makes its own.
 */
export function writeInlined(folder, pages) {
  const wasm = readFileSync(join(folder, 'ravine_bg.wasm'))
  const text = deflateRawSync(wasm, { level: 9, memLevel: 9 }).toString('base64')
  if (!wasm.equals(decode(text, wasm.length)))
    throw new StepError(`decode.js does not give back the module in ${folder}`)
  copyFileSync(join(root, 'scripts/inline/decode.js'), join(folder, '../decode.js'))
  writeFileSync(join(folder, 'packed.js'), `export const packed = '${text}'\n`)
  writeFileSync(
    join(folder, 'bytes.js'),
    [
      // The text comes first, see rollup.config.mjs.
      "import { packed as text } from './packed.js'",
      "import { decode } from '../decode.js'",
      `export const packed = { text, size: ${wasm.length}, pages: ${pages} }`,
      `export const wasmBytes = () => decode(text, ${wasm.length})\n`,
    ].join('\n'),
  )
  writeFileSync(
    join(folder, 'bytes.d.ts'),
    [
      '/** The WebAssembly module as text. */',
      'export declare const packed: { readonly text: string; readonly size: number; readonly pages: number }',
      '/** The bytes of the WebAssembly module, decoded anew at each call. */',
      'export declare function wasmBytes(): Uint8Array<ArrayBuffer>\n',
    ].join('\n'),
  )
  writeFileSync(
    join(folder, '../decode.d.ts'),
    '/** The `size` bytes whose deflate stream is `text` in base64. */\nexport declare function decode(text: string, size: number): Uint8Array<ArrayBuffer>\n',
  )
  return `${kilobytes(wasm.length)} of WebAssembly as ${kilobytes(text.length)} of text`
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`
