/**
 * A client of the /v1 API, typed by its OpenAPI document. It needs `fetch` and nothing else, and
 * runs in Node and in browsers.
 *
 * A call gives back a `Result`: `ok: true` with a value, or `ok: false` with a refusal, whose `code`
 * says why not. What is thrown is a `HoldfastClientError`. Commands carry an Idempotency-Key that
 * the client makes and keeps over its retries: one call, one effect.
 *
 * @example
 * const client = createClient({ baseUrl: 'https://booking.example.com', apiKey: 'hf_…' })
 * const held = await client.reservations.hold(listingId, {
 *   customer: 'ada@example.com',
 *   lines: [{ pool_id: poolId, quantity: 2 }],
 *   hold_seconds: 600,
 * })
 * if (held.ok) await client.reservations.confirm(listingId, held.value.id)
 * else if (held.refusal.code === 'insufficient_capacity') console.log(held.refusal.lines)
 *
 * @module
 */
import { call } from './calls.js'
import type { Client } from './interface.js'
import { live } from './live.js'
import { type ClientOptions, settingsOf } from './options.js'
import type { Call } from './requests.js'
import type { OperationName, Result } from './results.js'

export type { ClientErrorCode } from './errors.js'
export { HoldfastClientError } from './errors.js'
export type { Client } from './interface.js'
export type { LiveEvent, LiveOptions } from './live.js'
export type {
  CallOptions,
  ClientOptions,
  CommandOptions,
  MatchOptions,
  TokenOptions,
  TransitionOptions,
} from './options.js'
export type { OperationName, Refusal, RefusalCode, Refused, Result, Success } from './results.js'
export { REFUSAL_CODES } from './results.js'
export type {
  ApiKey,
  ApiKeyPage,
  AuditReport,
  Availability,
  Block,
  BlockNight,
  BlockPage,
  BlockReport,
  ChangedCustomer,
  ConfirmedReservation,
  Contact,
  CreatedReservation,
  DeadLetter,
  Drift,
  GeneratedSlots,
  IssuedApiKey,
  IssuedWebhook,
  JournalEntry,
  JournalEntryPage,
  Line,
  Listing,
  ListingPage,
  LiveTicket,
  Move,
  Night,
  Nights,
  Operations,
  Policy,
  Pool,
  PoolAvailability,
  PoolPage,
  Problem,
  Refund,
  RefundPage,
  Reservation,
  ReservationPage,
  Resource,
  ResourceAvailability,
  ResourcePage,
  ResourceSlots,
  Schedule,
  Slot,
  TimedPool,
  TimeSpan,
  WantedLine,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookPage,
} from './schema.js'

/** @throws HoldfastClientError `invalid_options` naming the option and what is allowed */
export function createClient(options: ClientOptions): Client {
  const settings = settingsOf(options)
  const send = <Name extends OperationName>(name: Name, input: Call<Name>): Promise<Result<Name>> =>
    call(settings, name, input)

  return {
    ...stockOf(send),
    ...hotelOf(send),
    reservations: reservationsOf(send),
    calendars: {
      create: (listing_id, body, options = {}) =>
        send('createCalendar', { path: { listing_id }, body, options }),
      list: (listing_id, query = {}, options = {}) =>
        send('listCalendars', { path: { listing_id }, query, options }),
      revoke: (listing_id, calendar_id, options = {}) =>
        send('revokeCalendar', { path: { listing_id, calendar_id }, body: {}, options }),
    },
    customers: {
      change: (listing_id, body, options = {}) =>
        send('changeCustomer', { path: { listing_id }, body, options }),
      export: (listing_id, customer, options = {}) =>
        send('exportCustomer', { path: { listing_id }, body: { customer }, options }),
      erase: (listing_id, customer, { reason, ...options } = {}) =>
        send('eraseCustomer', {
          path: { listing_id },
          body: { customer, ...bodyOf({ reason }) },
          options,
        }),
    },
    ...officeOf(send),
    webhooks: webhooksOf(send),
    live: (listing_id, options) => live(settings, listing_id, options),
    liveTicket: (listing_id, options = {}) =>
      send('createLiveTicket', { path: { listing_id }, body: {}, options }),
  }
}

type Send = <Name extends OperationName>(name: Name, input: Call<Name>) => Promise<Result<Name>>

