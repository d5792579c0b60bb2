/** Pools that are bound to a time, and whether it is too late or too early to book them. Pure. */
import type { Refusal } from '../reservation/outcome.js'
import type { ResourceTime, SlotTime } from './timed-line.js'
import {
  type BookingTerms,
  bookingWindow,
  isNightOpen,
  pastAllowed,
  whyTimeNotOpen,
} from './window.js'

/** A pool that is bound to a time, with the terms by which it may be booked. */
export interface TimedPool extends ResourceTime, BookingTerms {
  readonly poolId: string
  /** The date of a night; null for a slot. */
  readonly night: string | null
  readonly timeZone: string
  /** When it was looked up, by the database's clock. */
  readonly lookedAtMs: number
}

/**
 * Why times cannot be had now, whether or not they are free; undefined when they can.
 *
 * @param times those that the customer does not have yet
 */
export function refusalOfTimes(
  times: readonly TimedPool[],
  { nowMs, allowPast }: { readonly nowMs: number; readonly allowPast: boolean },
): Refusal | undefined {
  const nights: { resourceId: string; night: string }[] = []
  const slots: SlotTime[] = []
  let reason: string | undefined
  for (const time of times) {
    const now = bookingWindow(nowMs, time)
    const window = allowPast ? pastAllowed(now) : now
    const { poolId, night, resourceId, fromMs, toMs } = time
    if (night !== null) {
      if (!isNightOpen(window, night)) nights.push({ resourceId, night })
      continue
    }
    const why = whyTimeNotOpen(window, time)
    if (why === undefined) continue
    reason ??= why
    slots.push({ poolId, resourceId, fromMs, toMs })
  }
  if (nights.length > 0) return { code: 'nights_not_on_sale', nights }
  return reason === undefined ? undefined : { code: 'not_offered', slots, reason }
}
