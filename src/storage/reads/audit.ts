/**
 * The statements of the audit: each finds the pools at which two tellings of the same history
 * disagree. They are run in one snapshot, on a live database.
 */

/** A pool at which something does not add up. */
export interface Drift {
  readonly listingId: string
  readonly poolId: string
  /** Which two tellings disagree; see `AUDIT_CHECKS`. */
  readonly check: string
  readonly expected: number
  readonly actual: number
}

// Every take and every give-back that the lines remember.
const MOVES = `
  select listing_id, pool_id, taken_version as version, reservation_id, quantity as units
  from reservation_lines
  union all
  select listing_id, pool_id, given_back_version, reservation_id, -quantity
  from reservation_lines
  where given_back_version is not null`

// The same as the journal tells it.
const JOURNALLED = `
  select journal.listing_id,
         (move.value ->> 'pool_id')::uuid as pool_id,
         (move.value ->> 'version')::bigint as version,
         journal.reservation_id,
         (move.value ->> 'quantity')::integer * part.sign as units
  from journal
  cross join (values ('taken', 1), ('given_back', -1)) as part (name, sign)
  cross join jsonb_array_elements(journal.detail -> part.name) as move (value)`

/** Each check selects the pools that fail it; `$1` is a listing or null for all of them. */
export const AUDIT_CHECKS: Readonly<
  Record<string, { readonly tells: string; readonly sql: string }>
> = {
  counter: {
    tells: 'the counter is the sum of the lines of held and confirmed reservations',
    sql: `
        select pools.listing_id as "listingId", pools.pool_id as "poolId",
               coalesce(active.units, 0) as expected, pools.taken as actual
        from pools
        left join (
          select lines.listing_id, lines.pool_id, sum(lines.quantity) as units
          from reservation_lines as lines
          join reservations
            on reservations.listing_id = lines.listing_id
            and reservations.reservation_id = lines.reservation_id
          where reservations.state in ('held', 'confirmed')
            and not lines.replaced
          group by lines.listing_id, lines.pool_id
        ) as active
          on active.listing_id = pools.listing_id
          and active.pool_id = pools.pool_id
        where ($1::uuid is null or pools.listing_id = $1)
          and pools.taken <> coalesce(active.units, 0)`,
  },
  lines: {
    tells: 'the counter is the sum of the lines that were not given back',
    sql: `
        select pools.listing_id as "listingId", pools.pool_id as "poolId",
               coalesce(kept.units, 0) as expected, pools.taken as actual
        from pools
        left join (
          select listing_id, pool_id, sum(quantity) as units
          from reservation_lines
          where given_back_version is null
          group by listing_id, pool_id
        ) as kept
          on kept.listing_id = pools.listing_id
          and kept.pool_id = pools.pool_id
        where ($1::uuid is null or pools.listing_id = $1)
          and pools.taken <> coalesce(kept.units, 0)`,
  },
  versions: {
    tells: 'every version of the pool belongs to one move or one change of capacity',
    sql: `
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
            from (${MOVES}) as moves
            union all
            select listing_id, pool_id, (detail ->> 'version')::bigint, entry_id
            from journal
            where kind = 'capacity_changed'
          ) as owned
          group by listing_id, pool_id
        ) as seen
          on seen.listing_id = pools.listing_id
          and seen.pool_id = pools.pool_id
        where ($1::uuid is null or pools.listing_id = $1)
          and pools.version <> coalesce(seen.versions, 0)`,
  },
  journal: {
    tells: 'the journal has every move of the lines, and no other',
    sql: `
        select coalesce(told.listing_id, done.listing_id) as "listingId",
               coalesce(told.pool_id, done.pool_id) as "poolId",
               count(done.version) as expected, count(told.version) as actual
        from (${MOVES}) as done
        full join (${JOURNALLED}) as told
          on told.listing_id = done.listing_id
          and told.pool_id = done.pool_id
          and told.version = done.version
          and told.reservation_id = done.reservation_id
          and told.units = done.units
        where ($1::uuid is null or coalesce(told.listing_id, done.listing_id) = $1)
          and (told.version is null or done.version is null)
        group by 1, 2`,
  },
  capacity: {
    tells: 'no more is taken than the capacity and what was knowingly overcommitted',
    sql: `
        select listing_id as "listingId", pool_id as "poolId",
               capacity + overcommitted as expected, taken as actual
        from pools
        where ($1::uuid is null or listing_id = $1)
          and (taken > capacity + overcommitted or taken < 0)`,
  },
  blocks: {
    tells: "no block's pool has more rooms than the block has of the hotel's night",
    sql: `
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
          where lines.given_back_version is null
          group by hotel.listing_id, hotel.resource_id, hotel.night, lines.reservation_id
        ) as contracted
          on contracted.listing_id = blocks.listing_id
          and contracted.resource_id = blocks.resource_id
          and contracted.night = own.night
          and contracted.reservation_id = blocks.reservation_id
        where ($1::uuid is null or blocks.listing_id = $1)
          and pools.capacity > coalesce(contracted.rooms, 0)`,
  },
}

/** How much was looked at. */
export const AUDIT_SIZE = `
  select (select count(*) from pools where $1::uuid is null or listing_id = $1) as pools,
         (select count(*) from reservations where $1::uuid is null or listing_id = $1)
           as reservations`

/** The audit reads whole tables; the bounds and plans of look-ups by key are not for it. */
export const AUDIT_SETTINGS = `
  select set_config(wanted.name, wanted.value, true)
  from (values ('enable_seqscan', 'on'),
               ('plan_cache_mode', 'force_custom_plan'),
               ('statement_timeout', '0'),
               ('transaction_timeout', '0')) as wanted (name, value)
  join pg_settings on pg_settings.name = wanted.name`
