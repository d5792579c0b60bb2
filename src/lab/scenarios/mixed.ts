/**
 * Two servers that do not know each other's ways: every second one runs another strategy on the same
 * pools. Whatever excludes callers of its own kind alone lets the other server in.
 */
import { fixedId, onePoolEach, type Scenario } from './scenario.js'

const KIND = 0x312ed
const VISITS_PER_UNIT = 8

export const mixed: Scenario = {
  name: 'mixed',
  about: 'servers under different strategies sell the same pools',
  face: 'v1',
  words: { unit: 'seat', place: 'ferry' },
  defaults: { clients: 60, units: 40, thinkMs: 20 },
  others: ['advisory', 'pessimistic'],
  sale: (units) => ({
    listingId: fixedId(KIND, 0),
    name: 'Ferries',
    resources: onePoolEach(KIND, ['The morning ferry', 'The evening ferry'], units),
  }),
  visits: (units) => units * VISITS_PER_UNIT,
  visit: [
    { do: 'reserve', wants: { pools: 'any', quantity: { min: 1, max: 2 } } },
    { do: 'think' },
    {
      do: 'one of',
      ways: [
        { weight: 2, steps: [] },
        { weight: 1, steps: [{ do: 'cancel' }] },
      ],
    },
  ],
  sellsOut: false,
}
