/** What the lab reads of a mail: its name, and which reservation it is about. Pure. */
import type { MailRecord } from '../history/history.js'

const MESSAGE_ID = /^message-id:\s*<([^<>]*)>/im
/** The conversation that a mail belongs to: `<reservation@host>`. */
const REFERENCES = /^references:\s*<([^<>@]*)@/im

/**
 * Reads a mail's headers.
 *
 * @returns an empty `messageId` for a mail without one, and no `reservationId` for one that refers to none
 */
export function headersOf(message: string): Pick<MailRecord, 'messageId' | 'reservationId'> {
  const [head = ''] = message.split('\r\n\r\n', 1)
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ')
  const [, messageId = ''] = MESSAGE_ID.exec(unfolded) ?? []
  const [, reservationId] = REFERENCES.exec(unfolded) ?? []
  return { messageId, ...(reservationId === undefined ? {} : { reservationId }) }
}
