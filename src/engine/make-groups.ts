/** Makes the nouns of the door: each verb of `Groups` is a function of the engine's folders. */
import { ensureApiKey, issueApiKey, secretsUnder } from '../access/api-keys.js'
import { createKeyring } from '../access/keyring.js'
import { createSessions } from '../access/sessions.js'
import { createTickets } from '../access/tickets.js'
import { createTokens } from '../access/tokens.js'
import { isUuid } from '../domain/ids.js'
import { LISTINGS_PER_KEY_MAX } from '../domain/scope.js'
import type { TargetRules } from '../notices/webhooks/targets.js'
import type { Database } from '../storage/driver/database.js'
import { listListings } from '../storage/every-listing.js'
import { listEveryDeadLetter } from '../storage/every-listing-notices.js'
import { hasApiKeys, listApiKeys, readApiKey, revokeApiKey } from '../storage/tables/api-keys.js'
import { listBlocks } from '../storage/tables/blocks.js'
import { listResources, readResource } from '../storage/tables/listings.js'
import {
  dismissDelivery,
  listDeadLetters,
  resendDelivery,
} from '../storage/tables/notices/deliveries.js'
import type { Page } from '../storage/tables/page.js'
import { findPool, listPools, readPool } from '../storage/tables/pools.js'
import { readTerms } from '../storage/tables/schedules.js'
import { attributionOf } from './attribution.js'
import { calendarVerbs } from './calendars/calendars.js'
import { type EraseOptions, eraseCustomer } from './customers/erase.js'
import { exportCustomer } from './customers/export.js'
import type { Engine } from './engine.js'
import type { Groups, ReservationVerbs } from './groups.js'
import { availabilityLook } from './reads/availability.js'
import { getHistory, listJournal } from './reads/journal.js'
import { createListingLookup, getListing } from './reads/listings.js'
import { listRefunds } from './reads/refunds.js'
import { getReservation, listReservations } from './reads/reservations.js'
import { checkPaymentRef } from './requests.js'
import { releaseBlock } from './sale/block-release.js'
import { createBlock, lookAtBlock, makeDefinite } from './sale/blocks.js'
import { setCapacity } from './sale/capacity.js'
import { createReservation } from './sale/create-reservation.js'
import { type CustomerOptions, changeCustomer } from './sale/customers.js'
import {
  archiveListing,
  archiveResource,
  changeListing,
  changeResource,
  createListing,
  createPool,
  createResource,
} from './sale/listings.js'
import type { MakeOnce } from './sale/make-once.js'
import { lookAtNights, setNights } from './sale/nights.js'
import { generateSlots, readSlotsOn, setSchedule } from './sale/slots.js'
import { audit } from './upkeep/audit.js'
import { settleRefund } from './upkeep/refunds.js'
import { webhookVerbs } from './webhooks/verbs.js'

/** A page of everything: what most lists begin with. */
const FIRST_PAGE: Page = { after: undefined, limit: 100 }

export interface GroupsOptions {
  /** A database whose errors are faults. */
  readonly db: Database
  readonly makeOnce: MakeOnce
  readonly engine: Engine
  readonly live: Groups['live']
  /** Who a change is by unless a call says so. */
  readonly actor: string
  readonly onError: (error: unknown, what: string) => void
  /** Called after COMMIT with what the engine did not write itself. */
  readonly onCommitted: CustomerOptions['onCommitted']
  /** Where webhooks may go. */
  readonly webhooks: TargetRules
  /** Called with the addresses of a customer who was erased. */
  readonly onErased?: EraseOptions['onErased']
}

