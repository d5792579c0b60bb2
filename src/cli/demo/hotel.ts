/** A hotel that sells two types of rooms by the night, for a year from today on. */
import { addDays } from '../../domain/time/date.js'
import type { Holdfast } from '../../engine/holdfast.js'
import type { DemoListing } from './demo-listing.js'
import { FREE } from './put-time-on-sale.js'

const LISTING_ID = '01a1fff0-0000-7000-8000-00000000a001'
const DOUBLES_ID = '01a1fff0-0000-7000-8000-00000000a002'
const SUITES_ID = '01a1fff0-0000-7000-8000-00000000a003'

const ROOM_TYPES = [
  { resourceId: DOUBLES_ID, name: 'Double room', capacity: 20, minimumStay: 1 },
  { resourceId: SUITES_ID, name: 'Suite', capacity: 3, minimumStay: 2 },
]
const NIGHTS = 365

export const hotelDemo: DemoListing = {
  listingId: LISTING_ID,
  name: 'a hotel that sells by the night',
  async seed({ listings, resources, nights }, now) {
    await listings.create({
      listingId: LISTING_ID,
      name: 'Grand Hotel',
      timeZone: 'Europe/Prague',
      policy: FREE,
    })
    for (const { resourceId, name, ...terms } of ROOM_TYPES) {
      await resources.create(LISTING_ID, { resourceId, name })
      await extendNights(nights, resourceId, terms, dateOf(now))
    }
  },
  lines(address, now) {
    const arrival = addDays(dateOf(now), 7)
    const stay = {
      resource_id: DOUBLES_ID,
      check_in: arrival,
      check_out: addDays(arrival, 3),
      quantity: 1,
    }
    const body = JSON.stringify({ customer: 'ada@example.com', lines: [stay] })
    const range = `from=${arrival}&to=${addDays(arrival, 7)}`
    const listing = `${address}/v1/listings/${LISTING_ID}`
    const bearer = '-H "Authorization: Bearer $KEY"'
    return [
      `curl ${bearer} '${listing}/resources/${DOUBLES_ID}/nights?${range}'`,
      `curl ${bearer} ${listing}/reservations -H 'Idempotency-Key: stay-${arrival}' -H 'Content-Type: application/json' -d '${body}'`,
    ]
  },
}

/** Adds nights that do not exist yet; existing ones keep what a seller may have set. */
async function extendNights(
  nights: Holdfast['nights'],
  resourceId: string,
  terms: { readonly capacity: number; readonly minimumStay: number },
  today: string,
): Promise<void> {
  const to = addDays(today, NIGHTS)
  const there = await nights.get(LISTING_ID, resourceId, { from: today, to })
  const last = there?.at(-1)
  const from = last === undefined ? today : addDays(last.night, 1)
  if (from >= to) return
  await nights.set(LISTING_ID, resourceId, { from, to, ...terms })
}

function dateOf(now: Date): string {
  return now.toISOString().slice(0, 10)
}
