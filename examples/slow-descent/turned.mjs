// A surface turned about the origin: what was along an axis no longer is.

/** `f(R⁻¹ p)` for a rotation R by so many degrees, counter-clockwise; its gradient is `R ∇f(R⁻¹ p)`. */
export function turned(surface, degrees) {
  const angle = (degrees * Math.PI) / 180
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const forth = ([x, y]) => [c * x - s * y, s * x + c * y]
  const back = (x, y) => [c * x + s * y, c * y - s * x]
  return {
    ...surface,
    name: `${surface.name}, turned`,
    value: (x, y) => surface.value(...back(x, y)),
    gradient: (x, y) => forth(surface.gradient(...back(x, y))),
    start: forth(surface.start),
    minima: surface.minima.map(forth),
  }
}
