/**
 * The statements of the audit: each finds the pools at which two accounts of the same history
 * disagree. They are run in one snapshot, on a live database.
 */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'

/** A pool at which something does not add up. */
export interface Drift {
  readonly listingId: string
  readonly poolId: string
  /** Which two accounts disagree; see `AUDIT_CHECKS`. */
  readonly check: string
  readonly expected: number
  readonly actual: number
}

/** How much was looked at. */
export interface AuditSize {
  readonly pools: number
  readonly reservations: number
}

/** The most pools that one check lists. */
const DRIFT_MAX = 100

/** What each check holds against what, in one sentence. For tests: the command has a sentence for each. */
export const AUDIT_CHECKS = {
  counter: 'the counter is the sum of the lines of held and confirmed reservations',
  lines: 'the counter is the sum of the lines that were not given back',
  versions: 'every version of the pool belongs to one move or one change of capacity',
  journal: 'the journal has every move of the lines, and no other',
  capacity: 'no more is taken than the capacity and what was knowingly overcommitted',
  blocks: "no block's pool has more rooms than the block has of the hotel's night",
} as const

export type AuditCheck = keyof typeof AUDIT_CHECKS

/** The texts of one audit. */
export interface AuditStatements {
  readonly size: string
  /** Each selects at most `DRIFT_MAX` pools that fail it. */
  readonly checks: Readonly<Record<AuditCheck, string>>
}

/** A condition on the rows of a table, which limits them to what is audited. */
type Scope = (table: string) => string

/**
 * @param name begins the names of the statements
 * @param scope of the whole database, or of the listing `$1`
 */
export function auditStatements(name: string, scope: Scope): AuditStatements {
  return {
    size: sql(`${name}.size`)`
  select (select count(*) from pools where ${scope('pools')}) as pools,
         (select count(*) from reservations where ${scope('reservations')}) as reservations`,
    checks: {
      counter: sql(`${name}.counter`)`${counterDrift(scope)} limit ${DRIFT_MAX}`,
      lines: sql(`${name}.lines`)`${linesDrift(scope)} limit ${DRIFT_MAX}`,
      versions: sql(`${name}.versions`)`${versionsDrift(scope)} limit ${DRIFT_MAX}`,
      journal: sql(`${name}.journal`)`${journalDrift(scope)} limit ${DRIFT_MAX}`,
      capacity: sql(`${name}.capacity`)`${capacityDrift(scope)} limit ${DRIFT_MAX}`,
      blocks: sql(`${name}.blocks`)`${blocksDrift(scope)} limit ${DRIFT_MAX}`,
    },
  }
}

/** The audit of one listing: `$1` is its id. */
export const AUDIT_OF_LISTING = auditStatements('audit', (table) => `${table}.listing_id = $1`)

const SETTINGS = sql('audit.settings')`
  select set_config(wanted.name, wanted.value, true)
  from (values ('enable_seqscan', 'on'),
               ('plan_cache_mode', 'force_custom_plan'),
               ('statement_timeout', '0'),
               ('transaction_timeout', '0')) as wanted (name, value)
  join pg_settings on pg_settings.name = wanted.name`

/** Lifts the bounds that look-ups by key have from this transaction: the audit reads whole tables. */
export async function allowWholeTables(tx: Pick<Tx, 'query'>): Promise<void> {
  await tx.query(SETTINGS)
}

function counterDrift(scope: Scope): string {
  return `
  select pools.listing_id as "listingId", pools.pool_id as "poolId",
         coalesce(active.units, 0) as expected, pools.taken as actual
  from pools
  left join (
    select lines.listing_id, lines.pool_id, sum(lines.quantity) as units
    from reservation_lines as lines
    join reservations
      on reservations.listing_id = lines.listing_id
      and reservations.reservation_id = lines.reservation_id
    where ${scope('lines')}
      and reservations.state in ('held', 'confirmed')
      and not lines.replaced
    group by lines.listing_id, lines.pool_id
  ) as active
    on active.listing_id = pools.listing_id
    and active.pool_id = pools.pool_id
  where ${scope('pools')}
    and pools.taken <> coalesce(active.units, 0)`
}

function linesDrift(scope: Scope): string {
  return `
  select pools.listing_id as "listingId", pools.pool_id as "poolId",
         coalesce(current.units, 0) as expected, pools.taken as actual
  from pools
  left join (
    select lines.listing_id, lines.pool_id, sum(lines.quantity) as units
    from reservation_lines as lines
    where ${scope('lines')}
      and lines.given_back_version is null
    group by lines.listing_id, lines.pool_id
  ) as current
    on current.listing_id = pools.listing_id
    and current.pool_id = pools.pool_id
  where ${scope('pools')}
    and pools.taken <> coalesce(current.units, 0)`
}

