/** Whether what a command wants is on offer to this customer now: not whether there is any left. Pure. */
import { refusalOfStays } from '../time/stay.js'
import { refusalOfTimes } from '../time/timed-pool.js'
import type { ResolvedLines } from './command.js'
import { sumPerPool } from './demand.js'
import type { Refusal } from './outcome.js'
import type { Reservation } from './reservation.js'

/** These come after the refusals of stays, in the order that `Refusal` documents. */
const AFTER_STAYS: readonly Refusal['code'][] = ['not_offered', 'slot_taken']

/**
 * Why not, in the order that `Refusal` documents; undefined when everything is on offer. A change is
 * asked about what is new alone: what the customer has may be off sale, or over, by now.
 *
 * @param before the reservation that is changed; undefined for a new one
 */
export function offerRefusal(
  wanted: ResolvedLines,
  before: Pick<Reservation, 'lines' | 'state'> | undefined,
  nowMs: number,
): Refusal | undefined {
  const { refusal, stays = [], times = [], allowPast = false } = wanted
  if (refusal !== undefined && !AFTER_STAYS.includes(refusal.code)) return refusal
  if (stays.length === 0 && times.length === 0) return refusal
  const sums = new Map(sumPerPool(wanted.lines).map((line) => [line.poolId, line.quantity]))
  const had = new Map(before?.lines.map((line) => [line.poolId, line.quantity]))
  const isNew = (poolId: string) => (sums.get(poolId) ?? 0) > (had.get(poolId) ?? 0)
  const shortensHold =
    before?.state === 'held' &&
    before.lines.some(({ poolId, quantity }) => (sums.get(poolId) ?? 0) < quantity)
  return (
    refusalOfStays(stays, { isNew, shortensHold, allowPast, nowMs }) ??
    refusal ??
    refusalOfTimes(
      times.filter(({ poolId }) => isNew(poolId)),
      { nowMs, allowPast },
    )
  )
}
