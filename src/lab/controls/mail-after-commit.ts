/**
 * mail-after-commit: the request commits, and then sends the mail itself. UNSAFE.
 *
 * Now no mail is sent for what was rolled back. But between COMMIT and the mail server's answer nothing but
 * the memory of one process knows that a mail is to be sent. When that process is killed, the booking is
 * there and its customer never hears of it; a client that asks again gets the answer that was kept, and
 * no mail either.
 *
 * Found in: OpenShock/API#327, whose requests sent mails until a restart lost them; EdwinVW/pitstop#91.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { OutboxEvent } from '../../domain/event.js'
import type { Database } from '../../storage/driver/database.js'
import { pessimistic } from '../../strategies/pessimistic.js'
import type { Control } from './control.js'
import { type MailNow, takeOwnEvents } from './mailing.js'

export const mailAfterCommit: Control = {
  ...pessimistic,
  name: 'mail-after-commit',
  idea: 'commit, then send the mail',
  safe: false,
  mails: 'by itself',
  spoil: (db, mailNow) => ({ ...db, transaction: mailingLast(db, mailNow) }),
}

/** What such a request does first: it draws the ticket, or waits for a worker of a queue in memory. */
const BEFOREHAND_MS = 300

function mailingLast(db: Database, mailNow: MailNow): Database['transaction'] {
  return async (isolation, work, options) => {
    let events: readonly OutboxEvent[] = []
    const value = await db.transaction(
      isolation,
      async (tx) => {
        const decision = await work(tx)
        events = decision.keep ? await takeOwnEvents(tx) : []
        return decision
      },
      options,
    )
    if (events.length > 0) await pause(BEFOREHAND_MS)
    for (const event of events) await mailNow(event, db)
    return value
  }
}