/** What is on sale, and how much of it. */
function stockOf(
  send: Send,
): Pick<Client, 'listings' | 'resources' | 'pools' | 'slots' | 'availability'> {
  return {
    listings: {
      create: (body, options = {}) => send('createListing', { path: {}, body, options }),
      list: (query = {}, options = {}) => send('listListings', { path: {}, query, options }),
      get: (listing_id, options = {}) => send('getListing', { path: { listing_id }, options }),
      change: (listing_id, body, options = {}) =>
        send('changeListing', { path: { listing_id }, body, options }),
      archive: (listing_id, { reason, ...options } = {}) =>
        send('archiveListing', { path: { listing_id }, body: bodyOf({ reason }), options }),
      unarchive: (listing_id, { reason, ...options } = {}) =>
        send('unarchiveListing', { path: { listing_id }, body: bodyOf({ reason }), options }),
    },
    resources: {
      create: (listing_id, body, options = {}) =>
        send('createResource', { path: { listing_id }, body, options }),
      list: (listing_id, query = {}, options = {}) =>
        send('listResources', { path: { listing_id }, query, options }),
      get: (listing_id, resource_id, options = {}) =>
        send('getResource', { path: { listing_id, resource_id }, options }),
      change: (listing_id, resource_id, body, options = {}) =>
        send('changeResource', { path: { listing_id, resource_id }, body, options }),
      archive: (listing_id, resource_id, { reason, ...options } = {}) => {
        const path = { listing_id, resource_id }
        return send('archiveResource', { path, body: bodyOf({ reason }), options })
      },
      unarchive: (listing_id, resource_id, { reason, ...options } = {}) => {
        const path = { listing_id, resource_id }
        return send('unarchiveResource', { path, body: bodyOf({ reason }), options })
      },
    },
    pools: {
      create: (listing_id, body, options = {}) =>
        send('createPool', { path: { listing_id }, body, options }),
      list: (listing_id, query = {}, options = {}) =>
        send('listPools', { path: { listing_id }, query, options }),
      get: (listing_id, pool_id, options = {}) =>
        send('getPool', { path: { listing_id, pool_id }, options }),
      change: (listing_id, pool_id, body, options = {}) =>
        send('changePool', { path: { listing_id, pool_id }, body, options }),
    },
    slots: {
      schedule: (listing_id, resource_id, options = {}) =>
        send('getSchedule', { path: { listing_id, resource_id }, options }),
      setSchedule: (listing_id, resource_id, body, options = {}) =>
        send('setSchedule', { path: { listing_id, resource_id }, body, options }),
      generate: (listing_id, resource_id, body, options = {}) =>
        send('generateSlots', { path: { listing_id, resource_id }, body, options }),
      list: (listing_id, resource_id, query = {}, options = {}) =>
        send('getSlots', { path: { listing_id, resource_id }, query, options }),
    },
    availability: (listing_id, { from, to, resource_id, ...options } = {}) => {
      const query = {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(resource_id === undefined ? {} : { resource_id }),
      }
      return send('getAvailability', { path: { listing_id }, query, options })
    },
  }
}

/** What is sold by the night. */
function hotelOf(send: Send): Pick<Client, 'nights' | 'blocks'> {
  return {
    nights: {
      set: (listing_id, resource_id, body, options = {}) =>
        send('setNights', { path: { listing_id, resource_id }, body, options }),
      get: (listing_id, resource_id, query, options = {}) =>
        send('getNights', { path: { listing_id, resource_id }, query, options }),
    },
    blocks: {
      create: (listing_id, body, options = {}) =>
        send('createBlock', { path: { listing_id }, body, options }),
      list: (listing_id, query = {}, options = {}) =>
        send('listBlocks', { path: { listing_id }, query, options }),
      get: (listing_id, block_id, options = {}) =>
        send('getBlock', { path: { listing_id, block_id }, options }),
      makeDefinite: (listing_id, block_id, { reason, ...options } = {}) => {
        const path = { listing_id, block_id }
        return send('makeBlockDefinite', { path, body: bodyOf({ reason }), options })
      },
      release: (listing_id, block_id, { reason, ...options } = {}) => {
        const path = { listing_id, block_id }
        return send('releaseBlock', { path, body: bodyOf({ reason }), options })
      },
    },
  }
}

/** Only what the caller gave: the service refuses fields without a value. */
function bodyOf<Fields extends Record<string, string | undefined>>(fields: Fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: string
  }
}

