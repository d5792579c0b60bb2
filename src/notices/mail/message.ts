/** A mail as the bytes that go over the wire. */
import MailComposer from 'nodemailer/lib/mail-composer'
import { isAddress } from '../../domain/reservation/address.js'
import type { Sender } from './address.js'
import type { Invitation } from './calendar.js'

export interface Mail {
  /** Stable over attempts: a mail that is sent twice is one in the mailbox. */
  readonly eventId: string
  /** Mails about one subject are one conversation in the mailbox. */
  readonly subjectId: string
  readonly from: Sender
  /** One plain address. */
  readonly to: string
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly invitation?: Invitation | undefined
  /** When it is sent. */
  readonly atMs: number
}

/** As long as a subject may be, in characters; mailboxes show fewer. */
const SUBJECT_LENGTH_MAX = 200

/** The name that makes a mail one, whenever and however often it is sent: `<event@host of the sender>`. */
function messageIdOf(eventId: string, from: Sender): string {
  return `<${eventId}@${from.address.split('@')[1]}>`
}

/**
 * Writes a mail.
 *
 * @throws Error when it is not for exactly one plain address, or a header would have two lines
 */
export async function messageOf(mail: Mail): Promise<Buffer> {
  const { eventId, subjectId, from, to, invitation } = mail
  if (!isAddress(to)) throw new Error('a mail goes to one plain address')
  const subject = oneLine(mail.subject)
  const composer = new MailComposer({
    from: from.name === '' ? from.address : { name: oneLine(from.name), address: from.address },
    to: { name: '', address: to },
    subject,
    date: new Date(mail.atMs),
    messageId: messageIdOf(eventId, from),
    references: messageIdOf(subjectId, from),
    text: mail.text,
    html: mail.html,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': mail.language,
    },
    ...(invitation === undefined
      ? {}
      : {
          icalEvent: {
            method: invitation.method,
            filename: invitation.method === 'CANCEL' ? 'cancelled.ics' : 'invitation.ics',
            content: invitation.text,
          },
        }),
    newline: 'windows',
    // Nothing in a mail is read from a file or fetched from a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

/** @throws Error for text that would end a header: whoever wrote it wanted to write another */
function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error('a header has one line')
  return [...text].slice(0, SUBJECT_LENGTH_MAX).join('')
}
