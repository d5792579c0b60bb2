/** Statements on `listeners`: who wants to hear of a listing, or of every listing (`EVERY_LISTING`). */
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'

export interface Listener {
  /** `EVERY_LISTING` for one that hears of all. */
  readonly listingId: string
  readonly channel: string
  readonly destination: string
}

const SET = sql('listeners.set')`
  insert into listeners (listing_id, channel, destination, until)
  values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
  on conflict (listing_id, channel, destination) do update
  set until = excluded.until`

/** @param seconds for how long; default until it is removed */
export async function setListener(
  db: Pick<Tx, 'query'>,
  { listingId, channel, destination }: Listener,
  seconds?: number,
): Promise<void> {
  await db.query(SET, [listingId, channel, destination, seconds ?? null])
}

const REMOVE = sql('listeners.remove')`
  delete from listeners
  where listing_id = $1
    and channel = $2
    and destination = $3`

export async function removeListener(
  db: Pick<Tx, 'query'>,
  { listingId, channel, destination }: Listener,
): Promise<void> {
  await db.query(REMOVE, [listingId, channel, destination])
}
