/** What people type to see a resource's time, and to book a slot of it. */
import { addDays } from '../../domain/time/date.js'
import type { SlotSchedule } from '../../domain/time/schedule.js'
import { slotsOf } from '../../domain/time/slots.js'
import { spanOf } from '../../engine/sale/dates.js'

/** How many days, from today on, have slots. */
const DEMO_DAYS = 14

export interface DemoTime {
  readonly listingId: string
  readonly timeZone: string
  readonly resourceId: string
  readonly schedule: SlotSchedule
  /** Names the booking. */
  readonly key: string
}

/** The dates whose slots are made. */
export function demoDates(now: Date): { from: string; to: string } {
  const from = now.toISOString().slice(0, 'YYYY-MM-DD'.length)
  return { from, to: addDays(from, DEMO_DAYS) }
}

/** A look at the day after tomorrow, and a booking of its last slot. */
export function timeLines(
  address: string,
  now: Date,
  { listingId, timeZone, resourceId, schedule, key }: DemoTime,
): string[] {
  const from = addDays(demoDates(now).from, 2)
  const day = { from, to: addDays(from, 1) }
  const last = slotsOf(schedule, timeZone, spanOf(day, timeZone)).at(-1)
  const time = {
    resource_id: resourceId,
    from: new Date(last?.fromMs ?? 0).toISOString(),
    to: new Date(last?.toMs ?? 0).toISOString(),
  }
  const body = JSON.stringify({ customer: 'ada@example.com', lines: [time] })
  const listing = `${address}/v1/listings/${listingId}`
  const bearer = '-H "Authorization: Bearer $KEY"'
  return [
    `curl ${bearer} '${listing}/availability?from=${day.from}&to=${day.to}'`,
    `curl ${bearer} ${listing}/reservations -H 'Idempotency-Key: ${key}-${from}' -H 'Content-Type: application/json' -d '${body}'`,
  ]
}
