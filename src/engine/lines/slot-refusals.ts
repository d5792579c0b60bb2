/**
 * How the engine's own refusals are told where time is sold: "not enough is left" of a slot of an
 * exclusive resource means that somebody has it, and comes with others that are free.
 */
import { type Outcome, type Refusal, refused } from '../../domain/reservation/outcome.js'
import { type ResourceTime, type SlotTime, timeOf } from '../../domain/time/timed-line.js'
import { bookingWindow } from '../../domain/time/window.js'
import type { Tx } from '../../storage/driver/database.js'
import type { Reclaimable } from '../../storage/tables/reservations.js'
import { readTerms } from '../../storage/tables/schedules.js'
import { readNearestFree } from '../../storage/tables/slots.js'

/** How many free slots are suggested to whoever came too late. */
export const SUGGESTIONS_MAX = 3

/** Says the same of a slot in the words for slots; other outcomes stay as they are. */
export type SlotTeller = (outcome: Outcome) => Outcome

/**
 * Looks up what there is to suggest, in the refusal's own transaction: it is pinned with it.
 *
 * @param short the pools that were found short
 */
export async function slotTeller(
  tx: Tx,
  listingId: string,
  short: ReadonlyMap<string, Reclaimable>,
): Promise<SlotTeller> {
  const slots = new Map(
    [...short.values()].flatMap((pool) => {
      const { fromMs, toMs } = pool
      return fromMs === null || toMs === null ? [] : [[pool.poolId, { ...pool, fromMs, toMs }]]
    }),
  )
  const taken = [...slots.values()].filter((slot) => slot.exclusive && !slot.closed)
  if (slots.size === 0) return (outcome) => outcome
  const ids = [...new Set(taken.map((slot) => slot.resourceId))]
  const terms = ids.length === 0 ? [] : await readTerms(tx, listingId, ids)
  const windows = new Map(terms.map((each) => [each.resourceId, bookingWindow(each.nowMs, each)]))
  const suggestions = new Map(
    await Promise.all(
      taken.map(async (slot) => {
        const window = windows.get(slot.resourceId)
        const free =
          window === undefined
            ? []
            : await readNearestFree(tx, listingId, slot, window, SUGGESTIONS_MAX)
        return [slot.poolId, free] as const
      }),
    ),
  )
  return (outcome) => {
    if (outcome.kind !== 'refused') return outcome
    const refusal = inWordsForSlots(outcome.refusal, slots, suggestions)
    return refusal === undefined ? outcome : refused(refusal)
  }
}

function inWordsForSlots(
  refusal: Refusal,
  slots: ReadonlyMap<string, Reclaimable & ResourceTime>,
  suggestions: ReadonlyMap<string, readonly SlotTime[]>,
): Refusal | undefined {
  if (refusal.code !== 'insufficient_capacity' && refusal.code !== 'exceeds_capacity') return
  const short = refusal.lines.flatMap((line) => slots.get(line.poolId) ?? [])
  const closed = short.filter((slot) => slot.closed)
  if (closed.length > 0) {
    const reason = 'The slot is not on offer any more.'
    return { code: 'not_offered', slots: closed.map(slotOf), reason }
  }
  const taken = short.filter((slot) => slot.exclusive)
  const [first] = taken
  if (refusal.code === 'exceeds_capacity' || first === undefined) {
    const lines = refusal.lines.map((line) => {
      const slot = slots.get(line.poolId)
      return slot === undefined ? line : { ...line, time: timeOf(slot) }
    })
    return { ...refusal, lines }
  }
  return {
    code: 'slot_taken',
    slots: taken.map(slotOf),
    suggestions: suggestions.get(first.poolId) ?? [],
  }
}

function slotOf({ poolId, resourceId, fromMs, toMs }: Reclaimable & ResourceTime): SlotTime {
  return { poolId, resourceId, fromMs, toMs }
}
