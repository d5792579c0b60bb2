/** Orders in which two callers meet, for `interleave`: tests force what the lab replays. */
import type { Turn } from '../../../src/lab/replay/interleaving.js'

export { interleave, type Turn } from '../../../src/lab/replay/interleaving.js'

/** All orders in which two callers can be given their first `length` turns. */
export function allOrders(length: number): Turn[][] {
  if (length === 0) return [[]]
  return allOrders(length - 1).flatMap((order): Turn[][] => [
    ['a', ...order],
    ['b', ...order],
  ])
}
