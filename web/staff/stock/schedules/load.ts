/** A resource's schedule with the slots that it has, as far as the pages look ahead. */
import type { Listing, Resource, Schedule, Slot } from 'holdfast/client'
import { addDays, dateOf } from '../../../shared/times.js'
import { client } from '../../api.js'
import type { Answered } from '../../calls/use-resource.js'
import { eachOf } from '../all-pages.js'
import type { Looked } from './effect.js'

export interface Scheduled extends Looked {
  /** Undefined for a resource that has none yet. */
  readonly schedule: Schedule | undefined
  readonly etag: string | undefined
  /** The last date on which there is a slot. */
  readonly lastDate: string | undefined
}

const DAYS_AT_ONCE = 61
const LOOKS = 6

export async function scheduledOf(
  listing: Listing,
  resource: Resource,
  signal: AbortSignal,
): Promise<Answered<Scheduled>> {
  const found = await client.slots.schedule(listing.id, resource.id, { signal })
  if (!found.ok && found.refusal.code !== 'not_found') return found
  const schedule = found.ok ? found.value : undefined
  const etag = found.ok ? found.etag : undefined
  const zone = resource.time_zone ?? listing.time_zone
  const from = dateOf(zone, Date.now())
  const windows = Array.from({ length: LOOKS }, (_, index) => index * DAYS_AT_ONCE)
  const looks = await eachOf(windows, async (days) => {
    const query = { from: addDays(from, days), to: addDays(from, days + DAYS_AT_ONCE) }
    const slots = await client.slots.list(listing.id, resource.id, query, { signal })
    return slots.ok ? slots.value.slots : []
  })
  const slots = looks.flat()
  const lastDate = lastDateOf(slots, zone)
  const to = lastDate === undefined ? from : addDays(lastDate, 1)
  return { ok: true, value: { schedule, etag, zone, from, to, slots, lastDate } }
}

function lastDateOf(slots: readonly Slot[], zone: string): string | undefined {
  const last = slots.at(-1)
  return last === undefined ? undefined : dateOf(zone, Date.parse(last.from))
}
