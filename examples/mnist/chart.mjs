// What a terminal can show: a curve of block characters, and a confusion matrix.

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A curve `height` lines high, on a logarithmic scale: losses fall by factors. */
export function curve(values, { height = 8, width = 60 } = {}) {
  const logs = Array.from({ length: width }, (_, column) => {
    // The mean of the values that fall on this column.
    const from = Math.floor((column * values.length) / width)
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width))
    const cell = values.slice(from, to)
    return Math.log10(cell.reduce((sum, value) => sum + value, 0) / cell.length)
  })
  const [low, high] = [Math.min(...logs), Math.max(...logs)]
  const eighths = logs.map((value) => Math.round(((value - low) / (high - low || 1)) * (height * 8 - 1)) + 1)
  return Array.from({ length: height }, (_, line) => {
    const floor = (height - 1 - line) * 8
    const cells = eighths.map((level) => (level > floor ? blocks[Math.min(level - floor, 8) - 1] : ' ')).join('')
    const label = line === 0 ? 10 ** high : line === height - 1 ? 10 ** low : undefined
    return `${(label?.toPrecision(2) ?? '').padStart(8)} ┤${cells}`
  }).join('\n')
}

/** Rows are what a digit is, columns what it was taken for. */
export function confusion(matrix) {
  const digits = matrix.map((_, digit) => digit)
  const line = (label, cells) =>
    `${String(label).padStart(6)} ${cells.map((cell) => String(cell).padStart(5)).join('')}`
  return [
    line('', digits),
    ...matrix.map((row, digit) =>
      line(
        digit,
        row.map((count) => count || '·'),
      ),
    ),
  ].join('\n')
}
