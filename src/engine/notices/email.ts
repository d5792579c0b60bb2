/** The channel of e-mail on a database: what it looks up there, and where its links lead. */
import { createEmailChannel, type EmailOptions } from '../../notices/channels/email.js'
import type { MakeChannel } from './notices.js'

/** How mails are sent, and what they look like. */
export interface MailOptions
  extends Pick<EmailOptions, 'send' | 'from' | 'staff' | 'language' | 'templates'> {
  /** Where customers reach the service, without a slash at the end. */
  readonly publicUrl: () => string
  /** Whether a page shows reservations there; else links lead to the API. */
  readonly pages: boolean
}

export function emailChannel({ publicUrl, pages, ...mail }: MailOptions): MakeChannel {
  return ({ db, tokens }) =>
    createEmailChannel({
      ...mail,
      db,
      // Behind the `#`, which browsers send to nobody.
      linkOf: async (listingId, reservationId) => {
        const token = await tokens.tokenOf(listingId, reservationId)
        const path = pages
          ? `/r/${listingId}/${reservationId}`
          : `/v1/listings/${listingId}/reservations/${reservationId}`
        return `${publicUrl()}${path}#${token}`
      },
    })
}
