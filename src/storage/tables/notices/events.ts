/** Statements that write `events`: the outbox, in the transaction that the events tell of. */
import type { NewEvent } from '../../../domain/event.js'
import { NIL_ID } from '../../../domain/ids.js'
import type { Tx } from '../../driver/database.js'
import { insertion } from '../../driver/insertion.js'
import { sql } from '../../driver/statement.js'

/** Stands in `listeners` for every listing. */
export const EVERY_LISTING = NIL_ID

/**
 * An expression of SQL: true of a listing that somebody listens to. The table is small: it can be on every
 * shard.
 *
 * @param listingId an expression, too
 */
export const isListenedTo = (listingId: string): string => `exists (
           select
           from listeners
           where (listeners.listing_id = ${listingId} or listeners.listing_id = '${EVERY_LISTING}')
             and (listeners.until is null or listeners.until > statement_timestamp())
         )`

/** A row as an `OutboxEvent`. */
export const EVENT_COLUMNS = `
         events.event_id as "eventId",
         events.kind,
         events.listing_id as "listingId",
         events.subject_id as "subjectId",
         events.version,
         floor(extract(epoch from events.at) * 1000)::bigint as "atMs",
         events.snapshot`

const insertEvents = insertion<NewEvent>('events', [
  ['event_id', 'uuid', ({ eventId }) => eventId],
  ['kind', 'text', ({ kind }) => kind],
  ['subject_id', 'uuid', ({ subjectId }) => subjectId],
  ['version', 'integer', ({ version }) => version],
  ['snapshot', 'jsonb', ({ snapshot }) => JSON.stringify(snapshot)],
])

const INSERT_IF_LISTENED = sql('events.insert_if_listened')`
  insert into events (listing_id, event_id, kind, subject_id, version, snapshot)
  select listings.listing_id, told.event_id, told.kind, told.subject_id, told.version, told.snapshot
  from listings
  cross join jsonb_to_recordset($2::jsonb)
    as told (event_id uuid, kind text, subject_id uuid, version integer, snapshot jsonb)
  where listings.listing_id = $1
    and ${isListenedTo('listings.listing_id')}`

/**
 * Writes events.
 *
 * @param listened true when somebody listens to the listing; undefined: the database looks
 */
export function sendEvents(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  events: readonly NewEvent[],
  listened: true | undefined,
): void {
  if (events.length === 0) return
  if (listened === true) {
    insertEvents(tx, listingId, events)
    return
  }
  const rows = events.map(({ eventId, kind, subjectId, version, snapshot }) => ({
    ...{ event_id: eventId, kind, subject_id: subjectId, version, snapshot },
  }))
  tx.send(INSERT_IF_LISTENED, [listingId, JSON.stringify(rows)])
}

const SET_ASIDE = sql('events.set_aside')`
  update events
  set failures = failures + 1,
      again_at = to_timestamp(
        extract(epoch from statement_timestamp()) + least(600, power(2, least(failures, 10)))
      )
  where listing_id = $1
    and event_id = $2`

/** An event that could not be dispatched is tried again after 1 s, 2 s and so on, at last each 10 min. */
export async function setAside(
  db: Pick<Tx, 'query'>,
  listingId: string,
  eventId: string,
): Promise<void> {
  await db.query(SET_ASIDE, [listingId, eventId])
}
