// Part of the published package: turns the text that holds the WebAssembly module into its bytes, synchronously.
// (An engine's own decompressor is a stream and so asynchronous.) The build checks that the bytes come out right.

/** The `size` bytes whose raw deflate stream (RFC 1951) is `text` in base64. */
export function decode(text, size) {
  const input = fromBase64(text)
  const output = new Uint8Array(size)
  let from = 0
  let to = 0
  let hold = 0
  let held = 0

  const need = (count) => {
    for (; held < count; held += 8) hold |= input[from++] << held
  }
  const drop = (count) => {
    hold >>>= count
    held -= count
  }
  const bits = (count) => {
    need(count)
    const value = hold & ((1 << count) - 1)
    drop(count)
    return value
  }
  const symbol = (table) => {
    need(15)
    const entry = table[hold & (table.length - 1)]
    drop(entry & 15)
    return entry >> 4
  }

  for (let last = 0; !last; ) {
    last = bits(1)
    const kind = bits(2)
    if (kind === 0) {
      bits(held & 7)
      const end = to + bits(16)
      bits(16)
      while (to < end) output[to++] = bits(8)
      continue
    }
    const [literals, distances] = kind === 1 ? fixedTables() : dynamicTables(bits, symbol)
    for (let code = symbol(literals); code !== 256; code = symbol(literals)) {
      if (code < 256) {
        output[to++] = code
        continue
      }
      let length = code - 254
      if (code === 285) length = 258
      else if (code > 264) {
        const extra = (code - 261) >> 2
        length = ((4 + ((code - 261) & 3)) << extra) + 3 + bits(extra)
      }
      let distance = symbol(distances) + 1
      if (distance > 4) {
        const extra = ((distance - 1) >> 1) - 1
        distance = ((2 + ((distance - 1) & 1)) << extra) + 1 + bits(extra)
      }
      // Byte by byte: where the distance is less than the length, the copy repeats what it has just written.
      for (const end = to + length; to < end; to++) output[to] = output[to - distance]
    }
  }
  return output
}

function fixedTables() {
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)
  return [prefixTable(lengths), prefixTable(new Uint8Array(30).fill(5))]
}

function dynamicTables(bits, symbol) {
  const literals = bits(5) + 257
  const lengths = new Uint8Array(literals + bits(5) + 1)
  const codeLengths = new Uint8Array(19)
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  for (let i = 0, count = bits(4) + 4; i < count; i++) codeLengths[order[i]] = bits(3)
  const table = prefixTable(codeLengths)
  for (let i = 0; i < lengths.length; ) {
    const code = symbol(table)
    const repeat = code < 16 ? 1 : code === 16 ? 3 + bits(2) : code === 17 ? 3 + bits(3) : 11 + bits(7)
    const value = code < 16 ? code : code === 16 ? lengths[i - 1] : 0
    lengths.fill(value, i, i + repeat)
    i += repeat
  }
  return [prefixTable(lengths.subarray(0, literals)), prefixTable(lengths.subarray(literals))]
}

/** Looked up with the next bits of the stream: `symbol << 4 | length of its code`, at every index that begins with the code. */
function prefixTable(lengths) {
  const longest = Math.max(...lengths)
  const table = new Uint16Array(1 << longest)
  let code = 0
  for (let length = 1; length <= longest; length++, code <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      let index = 0
      for (let bit = 0; bit < length; bit++) index |= ((code >> bit) & 1) << (length - 1 - bit)
      for (; index < table.length; index += 1 << length) table[index] = (symbol << 4) | length
      code++
    }
  }
  return table
}

function fromBase64(text) {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