export function groupsOf(options: GroupsOptions): Groups {
  const { db, engine, live, actor } = options
  const reading = { db, engine }
  return {
    ...stockOf(options),
    ...hotelOf(options),
    ...accessOf(options),
    reservations: {
      ...verbsOf(db, engine),
      get: (listingId, reservationId) => getReservation(reading, listingId, reservationId),
      list: (listingId, page = FIRST_PAGE, filter) =>
        listReservations(reading, listingId, page, filter),
      history: (listingId, reservationId, page = FIRST_PAGE) =>
        getHistory(db, listingId, reservationId, page),
    },
    customers: {
      change: async (listingId, customer, change, given = {}) =>
        changeCustomer(options, listingId, customer, change, attributionOf(given, actor)),
      export: (listingId, customer) => exportCustomer(reading, listingId, customer),
      erase: async (listingId, customer, given = {}) =>
        eraseCustomer(options, listingId, customer, attributionOf(given, actor)),
    },
    refunds: {
      list: (listingId, page = FIRST_PAGE) => listRefunds(reading, listingId, page),
      settle: async (listingId, reservationId, given = {}) => {
        checkPaymentRef(given.paymentRef)
        const by = attributionOf(given, actor)
        return settleRefund(engine, listingId, reservationId, given.paymentRef, by)
      },
    },
    notices: {
      deadLetters: async (listingId, page = FIRST_PAGE) => {
        if (listingId === undefined) return listEveryDeadLetter(db, page)
        return isUuid(listingId) ? listDeadLetters(db, listingId, page) : []
      },
      resend: async (listingId, deliveryId) =>
        areUuids(listingId, deliveryId) ? resendDelivery(db, listingId, deliveryId) : undefined,
      dismiss: async (listingId, deliveryId) =>
        areUuids(listingId, deliveryId) ? dismissDelivery(db, listingId, deliveryId) : undefined,
    },
    journal: {
      list: (listingId, page = FIRST_PAGE, filter) => listJournal(db, listingId, page, filter),
    },
    availability: availabilityLook(db),
    live,
    audit: (listingId) => audit(db, listingId),
  }
}

/** The commands of an engine; those of `within` run on another one. */
export function verbsOf(
  db: Pick<Database, 'query'>,
  engine: Pick<Engine, 'reserve' | Exclude<keyof ReservationVerbs, 'create'>>,
): ReservationVerbs {
  return {
    create: (listingId, request, options) =>
      createReservation({ db, engine }, listingId, request, options),
    hold: engine.hold,
    confirm: engine.confirm,
    release: engine.release,
    cancel: engine.cancel,
    extend: engine.extend,
    change: engine.change,
    describe: engine.describe,
  }
}

/** What is on sale, and how much of it. */
function stockOf({
  db,
  makeOnce,
  engine,
  actor,
}: GroupsOptions): Pick<Groups, 'listings' | 'resources' | 'pools' | 'slots'> {
  return {
    listings: {
      create: async (listing, given = {}) => {
        const by = attributionOf(given, actor)
        const making = { kind: 'create_listing', request: listing, options: given } as const
        return makeOnce(making, (on) => createListing(on, listing, by))
      },
      list: (page = FIRST_PAGE, keyId) => listListings(db, page, keyId),
      get: (listingId) => getListing(db, listingId),
      change: async (listingId, change, mayChange, given = {}) =>
        changeListing(db, listingId, change, mayChange, attributionOf(given, actor)),
      archive: async (listingId, given = {}) =>
        archiveListing(db, listingId, true, attributionOf(given, actor)),
      unarchive: async (listingId, given = {}) =>
        archiveListing(db, listingId, false, attributionOf(given, actor)),
      exists: createListingLookup(db),
    },
    resources: {
      create: async (listingId, resource, given = {}) => {
        const by = attributionOf(given, actor)
        const request = { request: resource, options: given }
        return makeOnce({ kind: 'create_resource', listingId, ...request }, (on) =>
          createResource(on, listingId, resource, by),
        )
      },
      list: (listingId, page = FIRST_PAGE, { archived = true } = {}) =>
        listResources(db, listingId, page, archived),
      get: async (listingId, resourceId) =>
        isUuid(resourceId) ? readResource(db, listingId, resourceId) : undefined,
      change: async (listingId, resourceId, change, mayChange, given = {}) => {
        const ids = { listingId, resourceId }
        return changeResource(db, ids, change, mayChange, attributionOf(given, actor))
      },
      archive: async (listingId, resourceId, given = {}) =>
        archiveResource(db, { listingId, resourceId }, true, attributionOf(given, actor)),
      unarchive: async (listingId, resourceId, given = {}) =>
        archiveResource(db, { listingId, resourceId }, false, attributionOf(given, actor)),
    },
    pools: {
      create: async (listingId, pool, given = {}) => {
        const by = attributionOf(given, actor)
        const making = { kind: 'create_pool', listingId, request: pool, options: given } as const
        return makeOnce(making, (on) => createPool(on, listingId, pool, by))
      },
      list: (listingId, page = FIRST_PAGE) => listPools(db, listingId, page),
      get: (listingId, poolId) => readPool(db, listingId, poolId),
      find: (listingId, resourceId) => findPool(db, listingId, resourceId),
      places: (listingId, poolIds) => engine.places.of(db, listingId, poolIds),
      change: async (listingId, poolId, request, given = {}) =>
        setCapacity(db, listingId, poolId, request, attributionOf(given, actor)),
    },
    slots: {
      schedule: async (listingId, resourceId) =>
        (await readTerms(db, listingId, [resourceId])).at(0),
      setSchedule: async (listingId, resourceId, schedule, mayReplace, given = {}) =>
        setSchedule(db, listingId, resourceId, schedule, mayReplace, attributionOf(given, actor)),
      generate: async (listingId, resourceId, dates, given = {}) =>
        generateSlots(db, listingId, resourceId, dates, attributionOf(given, actor)),
      list: (listingId, resourceId, wanted = {}) => readSlotsOn(db, listingId, resourceId, wanted),
    },
  }
}

