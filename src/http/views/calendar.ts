/**
 * Availability on dates, as text: a month of fifty courts is twenty thousand slots, and writing them
 * by the schema's general writer took longer than reading them. A test holds what is written here
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
    version: versionOf(pools),
    pools: pools.map(showPoolAvailability),
    from,
    to,
  }
  const rest = restWriter()
  const resources = rows.map((row) => resourceText(row, rest)).join(',')
  return `${JSON.stringify(head).slice(0, -1)},"resources":[${resources}]}`
}

function resourceText(row: CalendarRow, rest: (told: string) => string): string {
  const { resourceId, name, schedule, timeZone, slots } = row
  const head = `{"id":"${resourceId}","name":${JSON.stringify(name)},"pools":[`
  if (schedule?.soldBy !== 'ranges') return `${head}${slotsText(slots ?? '', rest)}]}`
  const had = slotsIn(row)
  const pools = had.filter((slot) => overlaps(slot, row)).map(showTimedPool)
  const free = freeWithin(schedule, timeZone, had, row).map(showSpan)
  return `${head}${JSON.stringify(pools).slice(1, -1)}],"free":${JSON.stringify(free)}}`
}

const UUID_LENGTH = 36

/** The statement's text of the slots in JSON, without a detour over objects. */
function slotsText(slots: string, rest: (told: string) => string): string {
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

/** What stands behind a slot's pool: fifty courts have the same hours, so it is written once for all. */
function restWriter(): (told: string) => string {
  const known = new Map<string, string>()
  return (told) => {
    const text = known.get(told)
    if (text !== undefined) return text
    const [from, to, capacity, left] = told.split(' ')
    const span = showSpan({ fromMs: Number(from) * 1000, toMs: Number(to) * 1000 })
    const written = JSON.stringify({
      ...span,
      capacity: Number(capacity),
      available: Number(left),
    }).slice(1)
    known.set(told, written)
    return written
  }
}

function showTimedPool({ poolId, capacity, left, ...span }: CalendarSlot): TimedPool {
  return { pool_id: poolId, ...showSpan(span), capacity, available: left }
}
