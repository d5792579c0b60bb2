/**
 * Availability on dates, as text: a month of fifty courts is twenty thousand slots, and writing them
 * by the schema's general writer took longer than reading them. A test holds what is written here
 * against the schema.
 */
import { createHash } from 'node:crypto'
import { freeWithin } from '../domain/ranges.js'
import { overlaps } from '../domain/slots.js'
import type { Dates } from '../engine/dates.js'
import { type CalendarRow, type CalendarSlot, slotsIn } from '../storage/calendar.js'
import { etagOf } from './preconditions.js'
import { availabilityVersion, showPoolAvailability, showSpan } from './views.js'

/** The tag of what the rows come to, before anything is written out. */
export function calendarTag(dates: Dates, rows: readonly CalendarRow[]): string {
  const digest = createHash('sha1').update(`${dates.from} ${dates.to}`)
  for (const { slots, ...row } of rows) digest.update(JSON.stringify(row)).update(slots ?? '')
  return etagOf(digest.digest('base64url'))
}

/** The answer's body, an `Availability`. */
export function calendarText(
  listingId: string,
  { from, to }: Dates,
  rows: readonly CalendarRow[],
): string {
  const pools = rows.flatMap(({ stock, name }) =>
    (stock ?? []).map((pool) => ({ ...pool, resourceName: name })),
  )
  const head = {
    listing_id: listingId,
    version: availabilityVersion(pools),
    pools: pools.map(showPoolAvailability),
    from,
    to,
  }
  const time = timeWriter()
  const resources = rows.map((row) => resourceText(row, time)).join(',')
  return `${JSON.stringify(head).slice(0, -1)},"resources":[${resources}]}`
}

function resourceText(row: CalendarRow, time: (ms: number) => string): string {
  const { resourceId, name, schedule, timeZone } = row
  const slots = slotsIn(row)
  const head = `{"id":"${resourceId}","name":${JSON.stringify(name)},"pools":[`
  if (schedule?.soldBy !== 'ranges') {
    return `${head}${slots.map((slot) => slotText(slot, time)).join(',')}]}`
  }
  const shown = slots.filter((slot) => overlaps(slot, row))
  const free = freeWithin(schedule, timeZone, slots, row).map(showSpan)
  const pools = shown.map((slot) => slotText(slot, time)).join(',')
  return `${head}${pools}],"free":${JSON.stringify(free)}}`
}

function slotText(
  { poolId, fromMs, toMs, capacity, left }: CalendarSlot,
  time: (ms: number) => string,
): string {
  return `{"pool_id":"${poolId}","from":"${time(fromMs)}","to":"${time(toMs)}","capacity":${capacity},"available":${left}}`
}

/** Fifty courts have the same hours: each instant is written once. */
function timeWriter(): (ms: number) => string {
  const known = new Map<number, string>()
  return (ms) => {
    const text = known.get(ms) ?? new Date(ms).toISOString()
    known.set(ms, text)
    return text
  }
}