/** What is sold by the night. */
function hotelOf({
  db,
  makeOnce,
  engine,
  actor,
}: GroupsOptions): Pick<Groups, 'nights' | 'blocks'> {
  const blocks = { db, engine }
  return {
    nights: {
      set: async (listingId, resourceId, request, given = {}) =>
        setNights(db, listingId, resourceId, request, attributionOf(given, actor)),
      get: (listingId, resourceId, dates) => lookAtNights(db, listingId, resourceId, dates),
    },
    blocks: {
      create: async (listingId, terms, given = {}) => {
        const by = attributionOf(given, actor)
        const making = { kind: 'create_block', listingId, request: terms, options: given } as const
        return makeOnce(making, (on) => createBlock(on, listingId, terms, by))
      },
      list: (listingId, page = FIRST_PAGE) => listBlocks(db, listingId, page),
      get: (listingId, blockId) => lookAtBlock(blocks, listingId, blockId),
      makeDefinite: async (listingId, blockId, given = {}) =>
        makeDefinite(blocks, listingId, blockId, attributionOf(given, actor)),
      release: async (listingId, blockId, given = {}) =>
        releaseBlock(blocks, listingId, blockId, attributionOf(given, actor)),
    },
  }
}

/** Who may call. */
function accessOf({
  db,
  makeOnce,
  onError,
  webhooks: rules,
}: GroupsOptions): Pick<
  Groups,
  'calendars' | 'keys' | 'keyring' | 'tokens' | 'tickets' | 'sessions' | 'webhooks'
> {
  const keyring = createKeyring({ db, onError })
  const tokens = createTokens(db)
  return {
    calendars: calendarVerbs({ db, makeOnce, tokens }),
    keys: {
      create: async (key, given = {}) => {
        const secretOf =
          given.key === undefined ? undefined : await secretsUnder(tokens, given.key, given.caller)
        return makeOnce({ kind: 'create_key', request: key, options: given }, (on) =>
          issueApiKey(on, key, LISTINGS_PER_KEY_MAX, secretOf),
        )
      },
      ensure: (key, wanted) => ensureApiKey(db, key, wanted),
      list: (page = FIRST_PAGE) => listApiKeys(db, page, LISTINGS_PER_KEY_MAX),
      revoke: async (keyId) => {
        const known = await revokeApiKey(db, keyId)
        keyring.forget()
        return known ? readApiKey(db, keyId, LISTINGS_PER_KEY_MAX) : undefined
      },
      any: () => hasApiKeys(db),
    },
    keyring,
    tokens,
    tickets: createTickets({ db, keyring, tokens }),
    sessions: createSessions({ db, keyring, tokens }),
    webhooks: webhookVerbs({ db, makeOnce, tokens, rules }),
  }
}

function areUuids(...ids: readonly string[]): boolean {
  return ids.every(isUuid)
}
