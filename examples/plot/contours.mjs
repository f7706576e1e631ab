// Contour lines of a function of two variables, by marching squares.

/**
 * The line `value(x, y) = level` over a grid of `cells × cells`, as chains of points.
 *
 * Each square of the grid whose corners lie on both sides of the level is crossed by a straight piece (two at a saddle);
 * pieces that meet are joined, which makes the drawing a fifth of the size.
 */
export function contour(value, [[xLow, xHigh], [yLow, yHigh]], level, cells = 60) {
  const at = (i, j) => [xLow + ((xHigh - xLow) * i) / cells, yLow + ((yHigh - yLow) * j) / cells]
  const heights = Array.from({ length: cells + 1 }, (_, i) =>
    Array.from({ length: cells + 1 }, (_, j) => value(...at(i, j)) - level),
  )
  /** Where the level lies on the edge between two corners; named by the edge, so that neighbours share it. */
  const crossings = new Map()
  const crossing = ([i, j], [k, l]) => {
    const [a, b] = [heights[i][j], heights[k][l]]
    if (a < 0 === b < 0) return undefined
    const name = `${Math.min(i, k)} ${Math.min(j, l)} ${i === k ? 'up' : 'across'}`
    const share = a / (a - b)
    const [p, q] = [at(i, j), at(k, l)]
    crossings.set(name, [p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])])
    return name
  }
  const pieces = []
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const corners = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ] // prettier-ignore
      const edges = corners.map((corner, n) => crossing(corner, corners[(n + 1) % 4])).filter(Boolean)
      for (let n = 0; n + 1 < edges.length; n += 2) pieces.push([edges[n], edges[n + 1]])
    }
  }
  return join(pieces).map((chain) => chain.map((name) => crossings.get(name)))
}

/** Chains of names from pairs of names. */
function join(pieces) {
  const next = new Map()
  for (const piece of pieces) for (const name of piece) next.set(name, [...(next.get(name) ?? []), piece])
  const used = new Set()
  const follow = (piece, from) => {
    const chain = []
    for (let name = from, current = piece; current; ) {
      used.add(current)
      name = current[0] === name ? current[1] : current[0]
      chain.push(name)
      current = next.get(name).find((other) => !used.has(other))
    }
    return chain
  }
  return pieces.flatMap((piece) => {
    if (used.has(piece)) return []
    const forwards = follow(piece, piece[0])
    const other = next.get(piece[0]).find((one) => !used.has(one))
    const backwards = other ? follow(other, piece[0]) : []
    return [[...backwards.reverse(), piece[0], ...forwards]]
  })
}
