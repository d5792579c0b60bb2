/** The demo's mailbox: what arrives over SMTP is kept, within bounds, and shown without being obeyed. */

import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mailboxRoutes } from '../../../src/http/mailbox/route.js'
import { standardHeaders } from '../../../src/http/wire/standard-headers.js'
import { createSmtp } from '../../../src/notices/mail/smtp.js'
import {
  MAIL_BYTES_MAX,
  type MailboxFolder,
  openMailbox,
} from '../../../src/notices/mailbox/folder.js'
import { type MailboxServer, startMailbox } from '../../../src/notices/mailbox/server.js'
import { ADA, customerFacts, FROM, mailOf, TURF_HOUR } from '../mail/sample-mails.js'

const NEVER = new AbortController().signal
let home: string
let mailbox: MailboxFolder
let server: MailboxServer

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-mailbox-'))
  mailbox = openMailbox(join(home, 'mails'), 3)
  server = await startMailbox(mailbox)
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true })
})

function send(message: string | Buffer, to = ADA) {
  const envelope = { from: FROM.address, to, message: Buffer.from(message) }
  return createSmtp({ url: server.url })(envelope, NEVER)
}

/** A mail of a few lines. */
function plainMail(name: string, to = ADA): string {
  return `From: a@b.example\r\nTo: ${to}\r\nSubject: ${name}\r\nMessage-ID: <${name}@b.example>\r\n\r\n${name}\r\n`
}

async function subjects(): Promise<string[]> {
  return (await mailbox.list()).map(({ subject }) => subject)
}

async function page(url: string) {
  const app = Fastify()
  standardHeaders(app)
  mailboxRoutes(app, mailbox)
  const { statusCode, headers, body } = await app.inject(url)
  await app.close()
  return { statusCode, headers, body }
}

test('an empty mailbox says what to do', async () => {
  const { statusCode, body, headers } = await page('/mailbox')
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(body).toContain('No mail yet')
})

test('shows what arrived: as it looks, as text, its calendar entry and its source', async () => {
  const name = '</style><script>alert(1)</script><img src=x onerror=alert(1)>'
  const { message } = await mailOf(customerFacts('confirmed', [{ ...TURF_HOUR, name }]), 'en')
  expect(await send(message)).toMatchObject({ kind: 'delivered' })
  const [mail] = await mailbox.list()
  const at = `/mailbox/${mail?.mailId}`
  const shown = await Promise.all(
    ['', `${at}`, `${at}?part=text`, `${at}?part=calendar`, `${at}?part=source`].map((url) =>
      page(url === '' ? '/mailbox' : url),
    ),
  )
  for (const { statusCode, headers, body } of shown) {
    expect(statusCode).toBe(200)
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(body).not.toMatch(/<script|<img/)
  }
  expect(shown[0]?.body).toContain('Booking confirmed: &lt;/style&gt;&lt;script&gt;')
  expect(shown[1]?.body).toContain(
    `<iframe sandbox title="The mail as it is shown" src="${at}/html">`,
  )
  expect(shown[2]?.body).toContain('Friday')
  expect(shown[3]?.body).toContain('BEGIN:VEVENT')
  expect(shown[4]?.body).toContain('Auto-Submitted: auto-generated')
  const frame = await page(`${at}/html`)
  expect(frame.headers['content-security-policy']).toMatch(/^sandbox; default-src 'none';/)
  expect(frame.headers['content-security-policy']).toContain("frame-ancestors 'self'")
  expect(frame.headers['x-frame-options']).toBe('SAMEORIGIN')
  const entry = await page(`${at}/invitation.ics`)
  expect(entry.headers['content-type']).toBe('text/calendar; charset=utf-8')
  expect(entry.body).toMatch(/^BEGIN:VCALENDAR/)
  expect((await page(`${at}/mail.eml`)).body).toBe(message.toString())
})

test('a mail that arrives twice is one, and old mails make room for new ones', async () => {
  for (const name of ['one', 'two', 'two', 'three']) await send(plainMail(name))
  expect(await subjects()).toEqual(['three', 'two', 'one'])
  expect((await readdir(join(home, 'mails'))).every((name) => name.endsWith('.eml'))).toBe(true)
})

test('erasing a person removes their mails, and nobody else’s', async () => {
  await send(plainMail('hers', 'Eve@example.com'), 'eve@example.com')
  expect(await mailbox.erase('eve@EXAMPLE.com')).toBe(1)
  expect(await subjects()).toEqual(['three', 'two'])
})

test('what is too large is refused for good', async () => {
  const large =
    plainMail('large') +
    'x'
      .repeat(70)
      .concat('\r\n')
      .repeat(MAIL_BYTES_MAX / 72 + 1)
  expect(await send(large)).toMatchObject({ kind: 'failed', again: false, status: 552 })
  expect(await subjects()).toEqual(['three', 'two'])
})

test('a client that breaks off or talks nonsense leaves nothing and harms nobody', async () => {
  const talk = async (lines: string) => {
    const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1')
    await once(socket, 'data')
    socket.end(lines)
    return text(socket)
  }
  await talk('EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: half')
  expect(await talk('\0\x01 \r\nQUIT\r\n')).toContain('500')
  expect(await subjects()).toEqual(['three', 'two'])
})

test.each([
  '/mailbox/nobody',
  '/mailbox/..%2f..%2fetc%2fpasswd',
  '/mailbox/1764234000000-000000000000000000000000',
  '/mailbox/1764234000000-000000000000000000000000/html',
  '/mailbox/%00/mail.eml',
])('%s is not there', async (url) => {
  expect((await page(url)).statusCode).toBe(404)
})

test('a mail without a calendar entry has none to open', async () => {
  const [mail] = await mailbox.list()
  expect((await page(`/mailbox/${mail?.mailId}/invitation.ics`)).statusCode).toBe(404)
  expect((await page(`/mailbox/${mail?.mailId}?part=calendar`)).body).toContain('Message-ID')
})

test('everything can be emptied', async () => {
  await mailbox.empty()
  expect(await subjects()).toEqual([])
})
