/** A hotel for tests: a listing with room types that are sold by the night. */

import { newId } from '../../../src/domain/ids.js'
import { addDays } from '../../../src/domain/time/date.js'
import { createListing, createResource } from '../../../src/engine/sale/listings.js'
import { lookAtNights, type NightsRequest, setNights } from '../../../src/engine/sale/nights.js'
import type { Database } from '../../../src/storage/driver/database.js'
import type { NightRow } from '../../../src/storage/tables/nights.js'

/** The first night of most tests: far enough away to be no cut-off's business. */
export const FIRST = '2031-05-01'

/** The date so many nights after the first one. */
export const day = (nights: number): string => addDays(FIRST, nights)

export interface Hotel {
  readonly listingId: string
  /** A room type for each capacity asked for. */
  readonly resourceIds: string[]
}

/** Creates a hotel with a room type for each capacity, each with as many rooms on `nights` nights. */
export async function givenHotel(
  db: Database,
  nights: number,
  capacities: readonly number[],
  timeZone = 'Europe/Prague',
): Promise<Hotel> {
  const listingId = newId()
  await createListing(db, { listingId, name: 'A hotel', timeZone, resources: [] })
  const resourceIds: string[] = []
  for (const capacity of capacities) {
    const { resourceId } = await createResource(db, listingId, { name: `Rooms, ${capacity}` })
    resourceIds.push(resourceId)
    await givenNights(db, listingId, resourceId, { from: day(0), to: day(nights), capacity })
  }
  return { listingId, resourceIds }
}

/** Sets nights up; anything but a yes is the test's own mistake. */
export async function givenNights(
  db: Database,
  listingId: string,
  resourceId: string,
  request: NightsRequest,
): Promise<void> {
  const outcome = await setNights(db, listingId, resourceId, request)
  if (outcome.kind !== 'done') throw new Error(`no nights: ${JSON.stringify(outcome.refusal)}`)
}

/** The nights of a resource from one date on that are before another. */
export async function nightsOf(
  db: Database,
  listingId: string,
  resourceId: string,
  range: { readonly from: string; readonly to: string },
): Promise<readonly NightRow[]> {
  const nights = await lookAtNights(db, listingId, resourceId, range)
  if (nights === undefined) throw new Error('there is no such resource')
  return nights
}

/** What is sold of each night of a resource: the sum of the lines that were not given back. */
export async function soldByNight(
  db: Database,
  listingId: string,
  resourceId: string,
): Promise<Record<string, number>> {
  const rows = await db.query<{ night: string; sold: number }>(
    `select nights.night::text, sum(lines.quantity) as sold
     from nights
     join reservation_lines as lines
       on lines.listing_id = nights.listing_id and lines.pool_id = nights.pool_id
     where nights.listing_id = $1 and nights.resource_id = $2 and given_back_version is null
     group by nights.night
     order by nights.night`,
    [listingId, resourceId],
  )
  return Object.fromEntries(rows.map(({ night, sold }) => [night, sold]))
}
