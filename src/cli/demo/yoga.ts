/** A class with twelve places, every morning and every evening. */
import type { SlotSchedule } from '../../domain/time/schedule.js'
import type { DemoListing } from './demo-listing.js'
import { putTimeOnSale } from './put-time-on-sale.js'
import { demoDates, timeLines } from './time-lines.js'

const YOGA = {
  listingId: '01a1fff0-0000-7000-8000-00000000c001',
  resourceId: '01a1fff0-0000-7000-8000-00000000c002',
  timeZone: 'Africa/Nairobi',
  key: 'yoga',
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const SCHEDULE: SlotSchedule = {
  soldBy: 'slots',
  weekly: [
    { days: EVERY_DAY, from: 7 * 60, to: 8 * 60 + 30 },
    { days: EVERY_DAY, from: 18 * 60, to: 19 * 60 + 30 },
  ],
  exceptions: [],
  bufferMinutes: 0,
  slotMinutes: 90,
  capacity: 12,
}

export const yogaDemo: DemoListing = {
  listingId: YOGA.listingId,
  name: 'a class with twelve places',
  seed: (holdfast, now) =>
    putTimeOnSale(holdfast, {
      listingId: YOGA.listingId,
      name: 'Yoga on the roof',
      timeZone: YOGA.timeZone,
      resource: { resourceId: YOGA.resourceId, name: 'The roof' },
      schedule: SCHEDULE,
      dates: demoDates(now),
    }),
  lines: (address, now) => timeLines(address, now, { ...YOGA, schedule: SCHEDULE }),
}
