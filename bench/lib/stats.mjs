// Small numbers about numbers.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** `{ median, min, rounds }` of the given times. */
export const summarize = (values) => ({ median: median(values), min: Math.min(...values), rounds: values })

/** A number with three significant digits and no exponent: 0.00123, 1.23, 123, 12300. */
export function short(value) {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 6))
}

/** Bytes as KB or MB (powers of 1000, as npm and browsers' network panels count). */
export const bytes = (count) => (count < 1e6 ? `${short(count / 1e3)} KB` : `${short(count / 1e6)} MB`)
