/**
 * mail-before-commit: the request sends the mail, and then COMMIT. UNSAFE.
 *
 * The booking is written, so the customer can be told of it; if the mail cannot be sent, everything is
 * rolled back, which looks careful. A mail cannot be rolled back. When the server is killed before COMMIT,
 * or the database refuses it, the customer has a confirmation of a booking that never came to be.
 *
 * Found in: Attendize/Attendize#306, whose orders are mailed in their transaction;
 * ida-arbeitszeit/workers-control#1393, where the mail is out when the request is rolled back.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../storage/driver/database.js'
import { pessimistic } from '../../strategies/pessimistic.js'
import type { Control } from './control.js'
import { type MailNow, takeOwnEvents } from './mailing.js'

export const mailBeforeCommit: Control = {
  ...pessimistic,
  name: 'mail-before-commit',
  idea: 'send the mail, then commit',
  safe: false,
  mails: 'by itself',
  spoil: (db, mailNow) => ({ ...db, transaction: mailingFirst(db, mailNow) }),
}

/** What else such a request does before COMMIT: it writes to a log far away, and tells the shop. */
const AFTERWARDS_MS = 300

function mailingFirst(db: Database, mailNow: MailNow): Database['transaction'] {
  return (isolation, work, options) =>
    db.transaction(
      isolation,
      async (tx) => {
        const decision = await work(tx)
        const events = decision.keep ? await takeOwnEvents(tx) : []
        for (const event of events) await mailNow(event, tx)
        if (events.length > 0) await pause(AFTERWARDS_MS)
        return decision
      },
      options,
    )
}
