/** Numbers of bytes as text. */

/** `312 B`, `4.8 KiB`, `2.0 MiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return power === 0 ? `${bytes} B` : `${(bytes / 2 ** (10 * power)).toFixed(1)} ${['', 'K', 'M', 'G'][power]}iB`
}
