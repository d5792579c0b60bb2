/** What `serve --demo` puts on sale. */
import type { DemoListing } from './demo-listing.js'
import { eventoDemo } from './evento.js'
import { hotelDemo } from './hotel.js'
import { turfDemo } from './turf.js'
import { yogaDemo } from './yoga.js'

export const DEMO_LISTINGS: readonly DemoListing[] = [eventoDemo, turfDemo, yogaDemo, hotelDemo]
