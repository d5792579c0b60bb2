/**
 * The mail server of a race: it takes every mail, and notes who was sent which. It is in the process of
 * the race, so that no kill of a server takes a mail away that had arrived.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import type { MailRecord } from '../history/history.js'
import { nowNs } from '../history/recorder.js'
import { headersOf } from './headers.js'

export interface PostOffice {
  /** As servers are given it: `smtp://127.0.0.1:…` */
  readonly url: string
  /** In the order of their arrival. */
  readonly mails: readonly MailRecord[]
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'
/** Servers that were killed have left their connections behind. */
const CLOSE_WITHIN_MS = 100

/** Listens on a free port of 127.0.0.1. */
export async function openPostOffice(): Promise<PostOffice> {
  const mails: MailRecord[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: CLOSE_WITHIN_MS,
    onData(stream, session, callback) {
      text(stream).then((message) => {
        const receivedNs = nowNs()
        for (const { address } of session.envelope.rcptTo) {
          mails.push({ type: 'mail', to: address, ...headersOf(message), receivedNs })
        }
        callback(null)
      }, callback)
    },
  })
  // A server that is killed amid a mail breaks off.
  server.on('error', () => {})
  server.listen(0, LOOPBACK)
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://${LOOPBACK}:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
