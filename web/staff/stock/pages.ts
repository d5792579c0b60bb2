/** The pages of what is on sale, and of those who are told, for the table of pages. */
import type { StaffPage } from '../page-props.js'
import { BlockPage } from './blocks/block.js'
import { Blocks } from './blocks/blocks.js'
import { Keys } from './keys/keys.js'
import { Calendars } from './listings/calendars.js'
import { ListingPage } from './listings/listing.js'
import { Listings } from './listings/listings.js'
import { NightsPage } from './nights/nights.js'
import { Occupancy } from './occupancy/occupancy.js'
import { Capacity } from './places/capacity.js'
import { ResourcePage } from './places/resource.js'
import { Resources } from './places/resources.js'
import { Schedules } from './schedules/schedules.js'
import { WebhookPage } from './webhooks/webhook.js'
import { Webhooks } from './webhooks/webhooks.js'

const [stock, office] = [{ group: 'Stock' }, { group: 'Office' }] as const
const hidden = { isHidden: true } as const

export const STOCK_PAGES: readonly StaffPage[] = [
  { ...stock, path: 'occupancy', name: 'Occupancy', component: Occupancy },
  { ...stock, path: 'schedules', name: 'Schedules', component: Schedules },
  { ...stock, path: 'nights', name: 'Nights', component: NightsPage },
  { ...stock, path: 'blocks', name: 'Blocks', component: Blocks },
  { ...stock, ...hidden, path: 'block/:id', name: 'Block', component: BlockPage },
  { ...stock, path: 'capacity', name: 'Capacity', component: Capacity },
  { ...stock, path: 'resources', name: 'Resources', component: Resources },
  { ...stock, ...hidden, path: 'resource/:id', name: 'Resource', component: ResourcePage },
]

export const OFFICE_PAGES: readonly StaffPage[] = [
  { ...office, path: 'listings', name: 'Listings', about: 'shop', component: Listings },
  { ...office, ...hidden, path: 'listing', name: 'Listing', component: ListingPage },
  { ...office, path: 'calendars', name: 'Calendars', component: Calendars },
  { ...office, path: 'webhooks', name: 'Webhooks', about: 'shop', component: Webhooks },
  {
    ...{ ...office, ...hidden, path: 'webhook/:id', name: 'Endpoint' },
    ...{ about: 'shop', component: WebhookPage },
  },
  {
    ...{ ...office, path: 'keys', name: 'Keys' },
    ...{ needsAdmin: true, about: 'shop', component: Keys },
  },
]
