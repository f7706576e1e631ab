// Part of the published package: turns the text that holds the WebAssembly module into its bytes, synchronously.
// (An engine's own decompressors are streams and so asynchronous.) The build checks that the bytes come out right.

/** The bytes of the module whose packed form is `text` in base64; `unpacker` is the WebAssembly of the crate `unpack`, in base64 too. */
export function decode(text, unpacker) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fromBase64(unpacker)))
  new Uint8Array(exports.memory.buffer).set(fromBase64(text), exports.input())
  const size = exports.unpack()
  // A copy, so that the memory can go.
  return new Uint8Array(exports.memory.buffer, exports.output(), size).slice()
}

function fromBase64(text) {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
