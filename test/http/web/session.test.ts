/** The staff's session: a cookie in place of a key. */
import { beforeAll, describe, expect, test } from 'vitest'
import { givenKey, useService } from '../../support/http/service.js'

const service = useService()
const OWN = { 'sec-fetch-site': 'same-origin' }

async function signIn(key: string) {
  const answer = await service.call('POST', '/v1/session', { as: key, headers: OWN })
  const [cookie = '', ...attributes] = String(answer.headers['set-cookie']).split('; ')
  return { answer, cookie, attributes }
}

const look = (cookie: string, headers: Record<string, string> = OWN) =>
  service.call('GET', `/v1/listings/${service.listingId}`, {
    as: null,
    headers: { cookie, ...headers },
  })

let cookie: string
beforeAll(async () => {
  cookie = (await signIn(service.keys.seller)).cookie
})

test('is a cookie of this host alone that no script reads and no other site sends', async () => {
  const { answer, attributes } = await signIn(service.keys.seller)
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({ scope: 'seller' })
  expect(cookie).toMatch(/^__Host-holdfast=hfs_/)
  expect(attributes.sort()).toEqual([
    'HttpOnly',
    'Max-Age=1800',
    'Path=/',
    'SameSite=Strict',
    'Secure',
  ])
  expect(JSON.stringify(answer.json()) + cookie).not.toContain(service.keys.seller)
})

test('may what its key may, and nothing else', async () => {
  expect((await look(cookie)).statusCode).toBe(200)
  const foreign = { as: null, headers: { cookie, ...OWN } }
  const other = await service.call('GET', `/v1/listings/${service.foreignId}`, foreign)
  expect(other.statusCode).toBe(404)
  expect((await service.call('GET', '/v1/audit', foreign)).statusCode).toBe(403)
})

test('is not for a storefront, whose key is public', async () => {
  expect((await signIn(service.keys.storefront)).answer.statusCode).toBe(403)
})

describe('a request that another page sends', () => {
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{}],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
  ])('%j is refused, and says why', async (headers) => {
    const answer = await look(cookie, headers as Record<string, string>)
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'forbidden'])
  })

  test('is done when the browser says that it is our own', async () => {
    const headers = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:80' }
    expect((await look(cookie, { ...headers, host: 'localhost:80' })).statusCode).toBe(200)
  })
})

test('that was made up, or of which a letter differs, opens nothing', async () => {
  const [, session = ''] = cookie.split('=')
  const [, , until = '', proof = ''] = session.split('_')
  const later = session.replace(until, String(Number(until) + 1))
  const other = session.replace(proof, `${proof[0] === 'A' ? 'B' : 'A'}${proof.slice(1)}`)
  for (const each of [later, other, 'hfs_', session.replace('hfs', 'hft'), 'x'.repeat(4000)]) {
    expect((await look(`__Host-holdfast=${each}`)).statusCode).toBe(401)
  }
})

const signOut = (cookie: string, headers: Record<string, string> = OWN) =>
  service.call('DELETE', '/v1/session', { as: null, headers: { cookie, ...headers } })

test('that is over leaves this browser with a sign-out, which no other page can send', async () => {
  for (const dead of ['__Host-holdfast=hfs_x_1_y', '']) {
    const out = await signOut(dead)
    expect([out.statusCode, out.headers['set-cookie']]).toEqual([
      204,
      expect.stringContaining('__Host-holdfast=; Max-Age=0'),
    ])
  }
  const evil = { ...OWN, origin: 'https://evil.example' }
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, evil, {}]) {
    const refused = await signOut(cookie, headers as Record<string, string>)
    expect([refused.statusCode, refused.headers['set-cookie']]).toEqual([403, undefined])
  }
})

test('ends with its key, and with a sign-out in this browser', async () => {
  const key = await givenKey(service.db, 'seller', service.listingId)
  const own = await signIn(key)
  const { key_id } = own.answer.json()
  expect((await signOut(own.cookie)).statusCode).toBe(204)
  await service.call('POST', `/v1/keys/${key_id}/revoke`, { as: service.keys.admin, body: {} })
  expect((await look(own.cookie)).statusCode).toBe(401)
  expect((await signOut(own.cookie)).statusCode).toBe(204)
})
