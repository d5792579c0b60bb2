/**
 * An SMTP server on this machine alone, so that the demo sends real mails without anybody's mail
 * server. Whatever arrives is kept in a folder; nothing is passed on.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { MAIL_BYTES_MAX, type MailboxFolder } from './folder.js'

export interface MailboxServer {
  /** For `MAIL_URL`: `smtp://127.0.0.1:…` */
  readonly url: string
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'
const CLIENTS_MAX = 50
const SOCKET_TIMEOUT_MS = 10_000

/** Listens on a free port of 127.0.0.1. */
export async function startMailbox(folder: MailboxFolder): Promise<MailboxServer> {
  const server = new SMTPServer({
    name: 'mailbox.holdfast.localhost',
    banner: 'the mailbox of the demo',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAIL_BYTES_MAX,
    maxClients: CLIENTS_MAX,
    socketTimeout: SOCKET_TIMEOUT_MS,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = []
      let bytes = 0
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= MAIL_BYTES_MAX) chunks.push(chunk)
      })
      stream.on('end', () => {
        if (bytes > MAIL_BYTES_MAX) return callback(refusal(552, 'the mail is too large'))
        folder.keep(Buffer.concat(chunks)).then(
          () => callback(null),
          () => callback(refusal(451, 'the mail could not be kept')),
        )
      })
    },
  })
  // A client that breaks off harms nobody.
  server.on('error', () => {})
  server.listen(0, LOOPBACK)
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://${LOOPBACK}:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
