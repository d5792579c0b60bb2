/**
 * Availability on dates, as text: a month of fifty courts is twenty thousand slots, and the schema's
 * general writer took longer to write them than the database to read them. A test checks the text
 * against the schema.
 */
import { createHash } from 'node:crypto'
import type { TimedPool } from '../../contract/pool.js'
import { freeWithin } from '../../domain/time/ranges.js'
import { overlaps } from '../../domain/time/slots.js'
import { versionOf } from '../../engine/reads/availability.js'
import { type CalendarRow, type CalendarSlot, slotsIn } from '../../engine/reads/rows.js'
import type { Dates } from '../../engine/sale/dates.js'
import { etagOf } from '../wire/preconditions.js'
import { showPoolAvailability, showSpan } from './views.js'

/** The ETag of the answer, made from the rows before any text is written. */
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
    version: versionOf(pools),
    pools: pools.map(showPoolAvailability),
    from,
    to,
  }
  const rest = restWriter()
  const resources = rows.map((row) => resourceText(row, rest)).join(',')
  return `${JSON.stringify(head).slice(0, -1)},"resources":[${resources}]}`
}

function resourceText(row: CalendarRow, rest: (slotTime: string) => string): string {
  const { resourceId, name, schedule, timeZone, slots } = row
  const head = `{"id":"${resourceId}","name":${JSON.stringify(name)},"pools":[`
  if (schedule?.soldBy !== 'ranges') return `${head}${slotsText(slots ?? '', rest)}]}`
  const had = slotsIn(row)
  const pools = had.filter((slot) => overlaps(slot, row)).map(showTimedPool)
  const free = freeWithin(schedule, timeZone, had, row).map(showSpan)
  return `${head}${JSON.stringify(pools).slice(1, -1)}],"free":${JSON.stringify(free)}}`
}

const UUID_LENGTH = 36

/** The slots as JSON, written from the statement's own text, without making objects. */
function slotsText(slots: string, rest: (slotTime: string) => string): string {
  let text = ''
  for (let at = 0; at < slots.length; ) {
    const comma = slots.indexOf(',', at)
    const end = comma === -1 ? slots.length : comma
    const poolId = slots.slice(at, at + UUID_LENGTH)
    text += `${text === '' ? '' : ','}{"pool_id":"${poolId}",${rest(slots.slice(at + UUID_LENGTH + 1, end))}`
    at = end + 1
  }
  return text
}

/** Writes what follows a slot's pool. Fifty courts have the same hours, so each text is made once. */
function restWriter(): (slotTime: string) => string {
  const known = new Map<string, string>()
  return (slotTime) => {
    const text = known.get(slotTime)
    if (text !== undefined) return text
    const [from, to, capacity, left] = slotTime.split(' ')
    const span = showSpan({ fromMs: Number(from) * 1000, toMs: Number(to) * 1000 })
    const written = JSON.stringify({
      ...span,
      capacity: Number(capacity),
      available: Number(left),
    }).slice(1)
    known.set(slotTime, written)
    return written
  }
}

function showTimedPool({ poolId, capacity, left, ...span }: CalendarSlot): TimedPool {
  return { pool_id: poolId, ...showSpan(span), capacity, available: left }
}
