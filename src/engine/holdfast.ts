/**
 * The door. Whatever is not the engine itself (routes, commands, the lab's set-up, an application)
 * calls `holdfast.<noun>.<verb>`, under the names that the typed client has.
 */
import type pg from 'pg'
import type { Keyring } from '../access/keyring.js'
import type { Tokens } from '../access/tokens.js'
import { HoldfastError } from '../domain/errors.js'
import type { ReservationEntryKind } from '../domain/journal.js'
import type { Reservation } from '../domain/reservation/reservation.js'
import type { TargetRules } from '../notices/webhooks/targets.js'
import { type Database, type DatabaseOptions, openDatabase } from '../storage/driver/database.js'
import { readDurabilityRisks } from '../storage/driver/guarantees/durability.js'
import { migrate } from '../storage/driver/migrate.js'
import { readPermissions, type ServerPermissions } from '../storage/reads/server.js'
import { STRATEGIES } from '../strategies/registry.js'
import { isStrategyName, STRATEGY_NAMES, type StrategyName } from '../strategies/strategy.js'
import { checkActor, DEFAULT_ACTOR } from './attribution.js'
import { createEngine, type Engine, type EngineOptions } from './engine.js'
import { withFaults } from './faults.js'
import type { Groups } from './groups.js'
import { groupsOf } from './make-groups.js'
import { type MakeChannel, noticesOf } from './notices/notices.js'
import { webhookChannel } from './notices/webhook.js'
import type { EngineObserver } from './observer.js'
import { createLiveFeeds } from './reads/live.js'
import { RETRY_DEFAULTS } from './retry.js'
import { createMakeOnce } from './sale/make-once.js'
import { withDatabaseSpans } from './spans.js'
import { loadTracing } from './tracing.js'
import {
  type Maintainer,
  type MaintainerOptions,
  type MaintenanceService,
  startMaintainer,
} from './upkeep/maintainer.js'
import { type SchemaStanding, schemaLook } from './upkeep/schema.js'
import { upkeepServices } from './upkeep/upkeep.js'
import { type HoldfastWithin, within } from './within.js'

export type { FailPoint } from '../storage/driver/database.js'

/** What was committed for one reservation. */
export interface CommittedChange {
  readonly listingId: string
  /** What the journal calls it. */
  readonly kind: ReservationEntryKind
  /** As it is from now on. */
  readonly reservation: Reservation
}

/** What a Holdfast on an open database is made of. */
export interface CompositionOptions
  extends Pick<EngineOptions, 'retry' | 'queue' | 'observer' | 'tracing' | 'unsafe'> {
  readonly strategy: EngineOptions['strategy']
  /** Called after COMMIT with each change. It has to be quick; what it throws goes to `onError`. */
  readonly onChange?: (change: CommittedChange) => void
  /** Called when something in the background failed, with what it was; it is tried again. */
  readonly onError?: (error: unknown, what: string) => void
  /**
   * Called with the e-mail addresses of a customer who was erased, so that what was kept elsewhere goes
   * as well: mails in a folder. What it throws, the call that erases throws.
   */
  readonly onErased?: (addresses: readonly string[]) => Promise<void>
  /** How often availability is looked at while somebody follows it, in milliseconds; default 250. */
  readonly liveEveryMs?: number
  /** Named prepared statements on connections that an application lends to `within`; default true. */
  readonly prepared?: boolean
  /**
   * Where Holdfast's tables are; default `holdfast`. Connections find them whatever their `search_path`
   * is, an application's own too.
   */
  readonly schema?: string | undefined
  /**
   * Who changes something, for the journal, unless a call names its own `actor`: 1 to 100 printable
   * characters. Default `app:` and the `applicationName`.
   */
  readonly actor?: string
  /** Who is told of what was committed, beside webhooks; the upkeep tells them. Default nobody else. */
  readonly channels?: readonly MakeChannel[]
  /** Where webhooks may be sent; default the public internet alone. */
  readonly webhooks?: TargetRules
}