/** Every take and every give-back that the lines remember. */
function movesOfLines(scope: Scope): string {
  return `
  select lines.listing_id, lines.pool_id, lines.taken_version as version, lines.reservation_id,
         lines.quantity as units
  from reservation_lines as lines
  where ${scope('lines')}
  union all
  select lines.listing_id, lines.pool_id, lines.given_back_version, lines.reservation_id,
         -lines.quantity
  from reservation_lines as lines
  where ${scope('lines')}
    and lines.given_back_version is not null`
}

/** The same by the journal. */
function movesOfJournal(scope: Scope): string {
  return `
  select journal.listing_id,
         (move.value ->> 'pool_id')::uuid as pool_id,
         (move.value ->> 'version')::bigint as version,
         journal.reservation_id,
         (move.value ->> 'quantity')::integer * part.sign as units
  from journal
  cross join (values ('taken', 1), ('given_back', -1)) as part (name, sign)
  cross join jsonb_array_elements(journal.detail -> part.name) as move (value)
  where ${scope('journal')}`
}

function versionsDrift(scope: Scope): string {
  return `
  select pools.listing_id as "listingId", pools.pool_id as "poolId",
         pools.version as expected, coalesce(seen.versions, 0) as actual
  from pools
  left join (
    select listing_id, pool_id,
           case
             when count(*) = count(distinct version)
               and max(version) = count(*)
               and min(version) = 1
             then count(*)
             else -1
           end as versions
    from (
      select distinct listing_id, pool_id, version, reservation_id
      from (${movesOfLines(scope)}) as moves
      union all
      select journal.listing_id, journal.pool_id, (journal.detail ->> 'version')::bigint,
             journal.entry_id
      from journal
      where ${scope('journal')}
        and journal.kind = 'capacity_changed'
    ) as owned
    group by listing_id, pool_id
  ) as seen
    on seen.listing_id = pools.listing_id
    and seen.pool_id = pools.pool_id
  where ${scope('pools')}
    and pools.version <> coalesce(seen.versions, 0)`
}

function journalDrift(scope: Scope): string {
  return `
  select coalesce(entry.listing_id, line.listing_id) as "listingId",
         coalesce(entry.pool_id, line.pool_id) as "poolId",
         count(line.version) as expected, count(entry.version) as actual
  from (${movesOfLines(scope)}) as line
  full join (${movesOfJournal(scope)}) as entry
    on entry.listing_id = line.listing_id
    and entry.pool_id = line.pool_id
    and entry.version = line.version
    and entry.reservation_id = line.reservation_id
    and entry.units = line.units
  where entry.version is null or line.version is null
  group by 1, 2`
}

function capacityDrift(scope: Scope): string {
  return `
  select pools.listing_id as "listingId", pools.pool_id as "poolId",
         pools.capacity + pools.overcommitted as expected, pools.taken as actual
  from pools
  where ${scope('pools')}
    and (pools.taken > pools.capacity + pools.overcommitted or pools.taken < 0)`
}

function blocksDrift(scope: Scope): string {
  return `
  select pools.listing_id as "listingId", pools.pool_id as "poolId",
         coalesce(contracted.rooms, 0) as expected, pools.capacity as actual
  from blocks
  join nights as own
    on own.listing_id = blocks.listing_id
    and own.resource_id = blocks.block_id
  join pools
    on pools.listing_id = own.listing_id
    and pools.pool_id = own.pool_id
  left join (
    select hotel.listing_id, hotel.resource_id, hotel.night, lines.reservation_id,
           sum(lines.quantity) as rooms
    from nights as hotel
    join reservation_lines as lines
      on lines.listing_id = hotel.listing_id
      and lines.pool_id = hotel.pool_id
    where ${scope('hotel')}
      and lines.given_back_version is null
    group by hotel.listing_id, hotel.resource_id, hotel.night, lines.reservation_id
  ) as contracted
    on contracted.listing_id = blocks.listing_id
    and contracted.resource_id = blocks.resource_id
    and contracted.night = own.night
    and contracted.reservation_id = blocks.reservation_id
  where ${scope('blocks')}
    and pools.capacity > coalesce(contracted.rooms, 0)`
}
