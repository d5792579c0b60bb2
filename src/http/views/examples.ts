/**
 * A request body or several for each schema that one has, as the OpenAPI document shows them: "Try it out"
 * begins with the first. Each is a possible request once its ids are those of something that is there;
 * a test sends every one.
 */
import type { NewApiKey } from '../../contract/api-key.js'
import type { NewBlock } from '../../contract/block.js'
import type { CustomerChange, CustomerErasure, CustomerName } from '../../contract/customer.js'
import type {
  ListingChange,
  NewListing,
  NewResource,
  ResourceChange,
} from '../../contract/listing.js'
import type { NightsChange } from '../../contract/night.js'
import type { NewCalendar } from '../../contract/notices/calendar.js'
import type { Description } from '../../contract/notices/contact.js'
import type {
  NewWebhook,
  WebhookChange,
  WebhookReplay,
  WebhookRotation,
} from '../../contract/notices/webhook.js'
import type { NewPool, PoolChange } from '../../contract/pool.js'
import type {
  Confirmation,
  Extension,
  NewReservation,
  Reasoned,
  ReservationChange,
  Settlement,
} from '../../contract/reservation.js'
import type { DateRange, NewSchedule } from '../../contract/schedule.js'

/** By the name of the schema, then by what the request is for. */
type Examples = Readonly<Record<string, Named<unknown>>>
type Named<Body> = Readonly<Record<string, Body>>

const POOL = '0198c2a4-6f3e-7b21-9d0c-5a1e8f4b2c77'
const RESOURCE = '0198c2a4-6f3e-7b21-9d0c-5a1e8f4b2c78'
const BLOCK = '0198c2a4-6f3e-7b21-9d0c-5a1e8f4b2c79'
const LISTING = '0198c2a4-6f3e-7b21-9d0c-5a1e8f4b2c7a'

const customer = 'ada@example.com'

const RESERVATIONS: Named<NewReservation> = {
  'hold units of a pool': {
    customer,
    lines: [{ pool_id: POOL, quantity: 2 }],
    hold_seconds: 600,
  },
  'reserve them at once': { customer, lines: [{ pool_id: POOL, quantity: 2 }] },
  'hold a slot': {
    customer,
    lines: [{ resource_id: RESOURCE, from: '2038-06-01T18:00:00Z', to: '2038-06-01T19:00:00Z' }],
    hold_seconds: 600,
  },
  'hold a range of time': {
    customer,
    lines: [{ resource_id: RESOURCE, from: '2038-06-01T18:00:00Z', to: '2038-06-01T19:30:00Z' }],
    hold_seconds: 600,
  },
  'hold a room for a stay': {
    customer,
    lines: [{ resource_id: RESOURCE, check_in: '2038-06-04', check_out: '2038-06-06' }],
    hold_seconds: 600,
  },
  'hold a room of a block': {
    customer,
    lines: [{ block_id: BLOCK, check_in: '2038-06-04', check_out: '2038-06-06' }],
    hold_seconds: 600,
  },
  'with a contact and metadata': {
    customer,
    lines: [{ pool_id: POOL, quantity: 1 }],
    contact: { name: 'Ada Lovelace', email: customer, phone: '+44 20 7946 0958', locale: 'en' },
    metadata: { order: '6735' },
  },
  'reserve a slot every week': {
    customer,
    lines: [{ resource_id: RESOURCE, from: '2038-06-02T18:00:00Z', to: '2038-06-02T19:00:00Z' }],
    repeat: { weeks: 4, when_taken: 'skip' },
  },
}

const CHANGES: Named<ReservationChange> = {
  'more units of a pool': { lines: [{ pool_id: POOL, quantity: 3 }] },
  'another stay': {
    lines: [{ resource_id: RESOURCE, check_in: '2038-06-10', check_out: '2038-06-12' }],
  },
}

const DESCRIPTIONS: Named<Description> = {
  'another address': { contact: { email: 'ada@example.org' } },
  'another note, and no phone': { contact: { note: 'We arrive late', phone: null } },
  'keys of the seller': { metadata: { order: '6735', campaign: null } },
}

const SCHEDULES: Named<NewSchedule> = {
  'in slots': {
    sold_by: 'slots',
    slot_minutes: 60,
    weekly: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '22:00' }],
    exceptions: [{ date: '2038-12-24', hours: [] }],
  },
  'by ranges': {
    sold_by: 'ranges',
    min_minutes: 30,
    max_minutes: 120,
    step_minutes: 30,
    buffer_after_minutes: 15,
    weekly: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '22:00' }],
  },
}

const KEYS: Named<NewApiKey> = {
  'for a seller': { name: 'The box office', scope: 'seller', listing_ids: [LISTING] },
  'for a web page': {
    name: 'The shop',
    scope: 'storefront',
    listing_ids: [LISTING],
    origins: ['https://shop.example'],
  },
  'for an admin': { name: 'Operations', scope: 'admin' },
}

