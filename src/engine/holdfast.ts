/** The whole engine in one object, for an application that wants no more than that. */
import type pg from 'pg'
import { HoldfastError } from '../domain/errors.js'
import type { ListingPolicy } from '../domain/reservation/reservation.js'
import { openDatabase } from '../storage/driver/database.js'
import { migrate } from '../storage/driver/migrate.js'
import { updatePolicy } from '../storage/tables/listings.js'
import { type PoolAvailability, readAvailability } from '../storage/tables/pools.js'
import { STRATEGIES } from '../strategies/registry.js'
import { isStrategyName, STRATEGY_NAMES, type StrategyName } from '../strategies/strategy.js'
import { createEngine, type Engine, type EngineOptions } from './engine.js'
import { type CapacityOutcome, type CapacityRequest, setCapacity } from './sale/capacity.js'
import { createListing, type NewListing } from './sale/listings.js'
import { type AuditReport, audit } from './upkeep/audit.js'
import { startSweeper } from './upkeep/sweeper.js'

export interface HoldfastOptions extends Omit<EngineOptions, 'db' | 'strategy'> {
  /** A `postgres://` URL; or give a `pool`. */
  readonly databaseUrl?: string
  /** A pool of the application's own, which also closes it. */
  readonly pool?: pg.Pool
  /** Default `batched`. */
  readonly strategy?: StrategyName
  /** Connections kept open with `databaseUrl`; default 4. */
  readonly connectionsMax?: number
  /** Brings the schema up to date first; default true. Needs `databaseUrl`. */
  readonly migrate?: boolean
  /** Tidies overdue holds away in the background; default true. Nothing depends on it. */
  readonly sweep?: boolean
}

export interface Holdfast extends Engine {
  createListing(listing: NewListing): Promise<void>
  setPolicy(listingId: string, policy: ListingPolicy): Promise<void>
  setCapacity(listingId: string, poolId: string, request: CapacityRequest): Promise<CapacityOutcome>
  /** What is left in the listing's pools; undefined when there is no such listing. */
  availability(listingId: string): Promise<readonly PoolAvailability[] | undefined>
  audit(listingId?: string): Promise<AuditReport>
  /** Stops the sweeper and closes the connections, unless they are the application's. */
  close(): Promise<void>
}

/**
 * Opens Holdfast on a PostgreSQL 15 or newer.
 *
 * @example
 * const holdfast = await createHoldfast({ databaseUrl: 'postgres://localhost/bookings' })
 * const answer = await holdfast.hold(listingId, { customer, lines, ttlMs: 600_000 }, { key })
 * if (answer.kind === 'done') await holdfast.confirm(listingId, answer.reservation.reservationId)
 *
 * @throws HoldfastError `invalid_input` for options that contradict each other,
 * `database_unavailable`, `migration_failed`
 */
export async function createHoldfast(options: HoldfastOptions): Promise<Holdfast> {
  const { databaseUrl, pool, connectionsMax } = options
  const { strategy: name = 'batched' } = options
  if (!isStrategyName(name)) {
    throw new HoldfastError(
      'invalid_input',
      `there is no strategy ${JSON.stringify(name)}; allowed: ${STRATEGY_NAMES.join(', ')}`,
    )
  }
  const strategy = STRATEGIES[name]
  if ((databaseUrl === undefined) === (pool === undefined)) {
    throw new HoldfastError('invalid_input', 'give either a databaseUrl or a pool')
  }
  if (databaseUrl !== undefined && options.migrate !== false) await migrate(databaseUrl)
  const bounds = connectionsMax === undefined ? {} : { connectionsMax }
  const db = openDatabase(
    pool === undefined ? { url: databaseUrl ?? '', ...bounds } : { pool, ...bounds },
  )
  const engine = createEngine({ ...options, db, strategy })
  const sweeper = options.sweep === false ? undefined : startSweeper({ db, engine })
  return Object.assign(engine, {
    createListing: (listing: NewListing) => createListing(db, listing),
    setPolicy: (listingId: string, policy: ListingPolicy) => updatePolicy(db, listingId, policy),
    setCapacity: (listingId: string, poolId: string, request: CapacityRequest) =>
      setCapacity(db, listingId, poolId, request),
    availability: (listingId: string) => readAvailability(db, listingId),
    audit: (listingId?: string) => audit(db, listingId),
    close: async () => {
      await sweeper?.stop()
      await db.close()
    },
  })
}
