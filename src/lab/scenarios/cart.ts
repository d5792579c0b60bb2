/**
 * Carts with several lines: one half of the visits lists its pools in ascending order, the other half
 * in descending order. A strategy that locks pools in the order of the cart runs into deadlocks.
 */
import { fixedId, onePoolEach, type Scenario } from './scenario.js'

const KIND = 0xca27
const VISITS_PER_UNIT = 6

export const cart: Scenario = {
  name: 'cart',
  about: 'several lines in one reservation, all or nothing, in opposing orders',
  face: 'v1',
  words: { unit: 'ticket', place: 'ride' },
  defaults: { clients: 60, units: 60, thinkMs: 30 },
  sale: (units) => ({
    listingId: fixedId(KIND, 0),
    name: 'Cart',
    resources: onePoolEach(
      KIND,
      ['Carousel', 'Coaster', 'Dodgems', 'Ghost train', 'Log flume', 'Wheel'],
      units,
    ),
  }),
  visits: (units) => units * VISITS_PER_UNIT,
  visit: [
    {
      do: 'reserve',
      wants: {
        pools: 'any',
        lines: { min: 2, max: 4 },
        quantity: { min: 1, max: 2 },
        opposing: true,
      },
    },
    { do: 'think' },
    {
      do: 'one of',
      ways: [
        { weight: 4, steps: [] },
        { weight: 1, steps: [{ do: 'cancel' }] },
      ],
    },
  ],
  sellsOut: false,
}
