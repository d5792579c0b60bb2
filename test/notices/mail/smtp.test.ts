/** Real SMTP servers that take, refuse, hang and break off: what comes of a mail. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll, describe, expect, test } from 'vitest'
import { createSmtp } from '../../../src/notices/mail/smtp.js'
import { ADA, FROM } from './sample-mails.js'

const NEVER = new AbortController().signal
const envelope = {
  from: FROM.address,
  to: ADA,
  message: Buffer.from('Subject: Hi\r\n\r\nHello\r\n'),
}
const closing: (() => void)[] = []
afterAll(() => {
  for (const close of closing) close()
})

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

async function startServer(options: SMTPServerOptions = {}) {
  const arrived: { readonly to: string[]; readonly message: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      void text(stream).then((message) => {
        arrived.push({ to: session.envelope.rcptTo.map(({ address }) => address), message })
        callback()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  closing.push(() => server.close())
  const { port } = server.server.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, port, arrived }
}

/** A server that speaks as `onLine` says. */
async function startTalking(greeting: string, onLine: (line: string, socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (greeting !== '') socket.write(greeting)
    socket.setEncoding('utf8').on('data', (lines: string) => {
      for (const line of lines.split('\r\n').filter((each) => each !== '')) onLine(line, socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, sockets }
}

const EASY: Readonly<Record<string, string>> = {
  EHLO: '250 at your service\r\n',
  MAIL: '250 fine\r\n',
  RCPT: '250 fine\r\n',
  DATA: '354 go on\r\n',
}

describe('what comes of a mail', () => {
  test('it is delivered to one recipient, and the server’s answer is kept', async () => {
    const server = await startServer()
    const result = await createSmtp({ url: server.url })(envelope, NEVER)
    expect(result).toMatchObject({ kind: 'delivered', status: 250 })
    expect(server.arrived).toEqual([{ to: [ADA], message: 'Subject: Hi\r\n\r\nHello\r\n' }])
  })

  test('a user and a password are used, and a wrong one is tried again: somebody mends it', async () => {
    const server = await startServer({
      authOptional: false,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'ada@hotel' && password === 'p@ss:w'
          ? callback(null, { user: 1 })
          : callback(refusal(535, 'no')),
    })
    const at = (login: string) => `smtp://${login}@127.0.0.1:${server.port}`
    const send = createSmtp({ url: at('ada%40hotel:p%40ss%3Aw') })
    expect(await send(envelope, NEVER)).toMatchObject({ kind: 'delivered' })
    const wrong = await createSmtp({ url: at('ada%40hotel:wrong') })(envelope, NEVER)
    expect(wrong).toMatchObject({ kind: 'failed', again: true, status: 535 })
    expect(JSON.stringify(wrong)).not.toContain('wrong')
  })

  test.each([
    ['a recipient who is not there just now', { onRcptTo: 450 }, true],
    ['a recipient who does not exist', { onRcptTo: 550 }, false],
    ['a sender who may not', { onMailFrom: 553 }, true],
    ['a server that is busy', { onConnect: 421 }, true],
    ['a server that wants none of our mails', { onConnect: 554 }, true],
    ['a mail that is put off', { onData: 451 }, true],
    ['a mail that is refused', { onData: 554 }, false],
  ] as const)('%s: again is %j → %j', async (_what, codes, again) => {
    const [[where, code] = ['', 0]] = Object.entries(codes)
    const error = refusal(code, `no such mailbox: <${ADA}>`)
    const hooks: SMTPServerOptions = {
      onConnect: (_session, callback) => callback(where === 'onConnect' ? error : null),
      onMailFrom: (_address, _session, callback) => callback(where === 'onMailFrom' ? error : null),
      onRcptTo: (_address, _session, callback) => callback(where === 'onRcptTo' ? error : null),
    }
    const server = await startServer({
      ...hooks,
      ...(where === 'onData'
        ? {
            onData: (stream, _session, callback) => {
              void text(stream).then(() => callback(error))
            },
          }
        : {}),
    })
    const result = await createSmtp({ url: server.url })(envelope, NEVER)
    expect(result).toMatchObject({ kind: 'failed', again, status: code })
    // What is kept of an answer must not keep whose address it was.
    expect(JSON.stringify(result)).not.toContain(ADA)
  })

  test.each([
    ['never greets', '', () => {}],
    ['hangs after its greeting', '220 hello\r\n', () => {}],
    [
      'hangs in DATA',
      '220 hello\r\n',
      (line: string, socket: Socket) => {
        socket.write(EASY[line.slice(0, 4)] ?? '')
      },
    ],
  ] as const)(
    'a server that %s costs its time-out, and no more',
    async (_what, greeting, onLine) => {
      const { url, sockets } = await startTalking(greeting, onLine)
      const result = await createSmtp({ url, timeoutMs: 200 })(envelope, NEVER)
      expect(result).toMatchObject({ kind: 'failed', again: true })
      await expect.poll(() => sockets.size).toBe(0)
    },
  )

  test.each([
    ['at once', '', (_line: string, _socket: Socket) => {}, true],
    ['amid the mail', '220 hello\r\n', breakOffAt('Hello'), false],
    ['before its last answer', '220 hello\r\n', breakOffAt('.'), false],
  ] as const)('a server that closes %s is tried again', async (_when, greeting, onLine, atOnce) => {
    const { url, sockets } = await startTalking(greeting, onLine)
    if (atOnce) setTimeout(() => [...sockets].map((socket) => socket.destroy()), 50)
    const result = await createSmtp({ url })(envelope, NEVER)
    expect(result).toMatchObject({ kind: 'failed', again: true })
    expect(result).not.toHaveProperty('status')
  })

  test('nobody listens: tried again', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const result = await createSmtp({ url: `smtp://127.0.0.1:${port}` })(envelope, NEVER)
    expect(result).toMatchObject({ kind: 'failed', again: true })
  })

  test('an attempt that is given up ends its connection', async () => {
    const { url, sockets } = await startTalking('220 hello\r\n', () => {})
    const attempt = new AbortController()
    const sent = createSmtp({ url })(envelope, attempt.signal)
    void expect
      .poll(() => sockets.size)
      .toBe(1)
      .then(() => attempt.abort())
    expect(await sent).toMatchObject({
      kind: 'failed',
      again: true,
      reason: 'the attempt was given up',
    })
    await expect.poll(() => sockets.size).toBe(0)
  })
})

function breakOffAt(end: string) {
  return (line: string, socket: Socket) => {
    if (line === end) socket.destroy()
    else socket.write(EASY[line.slice(0, 4)] ?? '')
  }
}
