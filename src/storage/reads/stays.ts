/** The statement that looks up what stays are to be made of. */
import { type NightFound, resourceOf, type Stay, type StayFound } from '../../domain/time/stay.js'
import type { BookingTerms } from '../../domain/time/window.js'
import { plainArray } from '../driver/arrays.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { termsColumns } from '../tables/nights.js'

// The date of departure is read, too. A block's guests are bound to its cut-off, not to the hotel's
// notice and horizon.
const SELECT_FOR_STAYS = sql('stays.find')`
  select stay.stay_no::integer as "stayNo",
         resources.resource_id is not null as known,
         not stay.of_block
           or (blocks.state = 'definite' and blocks.cut_off_at > clock_timestamp()) as open,
         coalesce(hotel.time_zone, resources.time_zone, listings.time_zone) as "timeZone",
         case when stay.of_block then 0 else resources.notice_minutes end as "noticeMinutes",
         case when stay.of_block then null else resources.horizon_days end as "horizonDays",
         floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "lookedAtMs",
         to_char(nights.night, 'YYYY-MM-DD') as night,
         nights.pool_id as "poolId",
         ${termsColumns()}
  from unnest($2::uuid[], $3::boolean[], $4::date[], $5::date[]) with ordinality
    as stay (resource_id, of_block, check_in, check_out, stay_no)
  left join resources
    on resources.listing_id = $1
    and resources.resource_id = stay.resource_id
    and resources.private = stay.of_block
  left join listings on listings.listing_id = resources.listing_id
  left join blocks
    on blocks.listing_id = resources.listing_id
    and blocks.block_id = resources.resource_id
  left join resources as hotel
    on hotel.listing_id = blocks.listing_id
    and hotel.resource_id = blocks.resource_id
  left join nights
    on nights.listing_id = resources.listing_id
    and nights.resource_id = resources.resource_id
    and nights.night >= stay.check_in
    and nights.night <= stay.check_out
  order by stay.stay_no, nights.night`

interface StayRow extends Omit<NightFound, 'night'>, BookingTerms {
  readonly stayNo: number
  readonly known: boolean
  readonly open: boolean | null
  readonly timeZone: string
  readonly lookedAtMs: number
  readonly night: string | null
}

/** Looks up the nights of all `stays` in one statement; one entry for each, in their order. */
export async function findStays(
  db: Pick<Tx, 'query'>,
  listingId: string,
  stays: readonly Stay[],
): Promise<readonly StayFound[]> {
  const rows = await db.query<StayRow>(SELECT_FOR_STAYS, [
    listingId,
    plainArray(stays.map(resourceOf)),
    stays.map((stay) => 'blockId' in stay),
    plainArray(stays.map((stay) => stay.checkIn)),
    plainArray(stays.map((stay) => stay.checkOut)),
  ])
  const byStay = new Map<number, StayRow[]>()
  for (const row of rows) byStay.set(row.stayNo, [...(byStay.get(row.stayNo) ?? []), row])
  return stays.map((stay, i) => {
    const found = byStay.get(i + 1) ?? []
    const [first] = found
    const there = found.flatMap((row) => (row.night === null ? [] : [nightFound(row, row.night)]))
    const departure = there.find(({ night }) => night === stay.checkOut)
    return {
      stay,
      known: first?.known ?? false,
      open: first?.open ?? false,
      timeZone: first?.timeZone ?? 'UTC',
      noticeMinutes: first?.noticeMinutes ?? 0,
      horizonDays: first?.horizonDays ?? null,
      lookedAtMs: first?.lookedAtMs ?? 0,
      nights: there.filter((each) => each !== departure),
      closedToDeparture: departure?.closedToDeparture ?? false,
    }
  })
}

function nightFound(row: StayRow, night: string): NightFound {
  const { poolId, minimumStay, maximumStay, onSale, closedToArrival, closedToDeparture } = row
  return { night, poolId, minimumStay, maximumStay, onSale, closedToArrival, closedToDeparture }
}
