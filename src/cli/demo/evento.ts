/** Evento's event, with the face that Evento's own client knows. */
import { EVENTO_EVENT_ID, eventoListing } from '../../lab/scenarios/evento.js'
import type { DemoListing } from './demo-listing.js'
import { FREE } from './put-time-on-sale.js'

/** Rooms in each hotel, as in Evento. */
const ROOMS = 200

export const eventoDemo: DemoListing = {
  listingId: EVENTO_EVENT_ID,
  overEvento: true,
  name: 'an event with three hotels, as Evento has it',
  seed: async ({ listings }) => {
    await listings.create({ ...eventoListing(ROOMS), policy: FREE })
  },
  lines: (address) => {
    const [hotel] = eventoListing(ROOMS).resources
    return [
      `curl ${address}/${EVENTO_EVENT_ID}/available`,
      `curl -X POST '${address}/${EVENTO_EVENT_ID}/${hotel?.resourceId}/reserve/guarded?rooms=2&email=ada@example.com'`,
    ]
  },
}
