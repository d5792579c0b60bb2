/** How the servers of a race send mails: by the outbox, or, under a control that does so, by the request itself. */
import { createTokens } from '../../access/tokens.js'
import { emailChannel, type MailOptions } from '../../engine/notices/email.js'
import { createSmtp } from '../../notices/mail/smtp.js'
import { readTemplates } from '../../notices/mail/template-folder.js'
import type { Database, Tx } from '../../storage/driver/database.js'
import { EVERY_LISTING } from '../../storage/tables/notices/events.js'
import { setListener } from '../../storage/tables/notices/listeners.js'
import type { MailNow } from '../controls/mailing.js'

const FROM = { name: 'The lab', address: 'bookings@lab.example' }
const LINKS = 'http://lab.example'

/** @param url the SMTP server of the race */
export async function mailOptionsOf(url: string): Promise<MailOptions> {
  return {
    send: createSmtp({ url }),
    from: FROM,
    staff: undefined,
    language: 'en',
    templates: await readTemplates(undefined),
    publicUrl: () => LINKS,
    pages: true,
  }
}

/** The same mails, for requests that send them without the outbox: nobody else may hear of the events. */
export async function mailNowOf(db: Database, options: MailOptions): Promise<MailNow> {
  const tokens = createTokens(db)
  const make = emailChannel(options)
  const { name, everyListing = '' } = make({ db, tokens })
  const listener = { listingId: EVERY_LISTING, channel: name, destination: everyListing }
  await setListener(db, listener)
  // All connections may be in transactions that wait for their mails.
  await tokens.ready()
  return async (event, tx) => {
    const channel = make({ db: { ...db, query: queryOf(tx) }, tokens })
    for (const destination of await channel.destinationsOf(event)) {
      const { signal } = new AbortController()
      await channel.deliver(event, destination, { deliveryId: event.eventId, number: 1, signal })
    }
  }
}

function queryOf(tx: Pick<Tx, 'query'>): Tx['query'] {
  return (statement, values) => tx.query(statement, values)
}
