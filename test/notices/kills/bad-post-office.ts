/** An SMTP server that takes mails, and as often refuses, hangs or breaks off, as a seed draws it. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { headersOf } from '../../../src/lab/mails/headers.js'
import { createRandom } from '../../../src/lab/race/random.js'

export interface ArrivedMail {
  readonly to: string
  readonly messageId: string
  readonly reservationId?: string
}

const FAULTS = [
  'busy at the greeting',
  'no mails at the greeting',
  'not this sender',
  'recipient not there now',
  'no such recipient',
  'mail put off',
  'mail refused',
  'hangs',
  'closes amid the mail',
  'closes before its answer',
] as const

export type MailFault = (typeof FAULTS)[number]

const CODES: { readonly [Fault in MailFault]?: number } = {
  'busy at the greeting': 421,
  'no mails at the greeting': 554,
  'not this sender': 553,
  'recipient not there now': 450,
  'no such recipient': 550,
  'mail put off': 451,
  'mail refused': 554,
}

/** How often something goes wrong: one connection in so many. */
const FAULT_IN = 4

export async function openBadPostOffice(seed: number) {
  const random = createRandom(seed)
  const arrived: ArrivedMail[] = []
  const faults = new Map<MailFault, number>()
  const drawn = new Map<string, MailFault | undefined>()
  let isWell = false

  const draw = ({ id }: SMTPServerSession): MailFault | undefined => {
    const goesWrong = !isWell && random() < 1 / FAULT_IN
    const fault = goesWrong ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined
    drawn.set(id, fault)
    if (fault !== undefined) faults.set(fault, (faults.get(fault) ?? 0) + 1)
    return fault
  }
  /** The refusal of this session, when it is due at this point. */
  const refusal = (session: SMTPServerSession, ...here: readonly MailFault[]) => {
    const fault = drawn.get(session.id)
    if (fault === undefined || !here.includes(fault)) return null
    return Object.assign(new Error(fault), { responseCode: CODES[fault] })
  }
  const breakOff = ({ id }: SMTPServerSession) => {
    for (const connection of server.connections) if (connection.id === id) connection.close()
  }

  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect(session, callback) {
      draw(session)
      callback(refusal(session, 'busy at the greeting', 'no mails at the greeting'))
    },
    onMailFrom: (_address, session, callback) => callback(refusal(session, 'not this sender')),
    onRcptTo(_address, session, callback) {
      if (drawn.get(session.id) === 'hangs') return
      callback(refusal(session, 'recipient not there now', 'no such recipient'))
    },
    onData(stream, session, callback) {
      const fault = drawn.get(session.id)
      if (fault === 'closes amid the mail') stream.once('data', () => breakOff(session))
      text(stream).then((message) => {
        if (fault === 'closes amid the mail') return
        const refused = refusal(session, 'mail put off', 'mail refused')
        if (refused !== null) return callback(refused)
        for (const { address: to } of session.envelope.rcptTo) {
          arrived.push({ to, ...headersOf(message) })
        }
        // It is in the mailbox, and whoever sent it does not know.
        if (fault === 'closes before its answer') breakOff(session)
        else callback(null)
      }, callback)
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    arrived,
    /** How often each thing went wrong. */
    faults,
    /** From now on nothing goes wrong. */
    recover: () => {
      isWell = true
    },
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}
