/** CRC-32 as in zip and PNG (ISO 3309, polynomial 0xEDB88320 reflected), eight bytes at a time (Intel's "slicing by 8"). */

let tables: readonly Uint32Array[] | undefined

/** The checksum of the bytes. */
export function crc32(bytes: Uint8Array): number {
  tables ??= makeTables()
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as unknown as EightTables
  let crc = 0xffffffff
  let i = 0
  for (; i + 8 <= bytes.length; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    crc =
      t7[low & 255]! ^
      t6[(low >>> 8) & 255]! ^
      t5[(low >>> 16) & 255]! ^
      t4[low >>> 24]! ^
      t3[bytes[i + 4]!]! ^
      t2[bytes[i + 5]!]! ^
      t1[bytes[i + 6]!]! ^
      t0[bytes[i + 7]!]!
  }
  for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}

type Table = Uint32Array
type EightTables = readonly [Table, Table, Table, Table, Table, Table, Table, Table]

/** Table k is what a byte does to the checksum of the k bytes after it. */
function makeTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    return crc
  })
  const result = [first]
  for (let k = 1; k < 8; k++) {
    const last = result[k - 1]!
    result.push(last.map((crc) => (crc >>> 8) ^ first[crc & 255]!))
  }
  return result
}
