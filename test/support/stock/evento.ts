/** Evento's event in a test's own database, and the application that serves it. */
import type { FastifyInstance } from 'fastify'
import { holdfastOn } from '../../../src/engine/holdfast.js'
import { createListing } from '../../../src/engine/sale/listings.js'
import { type AppOptions, createApp } from '../../../src/http/app.js'
import { EVENTO_EVENT_ID, eventoListing } from '../../../src/lab/scenarios/evento.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { STRATEGY_NAMES } from '../../../src/strategies/strategy.js'

export const SAFE_NAMES = STRATEGY_NAMES

/** The three hotels' ids, in the order in which they are listed. */
export const HOTELS = eventoListing(0).resources.map((hotel) => hotel.resourceId)

/** The event anew, nothing sold, with `rooms` in each hotel. */
export async function givenEvent(db: Database, rooms: number): Promise<void> {
  await db.query(
    'truncate listings, resources, pools, reservations, reservation_lines, journal, units cascade',
  )
  await createListing(db, eventoListing(rooms))
}

/** The application as `serve` builds it: safe strategies only. */
export function productionApp(db: Database, options: Partial<AppOptions> = {}): FastifyInstance {
  const holdfast = holdfastOn(db, { strategy: STRATEGIES.batched })
  const modes = SAFE_NAMES.map((name) => holdfast.under(name))
  return createApp({ holdfast, evento: { modes }, v1: false, unsafeDurability: true, ...options })
}

export const AVAILABLE = `/${EVENTO_EVENT_ID}/available`

/** The URL at which Evento's client asks for rooms; `query` as it stands, without its `?`. */
export function reserveUrl(query: string, hotelId = HOTELS[0] ?? '', mode = 'guarded'): string {
  return `/${EVENTO_EVENT_ID}/${hotelId}/reserve/${mode}?${query}`
}
