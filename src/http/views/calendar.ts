/**
 * Availability on dates, as text: a month of fifty courts is twenty thousand slots, and the schema's
 * general writer took longer to write them than the database to read them. A test checks the text
 * against the schema. It comes in pieces, so that others are answered in between.
 */
import { createHash } from 'node:crypto'
import type { TimedPool } from '../../contract/pool.js'
import { freeWithin } from '../../domain/time/ranges.js'
import { overlaps } from '../../domain/time/slots.js'
import {
  type Availability as AvailabilityNow,
  type CalendarRow,
  versionOf,
} from '../../engine/reads/availability.js'
import { type CalendarSlot, slotsIn } from '../../engine/reads/rows.js'
import type { Dates } from '../../engine/sale/dates.js'
import { etagOf } from '../wire/preconditions.js'
import { createPace, jsonItems, SLICE_BYTES } from '../wire/slices.js'
import { showPoolAvailability, showSpan } from './views.js'

/** The ETag of the answer, made from the rows before any text is written. */
export async function calendarTag(dates: Dates, rows: readonly CalendarRow[]): Promise<string> {
  const pace = createPace()
  const digest = createHash('sha1').update(`${dates.from} ${dates.to}`)
  for (const { slots, ...row } of rows) {
    const head = JSON.stringify(row)
    digest.update(head)
    await pace(head.length)
    for (let at = 0; at < (slots ?? '').length; at += SLICE_BYTES) {
      const slice = (slots ?? '').slice(at, at + SLICE_BYTES)
      digest.update(slice)
      await pace(slice.length)
    }
  }
  return etagOf(digest.digest('base64url'))
}

/** About how much was read for the rows, in bytes. */
export function calendarBytes(rows: readonly CalendarRow[]): number {
  return rows.reduce((sum, { slots, stock }) => {
    return sum + (slots ?? '').length + (stock ?? []).length * STOCK_BYTES
  }, 0)
}

/** Of a pool that is not bound to a time. */
export const STOCK_BYTES = 200

/** The answer's body, an `Availability`, in pieces. */
export function* calendarText(
  listingId: string,
  { from, to }: Dates,
  rows: readonly CalendarRow[],
): Generator<string> {
  const pools = rows.flatMap(({ stock, name }) =>
    (stock ?? []).map((pool) => ({ ...pool, resourceName: name })),
  )
  yield* availabilityText(listingId, { version: versionOf(pools), pools })
  yield `,"from":"${from}","to":"${to}","resources":[`
  const rest = restWriter()
  for (const [i, row] of rows.entries()) {
    if (i > 0) yield ','
    yield* resourceText(row, rest)
  }
  yield ']}'
}

/** An `Availability` without the brace at its end, in pieces. */
export function* availabilityText(
  listingId: string,
  { version, pools }: AvailabilityNow,
): Generator<string> {
  yield `{"listing_id":"${listingId}","version":${version},"pools":[`
  yield* jsonItems(pools, showPoolAvailability)
  yield ']'
}

function* resourceText(row: CalendarRow, rest: (slotTime: string) => string): Generator<string> {
  const { resourceId, name, schedule, timeZone, slots, dates, bookable } = row
  yield `{"id":"${resourceId}","name":${JSON.stringify(name)},"pools":[`
  if (schedule?.soldBy === 'ranges') {
    const had = slotsIn(row)
    const pools = had.filter((slot) => overlaps(slot, dates))
    yield* jsonItems(pools, showTimedPool)
    yield '],"free":['
    const free = bookable === null ? [] : freeWithin(schedule, timeZone, had, bookable)
    yield* jsonItems(free, showSpan)
  } else yield* slotsText(slots ?? '', rest)
  yield ']}'
}

const UUID_LENGTH = 36
/** How many characters of a text make a piece. */
const PIECE_LENGTH = 16 * 1024

/** The slots as JSON, written from the statement's own text, without making objects. */
function* slotsText(slots: string, rest: (slotTime: string) => string): Generator<string> {
  let text = ''
  for (let at = 0; at < slots.length; ) {
    const comma = slots.indexOf(',', at)
    const end = comma === -1 ? slots.length : comma
    const poolId = slots.slice(at, at + UUID_LENGTH)
    text += `${at === 0 ? '' : ','}{"pool_id":"${poolId}",${rest(slots.slice(at + UUID_LENGTH + 1, end))}`
    at = end + 1
    if (text.length < PIECE_LENGTH) continue
    yield text
    text = ''
  }
  yield text
}

/** Writes what follows a slot's pool. Fifty courts have the same hours, so each text is made once. */
function restWriter(): (slotTime: string) => string {
  const known = new Map<string, string>()
  return (slotTime) => {
    const text = known.get(slotTime)
    if (text !== undefined) return text
    const [from, to, capacity, left] = slotTime.split(' ')
    const span = showSpan({ fromMs: Number(from), toMs: Number(to) })
    const written = JSON.stringify({
      ...span,
      capacity: Number(capacity),
      available: Number(left),
    }).slice(1)
    known.set(slotTime, written)
    return written
  }
}

export function showTimedPool({ poolId, capacity, left, ...span }: CalendarSlot): TimedPool {
  return { pool_id: poolId, ...showSpan(span), capacity, available: left }
}
