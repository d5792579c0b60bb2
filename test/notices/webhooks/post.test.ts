/** One POST, to receivers of every kind: they are slow, talk for ever, send elsewhere, hang up. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { post } from '../../../src/notices/webhooks/post.js'
import { secretsOf, signatureHeaders } from '../../../src/notices/webhooks/signatures.js'
import { useReceiver } from '../../support/http/receiver.js'

const receiver = useReceiver()
const toLoopback = { toLoopback: true, headers: {}, body: '{}' }
const ask = (options = {}) => post(receiver.url, { ...toLoopback, ...options })

test('Standard Webhooks’ own verifier accepts what is sent, with either of two secrets', async () => {
  const rotated = { webhookId: 'w1', secretSalt: 'b', oldSecretSalt: 'a' }
  const [fresh, old = ''] = secretsOf(Buffer.alloc(32), rotated)
  const body = JSON.stringify({ type: 'reservation.confirmed', data: { customer: 'Zoë 🎾' } })
  const headers = signatureHeaders({ id: 'evt_1', body }, [fresh, old])
  receiver.answer = (response) => response.writeHead(204).end()
  const result = await ask({ headers, body })
  expect(result).toEqual({ kind: 'answered', status: 204, answer: '' })
  const got = receiver.received.at(-1)
  for (const secret of [old, fresh]) {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const verifier = new Webhook(secret)
    expect(verifier.verify(got?.body ?? '', got?.headers as never)).toEqual(JSON.parse(body))
  }
  const verifier = new Webhook(fresh)
  const forged = () => verifier.verify(`${got?.body} `, got?.headers as never)
  expect(forged).toThrow('No matching signature')
  const [foreign] = secretsOf(Buffer.alloc(32), { ...rotated, webhookId: 'w2' })
  const other = new Webhook(foreign)
  expect(() => other.verify(got?.body ?? '', got?.headers as never)).toThrow(
    'No matching signature',
  )
})

test('a redirect is an answer, and is not followed', async () => {
  const before = receiver.received.length
  receiver.answer = (response) => response.writeHead(302, { location: `${receiver.url}/b` }).end()
  expect(await ask()).toEqual({ kind: 'answered', status: 302, answer: '' })
  expect(receiver.received).toHaveLength(before + 1)
})

test('a receiver that never answers is given up', async () => {
  receiver.answer = () => {}
  const result = await ask({ timeoutMs: 30 })
  expect(result).toEqual({ kind: 'unanswered', reason: 'no answer within 30 ms' })
})

test('a name server that never answers is given up', async () => {
  const resolve = () => new Promise<string[]>(() => {})
  const result = await post('https://hooks.example.com', { ...toLoopback, resolve, timeoutMs: 30 })
  expect(result).toEqual({ kind: 'unanswered', reason: 'no answer within 30 ms' })
})

test('a status that has arrived counts, though the rest of the answer never comes', async () => {
  receiver.answer = (response) => response.writeHead(200).write('half of')
  expect(await ask({ timeoutMs: 300 })).toEqual({
    kind: 'answered',
    status: 200,
    answer: 'half of',
  })
})

test('an answer without an end is read up to 64 KB, and the first kilobyte is kept', async () => {
  let sentBytes = 0
  receiver.answer = (response) => {
    response.writeHead(500)
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000))) sentBytes += 10_000
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  }
  const result = await ask({ timeoutMs: 60_000 })
  expect(result).toEqual({ kind: 'answered', status: 500, answer: 'x'.repeat(1_024) })
  expect(sentBytes).toBeGreaterThan(0)
})

test('what cannot be stored or would lie in a terminal is no part of the answer that is kept', async () => {
  receiver.answer = (response) => response.end('a\u0000b\u001b[2J\u202ec\nd')
  expect(await ask()).toMatchObject({ answer: 'a\ufffdb\ufffd[2J\ufffdc\nd' })
})

test('a receiver that hangs up, or is not there, has not answered', async () => {
  receiver.answer = (response) => response.socket?.destroy()
  expect(await ask()).toEqual({ kind: 'unanswered', reason: 'socket hang up' })
  const nobody = await post('http://127.0.0.1:1', toLoopback)
  expect(nobody).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') })
})

test('whoever ends the sender is not kept waiting', async () => {
  receiver.answer = () => {}
  const ending = new AbortController()
  const result = ask({ signal: ending.signal, timeoutMs: 60_000 })
  ending.abort()
  expect(await result).toEqual({ kind: 'unanswered', reason: 'ended early' })
})

test('without the switch nothing goes to this machine, by address or by name', async () => {
  const before = receiver.received.length
  const resolve = async () => ['127.0.0.1']
  for (const url of [receiver.url, 'https://hooks.example.com']) {
    expect(await post(url, { headers: {}, body: '{}', resolve })).toMatchObject({
      kind: 'unanswered',
      reason: expect.stringMatching(/none that a webhook may have|not on the public internet/),
    })
  }
  expect(receiver.received).toHaveLength(before)
})

test('the address that was looked at is the one that is connected to: a name is asked about once', async () => {
  let asked = 0
  // Given out to swallow what nobody wants (AS112, RFC 7535). The second answer would be this machine.
  const resolve = async () => [asked++ === 0 ? '192.31.196.1' : '127.0.0.1']
  const connectedTo: string[] = []
  const onRequest = (message: unknown) => {
    const { request } = message as { readonly request: ClientRequest }
    request.socket?.on('lookup', (_error, address) => connectedTo.push(address))
  }
  subscribe('http.client.request.start', onRequest)
  try {
    const options = { headers: {}, body: '{}', resolve, timeoutMs: 100 }
    const result = await post('https://hooks.example.com', options)
    expect(result.kind).toBe('unanswered')
  } finally {
    unsubscribe('http.client.request.start', onRequest)
  }
  expect([asked, connectedTo]).toEqual([1, ['192.31.196.1']])
})
