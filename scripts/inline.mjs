// Puts a WebAssembly module into a JavaScript file as text, so that importing the package is all a user has to do.
//
// How the text is made, and what the decoder costs: bytes as they are stored, the same after gzip (what a download costs), the decoder
// after gzip, and milliseconds to decode, once, for a module of 234 kB (94.6 kB gzipped; Node 20, Node 26):
//
//   base64 of the module               312 kB   127.0 kB gzipped   0.1 kB     2 ms    2 ms
//   base64 of its deflate stream       127 kB    96.3 kB gzipped   0.8 kB    14 ms    9 ms   a decoder in JavaScript
//   base64 of its LZMA stream          102 kB    77.0 kB gzipped                             one in WebAssembly
//   the same of its streams             91 kB    69.2 kB gzipped   2.4 kB    12 ms   12 ms
//
// From import to the first step that is as long as with deflate on Node 20 (36 ms) and 3 ms longer on Node 26 (30 to 33 ms; medians of
// 15 fresh processes each).
//
// The crate `unpack` says what the streams are. Base64's 64 letters are what gzip's Huffman codes undo best, and no bundler rewrites them.
//
// The text stands before all code in a bundle, which saves 1.5 kB: in its midst it keeps gzip from using the code before for the code
// after, and spoils the Huffman codes around it.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from './inline/decode.js'
import { must, root, StepError } from './lib/run.mjs'
import { nativeEnv } from './lib/rust.mjs'

/** Writes the decoder, which variants share, into `folder`, where the WebAssembly of the unpacker is. */
export function writeDecoder(folder) {
  const unpacker = readFileSync(join(folder, 'unpacker.wasm')).toString('base64')
  copyFileSync(join(root, 'scripts/inline/decode.js'), join(folder, 'decode.js'))
  writeFileSync(join(folder, 'unpacker.js'), `export const unpacker = '${unpacker}'\n`)
  writeFileSync(
    join(folder, 'decode.d.ts'),
    [
      '/** The bytes of the module whose packed form is `text` in base64. */',
      'export declare function decode(text: string, unpacker: string): Uint8Array<ArrayBuffer>\n',
    ].join('\n'),
  )
}

/**
 * Writes `bytes.js` and its types beside the module in `folder`; the decoder is one level up. `pages` is how much memory the module wants to be
 * given, 0 if it makes its own.
 */
export function writeInlined(folder, pages) {
  const wasm = readFileSync(join(folder, 'ravine_bg.wasm'))
  const files = [join(folder, 'ravine_bg.wasm'), join(folder, 'ravine_bg.packed')]
  must('cargo', ['run', '--quiet', '--package', 'ravine-unpack', '--example', 'pack', '--', ...files], {
    env: nativeEnv(),
  })
  const text = readFileSync(files[1]).toString('base64')
  const unpacker = readFileSync(join(folder, '../unpacker.wasm')).toString('base64')
  if (!wasm.equals(decode(text, unpacker))) throw new StepError(`decode.js does not give back the module in ${folder}`)
  writeFileSync(join(folder, 'packed.js'), `export const text = '${text}'\n`)
  writeFileSync(
    join(folder, 'bytes.js'),
    [
      // The text comes first, see rollup.config.mjs.
      "import { text } from './packed.js'",
      "import { unpacker } from '../unpacker.js'",
      "import { decode } from '../decode.js'",
      `export const packed = { text, unpacker, pages: ${pages} }`,
      'export const wasmBytes = () => decode(text, unpacker)\n',
    ].join('\n'),
  )
  writeFileSync(
    join(folder, 'bytes.d.ts'),
    [
      '/** The WebAssembly module as text, and what unpacks it. */',
      'export declare const packed: { readonly text: string; readonly unpacker: string; readonly pages: number }',
      '/** The bytes of the WebAssembly module, decoded anew at each call. */',
      'export declare function wasmBytes(): Uint8Array<ArrayBuffer>\n',
    ].join('\n'),
  )
  return `${kilobytes(wasm.length)} of WebAssembly as ${kilobytes(text.length)} of text`
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`