export interface HoldfastOptions
  extends Omit<CompositionOptions, 'strategy' | 'tracing' | 'unsafe'> {
  /** A `postgres://` URL, of whose hosts the one that takes writes is used; or give a `pool`. */
  readonly databaseUrl?: string
  /** A pool of the application's own, which also closes it. */
  readonly pool?: pg.Pool
  /** How long a call waits for a connection of either, in milliseconds; default 10,000. */
  readonly acquireTimeoutMs?: number
  /** Default `batched`. */
  readonly strategy?: StrategyName
  /** Connections kept open with `databaseUrl`; default 4. */
  readonly connectionsMax?: number
  /** Shown in `pg_stat_activity`; default `holdfast`. */
  readonly applicationName?: string
  /** False behind a pooler in transaction mode; see docs/operating.md. Default true. */
  readonly sessionSettings?: boolean
  /** Brings the schema up to date first; default true. Needs `databaseUrl`. */
  readonly migrate?: boolean
  /** Looks after overdue holds, block cut-offs and old answers in the background; default true. */
  readonly maintain?: boolean
}

export interface Holdfast extends Groups {
  /** How units are kept within capacity. */
  readonly strategy: EngineOptions['strategy']
  /** Recognises API keys, for whoever serves Holdfast to others. */
  readonly keyring: Keyring
  /** The secrets that new reservations are handed out with. */
  readonly tokens: Tokens
  /**
   * The same verbs on a connection on which the application has begun a transaction: what they write
   * is committed with the application's own writes, or not at all.
   *
   * @example
   * await client.query('begin')
   * const result = await holdfast.within(client).reservations.create(listingId, { customer, lines })
   * if (result.kind === 'done') await client.query('insert into orders values ($1)', [result.reservation.reservationId])
   * await client.query(result.kind === 'done' ? 'commit' : 'rollback')
   */
  within(client: pg.ClientBase): HoldfastWithin
  /** The same database under another strategy, with the same connections. */
  under(strategy: StrategyName): Holdfast
  /** Calls another observer from now on, beside the one of the options. */
  observe(observer: EngineObserver): void
  /** How many commands wait for a batch, and how many callers for a connection. */
  waiting(): { readonly commands: number; readonly connections: number }
  /** How the database's schema stands to this program. */
  schema(): Promise<SchemaStanding>
  /** What the database's server lets this program do. */
  permissions(): Promise<ServerPermissions>
  /**
   * Why the database may lose what it has acknowledged, a reason for each of its settings that allow it;
   * none where "acknowledged" means durable.
   */
  durabilityRisks(): Promise<readonly string[]>
  /** Starts the upkeep that `maintain: false` left out; what happens from then on is told to the channels. */
  maintain(): Promise<void>
  /** Stops the upkeep and closes the connections, unless they are the application's. */
  close(): Promise<void>
}

/**
 * Opens Holdfast on a PostgreSQL 15 or newer.
 *
 * @example
 * const holdfast = await createHoldfast({ databaseUrl: 'postgres://localhost/bookings' })
 * const held = await holdfast.reservations.hold(listingId, { customer, lines, ttlMs: 600_000 }, { key })
 * if (held.kind === 'done') {
 *   await holdfast.reservations.confirm(listingId, held.reservation.reservationId)
 * }
 *
 * @throws HoldfastError `invalid_input` for options that contradict each other,
 * `database_unavailable`, `migration_failed`
 */
export async function createHoldfast(options: HoldfastOptions): Promise<Holdfast> {
  const { databaseUrl, pool, strategy: name = 'batched', maintain = true, ...rest } = options
  if (!isStrategyName(name)) {
    throw new HoldfastError(
      'invalid_input',
      `there is no strategy ${JSON.stringify(name)}; allowed: ${STRATEGY_NAMES.join(', ')}`,
    )
  }
  if ((databaseUrl === undefined) === (pool === undefined)) {
    throw new HoldfastError('invalid_input', 'give either a databaseUrl or a pool')
  }
  if (databaseUrl !== undefined && options.migrate !== false) {
    await migrate(databaseUrl, { schema: options.schema })
  }
  const tracing = await loadTracing()
  const source = pool === undefined ? { url: databaseUrl ?? '' } : { pool }
  const actor = options.actor ?? `app:${options.applicationName ?? 'holdfast'}`
  checkActor(actor)
  const holdfast = holdfastOn(openDatabase({ ...source, ...rest }), {
    ...rest,
    channels: [webhookChannel(rest.webhooks), ...(rest.channels ?? [])],
    actor,
    strategy: STRATEGIES[name],
    tracing,
  })
  if (maintain) await holdfast.maintain()
  return holdfast
}

