/**
 * SlotTurf's own accident: two people click "Book" on the same hour of a turf within milliseconds,
 * and both are told yes. As many hours as `--rooms` says, two clicks on each: one of them must be
 * refused. Pairs of clients walk through the hours and wait for each other before every click. Whoever
 * is told yes is sent a confirmation, too: both were, on that evening.
 */
import { fixedId, type Sale, type Scenario } from './scenario.js'

const KIND = 0x7f5f
const FIRST_HOUR = Date.UTC(2030, 5, 1, 6)
const HOUR_MS = 3_600_000

function hour(number: number): string {
  return new Date(FIRST_HOUR + number * HOUR_MS).toISOString()
}

function turfOf(hours: number): Sale {
  return {
    listingId: fixedId(KIND, 0),
    name: 'SlotTurf',
    resources: [
      {
        resourceId: fixedId(KIND, 1),
        name: 'Turf',
        exclusive: true,
        pools: Array.from({ length: hours }, (_, i) => ({
          poolId: fixedId(KIND, 1000 + i),
          capacity: 1,
          slot: { from: hour(i), to: hour(i + 1) },
        })),
      },
    ],
  }
}

export const turf: Scenario = {
  name: 'turf',
  about: 'hourly slots of a sports turf: two clients click on the same slot in the same moment',
  face: 'v1',
  words: { unit: 'slot', place: 'slot' },
  defaults: { clients: 40, units: 200, thinkMs: 20 },
  sale: turfOf,
  visits: (units) => units * 2,
  visit: [
    { do: 'think' },
    { do: 'meet' },
    { do: 'reserve', wants: { pools: 'of the visit', quantity: { min: 1, max: 1 } } },
  ],
  sellsOut: false,
  pairs: true,
  mails: true,
}
