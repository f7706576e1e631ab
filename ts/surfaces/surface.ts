/** A point of the plane, `[x, y]`. */
export type Point = readonly [x: number, y: number]

/** A test function of two variables: something to descend, small enough to draw. */
export interface Surface {
  /** Its name in `ravine/surfaces`. */
  readonly name: string
  /** The height above `(x, y)`. */
  value(x: number, y: number): number
  /** `[∂/∂x, ∂/∂y]` at `(x, y)`, from the derivative's formula. */
  gradient(x: number, y: number): Point
  /** The part of the plane that is customarily looked at: `[[xLow, xHigh], [yLow, yHigh]]`. */
  readonly domain: readonly [x: Point, y: Point]
  /** Where a descent customarily starts. */
  readonly start: Point
  /** Every global minimum; empty where the surface falls without end. */
  readonly minima: readonly Point[]
}

/** A surface that nobody can change. */
export function surface(definition: Surface): Surface {
  const { domain, start, minima } = definition
  for (const points of [...domain, domain, start, ...minima, minima, definition]) Object.freeze(points)
  return definition
}