/** Opens Holdfast with all of the driver's options, on a database whose schema is up to date. */
export function openHoldfast(
  options: DatabaseOptions & Omit<CompositionOptions, 'strategy'> & { strategy?: StrategyName },
): Holdfast {
  const strategy = STRATEGIES[options.strategy ?? 'batched']
  return holdfastOn(openDatabase(options), { ...options, strategy })
}

/** Puts a Holdfast together on a database that is open. Nothing runs in the background yet. */
export function holdfastOn(db: Database, options: CompositionOptions): Holdfast {
  const { strategy, tracing, onChange, onError = () => {}, liveEveryMs = 250, ...rest } = options
  const tell = onChange === undefined ? () => {} : committed(onChange, onError)
  const onCommitted: typeof tell = (listingId, changeSets) => {
    notices.committed()
    tell(listingId, changeSets)
  }
  const engine = createEngine({
    ...rest,
    db,
    strategy,
    tracing,
    onError,
    onCommitted,
  })
  const live = createLiveFeeds({
    db,
    everyMs: liveEveryMs,
    onError: (error) => onError(error, 'live availability'),
  })
  const { actor = DEFAULT_ACTOR } = options
  const spanning = withDatabaseSpans(db, tracing)
  const makeOnce = createMakeOnce(spanning, { ...RETRY_DEFAULTS, ...options.retry })
  const groups = groupsOf({
    db: withFaults(spanning),
    makeOnce,
    engine,
    live,
    actor,
    onError,
    onCommitted,
    webhooks: options.webhooks ?? {},
    onErased: options.onErased,
  })
  const { channels = [] } = options
  const grounds = { db, tokens: groups.tokens }
  const notices = noticesOf({ grounds, channels, observer: engine.observer, onError })
  let maintainer: Maintainer | undefined
  const holdfast: Holdfast = {
    ...groups,
    strategy,
    within: (client) => {
      const { prepared = true, schema } = options
      return within(client, { engine, strategy, tracing, actor, prepared, schema })
    },
    under: (name) =>
      name === strategy.name
        ? holdfast
        : holdfastOn(db, { ...options, channels: [], strategy: STRATEGIES[name] }),
    observe: engine.observe,
    waiting: () => ({ commands: engine.waiting, connections: db.waiting() }),
    schema: schemaLook(db),
    permissions: () => readPermissions(db),
    durabilityRisks: () => readDurabilityRisks(db),
    maintain: async () => {
      const more = await notices.begin()
      maintainer ??= startMaintainer(upkeepOf(db, engine, more, onError))
    },
    close: async () => {
      await maintainer?.stop()
      await notices.stop()
      await groups.keyring.settled()
      await db.close()
    },
  }
  return holdfast
}

type OnError = NonNullable<CompositionOptions['onError']>

/** The upkeep, which counts each failure, and reports the first one of a row or a job. */
function upkeepOf(
  db: Database,
  engine: Engine,
  more: readonly MaintenanceService[],
  report: OnError,
): MaintainerOptions {
  const onError = (error: unknown, job: string, first: boolean) => {
    engine.observer.upkeepFailed(job)
    if (first) report(error, job)
  }
  const services = upkeepServices({
    db,
    engine,
    onBlockFailure: (error, first) => onError(error, 'block cut-offs', first),
  })
  return { services: [...services, ...more], onError }
}

function committed(
  onChange: NonNullable<CompositionOptions['onChange']>,
  onError: OnError,
): NonNullable<EngineOptions['onCommitted']> {
  return (listingId, changeSets) => {
    for (const { kind, reservation } of changeSets) {
      try {
        onChange({ listingId, kind, reservation })
      } catch (error) {
        onError(error, 'onChange')
      }
    }
  }
}
