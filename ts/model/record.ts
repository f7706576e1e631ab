/** Records whose keys come from users. */

/** A plain object with these entries. A key such as `__proto__` becomes an ordinary property. */
export function record<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const result: Record<string, T> = {}
  for (const [key, value] of entries) put(result, key, value)
  return result
}

/** Sets a property that may have any name. */
export function put<T>(target: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}
