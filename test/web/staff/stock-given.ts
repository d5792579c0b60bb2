/** A shop for tests of the staff's pages: courts, a class, a hotel and places, with names that are markup. */
import type { Listening } from '../../client/listening.js'
import { MARKUP } from '../../support/browser/staff.js'

export const DATE = '2031-05-05'
/** The Monday after. */
export const WEEK_LATER = '2031-05-12'

export interface Shop {
  readonly courtId: string
  readonly classId: string
  readonly hotelId: string
  readonly slots: readonly { readonly pool_id: string; readonly from: string }[]
}

/** The court is open on Mondays from 16:00 to 20:00, an hour a slot, in UTC. */
export async function givenShop(service: Listening): Promise<Shop> {
  const { listingId } = service
  const client = service.client()
  const resource = async (body: { name: string; exclusive?: boolean }) => {
    const made = await client.resources.create(listingId, {
      ...body,
      metadata: { ledger: MARKUP },
    })
    if (!made.ok) throw new Error(made.refusal.detail)
    return made.value.id
  }
  const courtId = await resource({ name: `Court ${MARKUP}`, exclusive: true })
  const classId = await resource({ name: 'Yoga on the roof' })
  const hotelId = await resource({ name: 'Double room' })
  for (const [id, more] of [
    [courtId, {}],
    [classId, { capacity: 12 }],
  ] as const) {
    await client.slots.setSchedule(listingId, id, {
      ...{ sold_by: 'slots', slot_minutes: 60, ...more },
      weekly: [{ days: ['mon'], from: '16:00', to: '20:00' }],
    })
    await client.slots.generate(listingId, id, { from: DATE, to: '2031-05-06' })
  }
  await client.nights.set(listingId, hotelId, { from: DATE, to: '2031-05-20', capacity: 10 })
  const slots = await client.slots.list(listingId, courtId, { from: DATE, to: '2031-05-06' })
  if (!slots.ok) throw new Error(slots.refusal.detail)
  return { courtId, classId, hotelId, slots: slots.value.slots }
}
