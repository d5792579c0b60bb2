/** The checks of what is sold by time: slots that overlap, and blocks with their nights. */
import { driftColumns, type WhichRows } from './drift-columns.js'

/** A time as text, which no setting of the session changes. */
const UTC = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** A slot of an exclusive resource that begins before an earlier one has ended. */
export function overlapDrift(scope: WhichRows): string {
  return `
  select ordered.listing_id as "listingId", 'pools' as "table", ordered.pool_id::text as key,
         'during' as "column", ${UTC('ordered.free_from')} as expected,
         ${UTC('ordered.begins')} as actual
  from (
    select pools.listing_id, pools.pool_id, lower(pools.during) as begins,
           max(upper(pools.during)) over (
             partition by pools.listing_id, pools.resource_id
             order by lower(pools.during), pools.pool_id
             rows between unbounded preceding and 1 preceding
           ) as free_from
    from pools
    join resources
      on resources.listing_id = pools.listing_id
      and resources.resource_id = pools.resource_id
    where ${scope('pools')}
      and (pools.exclusive or resources.exclusive)
      and not pools.closed
  ) as ordered
  where ordered.begins < ordered.free_from`
}

const SELECT = (column: string, expected: string, actual: string) =>
  driftColumns('blocks', 'blocks.block_id', column, [`(${expected})::text`, `(${actual})::text`])

/** A block's own pools, each with the rooms that the block's reservation has of the hotel's night. */
const OWN_NIGHTS = (scope: WhichRows) => `
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
    and contracted.reservation_id = blocks.reservation_id`

/**
 * What a block's row, its pools, its nights and its reservation say of each other.
 *
 * long: a statement for each of them, one after the other.
 */
export function blocksDrift(scope: WhichRows): string {
  // While a closed block has not given back, the hotel's nights have more than the block's own.
  const rooms = `${SELECT('quantity', 'coalesce(contracted.rooms, 0)', 'pools.capacity')}
  from blocks ${OWN_NIGHTS(scope)}
  where ${scope('blocks')}
    and case
      when blocks.to_give_back then pools.capacity > coalesce(contracted.rooms, 0)
      else pools.capacity <> coalesce(contracted.rooms, 0)
    end`
  const quantity = `${SELECT('quantity', 'blocks.quantity', 'pools.capacity')}
  from blocks
  join nights as own
    on own.listing_id = blocks.listing_id
    and own.resource_id = blocks.block_id
  join pools
    on pools.listing_id = own.listing_id
    and pools.pool_id = own.pool_id
  where ${scope('blocks')}
    and case
      when blocks.state = 'definite' then pools.capacity <> blocks.quantity
      else pools.capacity > blocks.quantity
    end`
  // A block that was definite once has a night of its own for each of its dates, and no others.
  const dates = `${SELECT('to_date', 'blocks.to_date - blocks.from_date', 'blocks.within')}
  from (
    select counted.listing_id, counted.block_id, counted.from_date, counted.to_date,
           count(own.night) as nights,
           count(own.night) filter (
             where own.night >= counted.from_date
               and own.night < counted.to_date
           ) as within
    from blocks as counted
    left join nights as own
      on own.listing_id = counted.listing_id
      and own.resource_id = counted.block_id
    where ${scope('counted')}
      and (counted.reservation_id is not null or own.night is not null)
    group by counted.listing_id, counted.block_id, counted.from_date, counted.to_date
  ) as blocks
  where blocks.within <> blocks.to_date - blocks.from_date
    or blocks.nights <> blocks.to_date - blocks.from_date`
  const versions = { tentative: '= 1', definite: '= 2', released: '>= 2' }
  const version = `${SELECT('version', `'another for ' || blocks.state`, 'blocks.version::text')}
  from blocks
  where ${scope('blocks')}
    and not coalesce(case blocks.state
      ${Object.entries(versions)
        .map(([state, right]) => `when '${state}' then blocks.version ${right}`)
        .join(' ')}
    end, false)
    or ${scope('blocks')}
    and blocks.state = 'released'
    and blocks.reservation_id is not null
    and blocks.version < 3`
  const reservation = `${SELECT(
    'reservation_id',
    `'one of block:' || blocks.block_id`,
    `coalesce(reservations.customer, 'none')`,
  )}
  from blocks
  left join reservations
    on reservations.listing_id = blocks.listing_id
    and reservations.reservation_id = blocks.reservation_id
  where ${scope('blocks')}
    and case
      when blocks.state = 'tentative' then blocks.reservation_id is not null
      when blocks.reservation_id is null then blocks.state = 'definite' or exists (
        select
        from nights
        where ${scope('nights')}
          and nights.listing_id = blocks.listing_id
          and nights.resource_id = blocks.block_id
      )
      else coalesce(reservations.customer, '') <> 'block:' || blocks.block_id
    end`
  const name = `${SELECT('name', 'resources.name', 'blocks.name')}
  from blocks
  join resources
    on resources.listing_id = blocks.listing_id
    and resources.resource_id = blocks.block_id
  where ${scope('blocks')}
    and resources.name <> blocks.name`
  return [rooms, quantity, dates, version, reservation, name].join(' union all ')
}
