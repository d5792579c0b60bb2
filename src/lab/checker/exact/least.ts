/** Finds the first position of a range whose value is below a bound, in logarithmic time. */

export interface Least {
  /**
   * @param from the first position to look at, and `to` the last one
   * @returns the first position whose value is below `bound`, or -1
   */
  firstBelow(bound: number, from: number, to: number): number
}

/** A segment tree of least values. */
export function leastOf(values: ArrayLike<number>): Least {
  let size = 1
  while (size < values.length) size *= 2
  const least = new Float64Array(2 * size).fill(Number.POSITIVE_INFINITY)
  least.set(values, size)
  const at = (node: number) => least[node] ?? Number.POSITIVE_INFINITY
  for (let node = size - 1; node > 0; node -= 1) {
    least[node] = Math.min(at(2 * node), at(2 * node + 1))
  }
  const descend = (
    node: number,
    left: number,
    right: number,
    query: { bound: number; from: number; to: number },
  ): number => {
    if (right < query.from || left > query.to || at(node) >= query.bound) return -1
    if (left === right) return left
    const middle = (left + right) >> 1
    const found = descend(2 * node, left, middle, query)
    return found >= 0 ? found : descend(2 * node + 1, middle + 1, right, query)
  }
  return {
    firstBelow: (bound, from, to) =>
      from > to ? -1 : descend(1, 0, size - 1, { bound, from, to }),
  }
}
