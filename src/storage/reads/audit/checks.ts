/**
 * What an audit asks of whole tables at once. Each statement selects the rows at which two accounts of
 * the same thing disagree; they are run in one snapshot, on a live database.
 */
import { sql } from '../../driver/statement.js'
import { driftColumns, type WhichRows } from './drift-columns.js'
import { danglingRows, doubledRows } from './row-checks.js'
import { blocksDrift, overlapDrift } from './time-checks.js'

/** What each check holds against what, in one sentence. For tests: the command has a sentence for each. */
export const AUDIT_CHECKS = {
  counter: 'the counter is the sum of the lines of held and confirmed reservations',
  lines: 'the counter is the sum of the lines that were not given back',
  versions: 'every version of the pool belongs to one move or one change of capacity',
  capacity: 'no more is taken than the capacity and what was knowingly overcommitted',
  blocks: 'a block has the rooms of the hotel that its own pools have, night by night',
  overlap: 'no two slots of an exclusive resource that are on offer overlap',
  dangling: 'what a row names is there',
  doubled: 'there is one row for each key',
  journal: 'what the journal tells, step by step, is what the rows say',
} as const

export type AuditCheck = keyof typeof AUDIT_CHECKS

/** A row at which a check fails, as a statement selects it. */
export interface DriftRow {
  readonly listingId: string
  readonly table: string
  readonly key: string
  readonly column: string
  readonly expected: string | number
  readonly actual: string | number
}

/** One statement of an audit. */
export interface CheckStatement {
  readonly check: AuditCheck
  readonly text: string
}

/**
 * @param name begins the names of the statements
 * @param scope which rows are looked at
 * @param most the parameter that says how many rows each check may select
 */
export function checkStatements(
  name: string,
  scope: WhichRows,
  most: string,
): readonly CheckStatement[] {
  const texts: Readonly<Record<Exclude<AuditCheck, 'journal'>, string>> = {
    counter: counterDrift(scope),
    lines: linesDrift(scope),
    versions: versionsDrift(scope),
    capacity: capacityDrift(scope),
    blocks: blocksDrift(scope),
    overlap: overlapDrift(scope),
    dangling: danglingRows(scope),
    doubled: doubledRows(scope),
  }
  return Object.entries(texts).map(([check, text]) => ({
    check: check as AuditCheck,
    text: sql(`${name}.${check}`)`${text} limit ${most}`,
  }))
}

const OF_POOL = (column: string, figures: readonly [string, string]) =>
  driftColumns('pools', 'pools.pool_id', column, figures)

function counterDrift(scope: WhichRows): string {
  return `${OF_POOL('taken', ['coalesce(active.units, 0)', 'pools.taken'])}
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

function linesDrift(scope: WhichRows): string {
  return `${OF_POOL('taken', ['coalesce(current.units, 0)', 'pools.taken'])}
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
function movesOfLines(scope: WhichRows): string {
  return `
  select lines.listing_id, lines.pool_id, lines.taken_version as version, lines.reservation_id
  from reservation_lines as lines
  where ${scope('lines')}
  union all
  select lines.listing_id, lines.pool_id, lines.given_back_version, lines.reservation_id
  from reservation_lines as lines
  where ${scope('lines')}
    and lines.given_back_version is not null`
}

function versionsDrift(scope: WhichRows): string {
  return `${OF_POOL('version', ['pools.version', 'coalesce(seen.versions, 0)'])}
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
      select journal.listing_id, journal.pool_id,
             case
               when jsonb_typeof(journal.detail -> 'version') = 'number'
               then trunc((journal.detail ->> 'version')::numeric)
             end,
             journal.entry_id
      from journal
      where ${scope('journal')}
        and journal.kind in ('capacity_changed', 'time_changed')
    ) as owned
    group by listing_id, pool_id
  ) as seen
    on seen.listing_id = pools.listing_id
    and seen.pool_id = pools.pool_id
  where ${scope('pools')}
    and pools.version <> coalesce(seen.versions, 0)`
}

function capacityDrift(scope: WhichRows): string {
  return `${OF_POOL('taken', ['pools.capacity + pools.overcommitted', 'pools.taken'])}
  from pools
  where ${scope('pools')}
    and (pools.taken > pools.capacity + pools.overcommitted or pools.taken < 0)`
}
