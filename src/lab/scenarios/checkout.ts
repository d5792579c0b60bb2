/**
 * A shop's checkout: seats are held while the customer thinks, and then confirmed, given back,
 * cancelled afterwards with a double click, or forgotten until the hold has run out and somebody else
 * wants the seat.
 */
import { fixedId, onePoolEach, type Scenario } from './scenario.js'

const KIND = 0xc4ec
const VISITS_PER_UNIT = 12

export const checkout: Scenario = {
  name: 'checkout',
  about: 'holds that are confirmed, given back, cancelled or left to run out',
  face: 'v1',
  words: { unit: 'seat', place: 'course' },
  defaults: { clients: 60, units: 25, thinkMs: 60 },
  sale: (units) => ({
    listingId: fixedId(KIND, 0),
    name: 'Checkout',
    resources: onePoolEach(KIND, ['Pottery', 'Climbing', 'Fencing', 'Sailing'], units),
  }),
  visits: (units) => units * VISITS_PER_UNIT,
  visit: [
    {
      do: 'hold',
      wants: { pools: 'any', quantity: { min: 1, max: 3 } },
      seconds: { min: 1, max: 2 },
    },
    { do: 'think' },
    {
      do: 'one of',
      ways: [
        { weight: 4, steps: [{ do: 'confirm' }] },
        { weight: 2, steps: [{ do: 'confirm' }, { do: 'think' }, { do: 'cancel', twice: true }] },
        { weight: 1, steps: [{ do: 'release' }] },
        {
          weight: 1,
          steps: [
            { do: 'extend', seconds: { min: 2, max: 3 } },
            { do: 'think' },
            { do: 'confirm' },
          ],
        },
        // Too late: the seat may be somebody else's by now.
        { weight: 2, steps: [{ do: 'outlive' }, { do: 'confirm' }] },
      ],
    },
  ],
  sellsOut: false,
}
