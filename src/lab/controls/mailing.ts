/** What controls that mail by themselves have in common: their requests take the events out of the outbox. */
import type { OutboxEvent } from '../../domain/event.js'
import type { Tx } from '../../storage/driver/database.js'
import { sql } from '../../storage/driver/statement.js'
import { EVENT_COLUMNS } from '../../storage/tables/notices/events.js'

/** Sends the mails that tell of an event, and waits for the mail server; `tx` is where the booking can be read. */
export type MailNow = (event: OutboxEvent, tx: Pick<Tx, 'query'>) => Promise<void>

const TAKE_OWN = sql('mailing.take_own_events')`
  delete from events
  where xmin = pg_current_xact_id()::xid
  returning ${EVENT_COLUMNS}`

/** The events that this very transaction has written, and which nobody is going to find in the outbox. */
export function takeOwnEvents(tx: Pick<Tx, 'query'>): Promise<readonly OutboxEvent[]> {
  return tx.query<OutboxEvent>(TAKE_OWN)
}