/** Who has it. */
function reservationsOf(send: Send): Client['reservations'] {
  return {
    create: (listing_id, body, options = {}) =>
      send('createReservation', { path: { listing_id }, body, options }),
    hold: (listing_id, body, options = {}) =>
      send('createReservation', { path: { listing_id }, body, options }),
    confirm: (listing_id, reservation_id, body = {}, options = {}) =>
      send('confirmReservation', { path: { listing_id, reservation_id }, body, options }),
    release: (listing_id, reservation_id, { reason, ...options } = {}) => {
      const path = { listing_id, reservation_id }
      return send('releaseReservation', { path, body: bodyOf({ reason }), options })
    },
    cancel: (listing_id, reservation_id, { reason, ...options } = {}) => {
      const path = { listing_id, reservation_id }
      return send('cancelReservation', { path, body: bodyOf({ reason }), options })
    },
    extend: (listing_id, reservation_id, body, options = {}) =>
      send('extendReservation', { path: { listing_id, reservation_id }, body, options }),
    change: (listing_id, reservation_id, body, options = {}) =>
      send('changeReservation', { path: { listing_id, reservation_id }, body, options }),
    describe: (listing_id, reservation_id, body, options = {}) =>
      send('describeReservation', { path: { listing_id, reservation_id }, body, options }),
    get: (listing_id, reservation_id, options = {}) =>
      send('getReservation', { path: { listing_id, reservation_id }, options }),
    list: (listing_id, query = {}, options = {}) =>
      send('listReservations', { path: { listing_id }, query, options }),
    history: (listing_id, reservation_id, query = {}, options = {}) =>
      send('getReservationHistory', { path: { listing_id, reservation_id }, query, options }),
  }
}

/** What has to be looked after. */
function officeOf(send: Send): Pick<Client, 'refunds' | 'notices' | 'journal' | 'keys' | 'audit'> {
  return {
    refunds: {
      list: (listing_id, query = {}, options = {}) =>
        send('listRefunds', { path: { listing_id }, query, options }),
      settle: (listing_id, reservation_id, { payment_ref, reason, ...options } = {}) => {
        const path = { listing_id, reservation_id }
        return send('settleRefund', { path, body: bodyOf({ payment_ref, reason }), options })
      },
    },
    notices: {
      deadLetters: (listing_id, query = {}, options = {}) =>
        send('listDeadLetters', { path: { listing_id }, query, options }),
      resend: (listing_id, delivery_id, options = {}) =>
        send('resendDeadLetter', { path: { listing_id, delivery_id }, body: {}, options }),
      dismiss: (listing_id, delivery_id, options = {}) =>
        send('dismissDeadLetter', { path: { listing_id, delivery_id }, body: {}, options }),
    },
    journal: {
      list: (listing_id, query = {}, options = {}) =>
        send('listJournal', { path: { listing_id }, query, options }),
    },
    keys: {
      create: (body, options = {}) => send('createKey', { path: {}, body, options }),
      list: (query = {}, options = {}) => send('listKeys', { path: {}, query, options }),
      revoke: (key_id, options = {}) => send('revokeKey', { path: { key_id }, body: {}, options }),
    },
    audit: (query = {}, options = {}) => send('audit', { path: {}, query, options }),
  }
}

/** Who is told. */
function webhooksOf(send: Send): Client['webhooks'] {
  return {
    create: (body, options = {}) => send('createWebhook', { path: {}, body, options }),
    list: (query = {}, options = {}) => send('listWebhooks', { path: {}, query, options }),
    get: (webhook_id, options = {}) => send('getWebhook', { path: { webhook_id }, options }),
    change: (webhook_id, body, options = {}) =>
      send('changeWebhook', { path: { webhook_id }, body, options }),
    delete: (webhook_id, options = {}) => send('deleteWebhook', { path: { webhook_id }, options }),
    rotate: (webhook_id, body = {}, options = {}) =>
      send('rotateWebhook', { path: { webhook_id }, body, options }),
    test: (webhook_id, options = {}) =>
      send('testWebhook', { path: { webhook_id }, body: {}, options }),
    deliveries: (webhook_id, query = {}, options = {}) =>
      send('listWebhookDeliveries', { path: { webhook_id }, query, options }),
    replay: (webhook_id, body, options = {}) =>
      send('replayWebhook', { path: { webhook_id }, body, options }),
  }
}
