/** A sports turf: one team at a time, by the hour. */
import type { SlotSchedule } from '../../domain/time/schedule.js'
import type { DemoListing } from './demo-listing.js'
import { putTimeOnSale } from './put-time-on-sale.js'
import { demoDates, timeLines } from './time-lines.js'

const TURF = {
  listingId: '01a1fff0-0000-7000-8000-00000000b001',
  resourceId: '01a1fff0-0000-7000-8000-00000000b002',
  timeZone: 'Asia/Kolkata',
  key: 'turf',
}

const SCHEDULE: SlotSchedule = {
  soldBy: 'slots',
  weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 6 * 60, to: 23 * 60 }],
  exceptions: [],
  bufferMinutes: 0,
  slotMinutes: 60,
  capacity: 1,
}

export const turfDemo: DemoListing = {
  listingId: TURF.listingId,
  name: 'a turf by the hour, for one team at a time',
  seed: (holdfast, now) =>
    putTimeOnSale(holdfast, {
      listingId: TURF.listingId,
      name: 'Riverside turf',
      timeZone: TURF.timeZone,
      resource: { resourceId: TURF.resourceId, name: 'Turf', exclusive: true },
      schedule: SCHEDULE,
      dates: demoDates(now),
    }),
  lines: (address, now) => timeLines(address, now, { ...TURF, schedule: SCHEDULE }),
}
