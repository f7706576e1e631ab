/**
 * The file format of saved models.
 *
 * | bytes | what |
 * |---|---|
 * | 8 | `RAVINE`, then the version as a 16-bit number |
 * | 4 | CRC-32 of everything after these four bytes |
 * | 4 | length of the header in bytes |
 * | … | the header: JSON in UTF-8, padded with spaces so that the floats begin at a multiple of 4 |
 * | … | 32-bit floats up to the end |
 *
 * All numbers are little-endian.
 */

import { many, show } from '../../checks.ts'
import { refuseGone } from '../../data/gone.ts'
import { FormatError } from '../../runtime/errors.ts'
import { crc32 } from './crc32.ts'

const MAGIC = 'RAVINE'
const VERSION = 1
const START = 16
/** Longer headers are refused before they are read. */
const LONGEST_HEADER = 100e6

/** The bytes of a header and floats. */
export function pack(header: unknown, floats: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(text.length / 4) * 4
  const count = floats.reduce((sum, each) => sum + each.length, 0)
  const bytes = new Uint8Array(START + headerLength + 4 * count)
  const view = new DataView(bytes.buffer)
  bytes.set([...MAGIC].map((letter) => letter.charCodeAt(0)))
  view.setUint16(6, VERSION, true)
  view.setUint32(12, headerLength, true)
  bytes.set(text, START)
  bytes.fill(0x20, START + text.length, START + headerLength)
  let offset = START + headerLength
  for (const each of floats) {
    writeFloats(view, offset, each)
    offset += 4 * each.length
  }
  view.setUint32(8, crc32(bytes.subarray(12)), true)
  return bytes
}

/**
 * The header and the floats in bytes made by {@link pack}; copies.
 *
 * @throws FormatError on anything else.
 */
export function unpack(given: unknown): { header: unknown; floats: Float32Array } {
  refuseGone(given, 'fromBytes: bytes')
  // What fetch, Blob and FileReader give is an ArrayBuffer.
  const bytes = given instanceof ArrayBuffer ? new Uint8Array(given) : given
  if (!(bytes instanceof Uint8Array)) {
    throw new FormatError(
      `fromBytes: expected the bytes that toBytes made, as a Uint8Array or ArrayBuffer; got ${show(given)}${hintFor(given)}`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < START) throw new FormatError(`fromBytes: a model is longer than ${many(bytes.length, 'byte')}`)
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) {
    throw new FormatError("fromBytes: these bytes are no ravine model: they do not begin with 'RAVINE'")
  }
  const version = view.getUint16(6, true)
  if (version !== VERSION) {
    throw new FormatError(
      `fromBytes: the model is of version ${version} of the format; this version of ravine reads version ${VERSION}`,
    )
  }
  const headerLength = view.getUint32(12, true)
  const rest = bytes.length - START - headerLength
  if (headerLength > LONGEST_HEADER || headerLength % 4 !== 0 || rest < 0 || rest % 4 !== 0) {
    throw new FormatError('fromBytes: the model is cut off, or longer than it should be')
  }
  if (view.getUint32(8, true) !== crc32(bytes.subarray(12))) {
    throw new FormatError('fromBytes: the model is damaged: its checksum does not match')
  }
  const header = parse(bytes.subarray(START, START + headerLength))
  return { header, floats: readFloats(view, START + headerLength, rest / 4) }
}

/** What a Blob, a Response or a promise of bytes needs. */
function hintFor(given: unknown): string {
  const { arrayBuffer, then } = (given ?? {}) as { readonly arrayBuffer?: unknown; readonly then?: unknown }
  if (typeof arrayBuffer === 'function') return '; pass what its arrayBuffer() resolves to'
  return typeof then === 'function' ? '; await it first' : ''
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new FormatError('fromBytes: the header is no JSON', { cause: error })
  }
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function writeFloats(view: DataView, offset: number, values: Float32Array): void {
  if (LITTLE_ENDIAN) {
    new Float32Array(view.buffer, view.byteOffset + offset, values.length).set(values)
  } else {
    for (const [i, value] of values.entries()) view.setFloat32(offset + 4 * i, value, true)
  }
}

/** The bytes may begin anywhere in their buffer, so they are copied to a place that is aligned. */
function readFloats(view: DataView, offset: number, count: number): Float32Array {
  if (LITTLE_ENDIAN) {
    const start = view.byteOffset + offset
    return new Float32Array(new Uint8Array(view.buffer, start, 4 * count).slice().buffer)
  }
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(offset + 4 * i, true))
}
