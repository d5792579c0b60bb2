/** One pool and a hundred times as many clicks as there are tickets: 99 of 100 are sent away. */
import { fixedId, onePoolEach, type Scenario } from './scenario.js'

const KIND = 0xf1a5
const CLICKS_PER_TICKET = 100

export const flashSale: Scenario = {
  name: 'flash-sale',
  about: 'one hot pool of tickets, and 99 of 100 clicks are refused',
  face: 'v1',
  words: { unit: 'ticket', place: 'show' },
  defaults: { clients: 200, units: 20, thinkMs: 20 },
  sale: (units) => ({
    listingId: fixedId(KIND, 0),
    name: 'Flash sale',
    resources: onePoolEach(KIND, ['The show'], units),
  }),
  visits: (units) => units * CLICKS_PER_TICKET,
  visit: [
    { do: 'reserve', wants: { pools: 'any', quantity: { min: 1, max: 1 } } },
    { do: 'think' },
  ],
  sellsOut: true,
}