const NIGHTS: Named<NightsChange> = {
  'put nights on sale': { from: '2038-06-01', to: '2038-07-01', capacity: 20 },
  'with rules for stays': {
    from: '2038-07-01',
    to: '2038-08-01',
    capacity: 20,
    minimum_stay: 2,
    closed_to_arrival: false,
  },
}

const BLOCKS: Named<NewBlock> = {
  'rooms for a party': {
    name: 'The Lovelace wedding',
    resource_id: RESOURCE,
    from: '2038-06-04',
    to: '2038-06-06',
    quantity: 5,
    cut_off: '2038-05-20',
  },
}

const CUSTOMERS: Named<CustomerChange> = {
  'correct an address': { customer, becomes: 'ada@example.org' },
  'make two one': { customer, becomes: 'ada.lovelace@example.org', merge: true },
}

const WEBHOOKS: Named<NewWebhook> = {
  "a listing's confirmations": {
    url: 'https://shop.example.com/hooks',
    listing_id: LISTING,
    kinds: ['reservation.confirmed', 'reservation.cancelled'],
    description: 'The till',
  },
  'every event of every listing': { url: 'https://office.example.com/hooks' },
}

const WEBHOOK_CHANGES: Named<WebhookChange> = {
  'another URL': { url: 'https://shop.example.com/hooks/2' },
  'turn it off': { disabled: true },
}

const REPLAYS: Named<WebhookReplay> = {
  'a span of time': { from: '2038-06-01T18:00:00Z', to: '2038-06-01T19:00:00Z' },
  'what was given up': { from: '2038-06-01T00:00:00Z', only_dead: true },
}

/** What each schema of a body is shown with. */
export const EXAMPLES: Examples = {
  NewListing: {
    'an event': { name: 'Go conference', time_zone: 'Europe/Paris' },
    'with limits': { name: 'Yoga', policy: { customer_holds_max: 2, hold_seconds_max: 900 } },
    'with metadata': { name: 'Go conference', metadata: { season: '2038' } },
  } satisfies Named<NewListing>,
  ListingChange: {
    'another name': { name: 'Go conference 2038' },
    'a limit': { policy: { customer_units_max: 4 }, reason: 'Tickets are scarce' },
  } satisfies Named<ListingChange>,
  NewResource: {
    'a hotel': { name: 'Hotel A' },
    'a court': { name: 'Court 1', exclusive: true, notice_minutes: 60 },
  } satisfies Named<NewResource>,
  ResourceChange: {
    'another name': { name: 'Hotel A, north wing' },
  } satisfies Named<ResourceChange>,
  NewPool: {
    'fifty places': { resource_id: RESOURCE, capacity: 50 },
  } satisfies Named<NewPool>,
  PoolChange: {
    'more places': { capacity: 60 },
    'fewer than are taken': { capacity: 1, override_reason: 'The roof leaks' },
  } satisfies Named<PoolChange>,
  NewSchedule: SCHEDULES,
  DateRange: {
    'a week': { from: '2038-06-01', to: '2038-06-08' },
  } satisfies Named<DateRange>,
  NightsChange: NIGHTS,
  NewBlock: BLOCKS,
  NewReservation: RESERVATIONS,
  ReservationChange: CHANGES,
  Description: DESCRIPTIONS,
  Confirmation: {
    'that was paid for': { payment_ref: 'pay_8437' },
    'that costs nothing': {},
  } satisfies Named<Confirmation>,
  Extension: { 'ten minutes from now': { hold_seconds: 600 } } satisfies Named<Extension>,
  Reasoned: {
    'with a reason': { reason: 'The guest called' },
    'without one': {},
  } satisfies Named<Reasoned>,
  NoFields: { nothing: {} },
  CustomerChange: CUSTOMERS,
  NewCalendar: {
    'for the staff': { audience: 'staff' },
    'of one resource, for everybody': { audience: 'public', resource_id: RESOURCE },
  } satisfies Named<NewCalendar>,
  CustomerName: { 'who asks': { customer } } satisfies Named<CustomerName>,
  CustomerErasure: {
    'who asked for it': { customer, reason: 'Request 1843' },
  } satisfies Named<CustomerErasure>,
  Settlement: {
    'one payment': { payment_ref: 'pay_8437' },
    'the only one': {},
  } satisfies Named<Settlement>,
  NewApiKey: KEYS,
  NewWebhook: WEBHOOKS,
  WebhookChange: WEBHOOK_CHANGES,
  WebhookRotation: {
    'with a day to change over': {},
    'at once': { keep_old_seconds: 0 },
  } satisfies Named<WebhookRotation>,
  WebhookReplay: REPLAYS,
}
