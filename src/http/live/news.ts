/** What followers of a listing are sent, whether they follow it now or on some dates. */
import type { ResourceAvailability } from '../../contract/pool.js'
import { versionOf } from '../../engine/reads/availability.js'
import type { LiveUpdate } from '../../engine/reads/live.js'
import type { CalendarChange, CalendarUpdate } from '../../engine/reads/live-calendar.js'
import type { Dates } from '../../engine/sale/dates.js'
import { calendarText, showTimedPool } from '../views/calendar.js'
import { showAvailability, showPoolAvailability, showSpan } from '../views/views.js'
import { writeInSlices } from '../wire/slices.js'

/** An event of the stream. */
export interface News {
  readonly id: string
  readonly name: 'snapshot' | 'change'
  /** An `Availability`. */
  readonly data: string
}

export function newsOf(listingId: string, update: LiveUpdate): News {
  const data = JSON.stringify(showAvailability(listingId, update))
  return { id: String(update.version), name: update.kind, data }
}

/** Many hear of the same change: its text is made once. */
const texts = new WeakMap<CalendarUpdate, string>()

export async function newsOnDates(
  listingId: string,
  dates: Dates,
  update: CalendarUpdate,
): Promise<News> {
  const { id, kind } = update
  if (kind === 'snapshot') {
    const data = await writeInSlices(calendarText(listingId, dates, update.rows))
    return { id, name: kind, data: data.toString() }
  }
  const data = texts.get(update) ?? changeText(listingId, dates, update)
  texts.set(update, data)
  return { id, name: kind, data }
}

function changeText(
  listingId: string,
  { from, to }: Dates,
  { rows, changes }: CalendarUpdate,
): string {
  const pools = changes.flatMap(({ row, stock }) =>
    stock.map((pool) => showPoolAvailability({ ...pool, resourceName: row.name })),
  )
  return JSON.stringify({
    listing_id: listingId,
    version: versionOf(rows.flatMap(({ stock }) => stock ?? [])),
    pools,
    from,
    to,
    resources: changes.map(showChange),
  })
}

function showChange({ row, slots, free, gone }: CalendarChange): ResourceAvailability {
  return {
    id: row.resourceId,
    name: row.name,
    pools: slots.map(showTimedPool),
    ...(free === undefined ? {} : { free: free.map(showSpan) }),
    ...(gone.length === 0 ? {} : { gone: [...gone] }),
  }
}
