/** How to reach a customer, and what a seller notes: over HTTP, who sees what, and what the lists find. */
import { expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { givenPool, useService } from '../../support/http/service.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const contact = { name: 'Ada Lovelace', email: 'ada@example.com', phone: '+44 20 7946 0958' }

async function book(more: object, as = service.keys.seller) {
  const { id: poolId } = await givenPool(service, 10)
  const body = { customer: 'ada', lines: [{ pool_id: poolId, quantity: 1 }], ...more }
  return service.call('POST', at('/reservations'), { body, as })
}

test('a shopper leaves a contact and corrects it; the metadata is the seller\u2019s', async () => {
  const { storefront } = service.keys
  const made = await book({ contact, hold_seconds: 600 }, storefront)
  expect([made.statusCode, made.json().contact]).toEqual([201, contact])
  const { id, token } = made.json()
  const url = at(`/reservations/${id}`)
  const shopper = { as: storefront, headers: { 'holdfast-token': token } }
  const marked = await service.call('PATCH', `${url}/details`, {
    body: { metadata: { order: '6735' } },
    headers: { 'if-match': '"1"' },
  })
  expect([marked.headers['etag'], marked.json()]).toMatchObject([
    '"2"',
    { contact, metadata: { order: '6735' }, version: 2 },
  ])
  const seen = await service.call('GET', url, shopper)
  expect(seen.json().contact).toEqual(contact)
  expect(seen.json()).not.toHaveProperty('metadata')
  const body = { contact: { phone: null, note: 'We arrive late' } }
  const corrected = await service.call('PATCH', `${url}/details`, { ...shopper, body })
  const { phone: _, ...kept } = contact
  expect(corrected.json().contact).toEqual({ ...kept, note: 'We arrive late' })
  expect(corrected.json()).not.toHaveProperty('metadata')
  const late = await service.call('PATCH', `${url}/details`, {
    ...{ ...shopper, body },
    headers: { ...shopper.headers, 'if-match': '"2"' },
  })
  expect([late.statusCode, late.json().code]).toEqual([412, 'version_mismatch'])
  const forged = { metadata: { paid: 'yes' } }
  for (const refused of [
    await service.call('PATCH', `${url}/details`, { ...shopper, body: forged }),
    await book({ ...forged, hold_seconds: 60 }, storefront),
  ]) {
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'forbidden'])
  }
  const history = await service.call('GET', `${url}/history`)
  expect(history.json().items.map(({ kind }: { kind: string }) => kind)).toEqual([
    'held',
    'described',
    'described',
  ])
  expect(history.body).not.toMatch(/Lovelace|ada@|6735/)
})

test('a listing and a resource have metadata, which a storefront does not see', async () => {
  const metadata = { season: '2038' }
  const made = await service.call('POST', at('/resources'), { body: { name: 'Court', metadata } })
  expect([made.statusCode, made.json().metadata]).toEqual([201, metadata])
  const url = at(`/resources/${made.json().id}`)
  const change = { metadata: { season: null, sponsor: 'ACME' } }
  const changed = await service.call('PATCH', url, {
    body: change,
    headers: { 'if-match': String(made.headers['etag']) },
  })
  expect([changed.statusCode, changed.json().metadata]).toEqual([200, { sponsor: 'ACME' }])
  await service.call('PATCH', at(''), { body: { metadata } })
  expect((await service.call('GET', at(''))).json().metadata).toEqual(metadata)
  const { storefront } = service.keys
  for (const path of ['', '/resources?limit=200']) {
    const seen = await service.call('GET', at(path), { as: storefront })
    expect(seen.statusCode).toBe(200)
    expect(seen.body).not.toContain('metadata')
  }
  const { ok } = (await service.call('GET', '/v1/audit', { as: service.keys.admin })).json()
  expect(ok).toBe(true)
})

test('lists find reservations by their metadata, with the other filters and page by page', async () => {
  const season = newId()
  const make = async (more: object, held = {}) =>
    (await book({ metadata: { season, ...more }, ...held })).json().id as string
  const first = await make({ 'team & co': '7' })
  const second = await make({ 'team & co': '7' }, { hold_seconds: 600 })
  const third = await make({})
  const listed = async (query: Record<string, string>) => {
    const answer = await service.call('GET', at(`/reservations?${new URLSearchParams(query)}`))
    expect([query, answer.statusCode]).toEqual([query, 200])
    return answer.json().items.map(({ id }: { id: string }) => id)
  }
  const marked = { 'metadata[season]': season }
  expect(await listed(marked)).toEqual([third, second, first])
  expect(await listed({ ...marked, 'metadata[team & co]': '7' })).toEqual([second, first])
  expect(await listed({ ...marked, 'metadata[team & co]': '8' })).toEqual([])
  expect(await listed({ ...marked, state: 'held' })).toEqual([second])
  expect(await listed({ ...marked, first: 'oldest', customer: 'ada' })).toEqual([
    first,
    second,
    third,
  ])
  const page = await service.call('GET', at(`/reservations?metadata[season]=${season}&limit=2`))
  const next = String(page.headers['link']).replace(/^<(.*)>.*$/, '$1')
  const rest = await service.call('GET', next)
  expect(rest.json().items.map(({ id }: { id: string }) => id)).toEqual([first])
  const wrong = [
    'metadata=x',
    'metadata[a]=1&metadata[a]=2',
    'metadata[a]=',
    'metadata[a]=%00',
  ].map((query) => [query, 422, 'validation'] as const)
  const many = Array.from({ length: 6 }, (_, i) => `metadata[k${i}]=1`).join('&')
  for (const [query, status, code] of [
    ...wrong,
    [many, 422, 'validation'] as const,
    ['metadata[a[b]]=1', 400, 'unknown_field'] as const,
  ]) {
    const answer = await service.call('GET', at(`/reservations?${query}`))
    expect([query, answer.statusCode, answer.json().code]).toEqual([query, status, code])
  }
})

test('a seller finds reservations by their contact however it is spelled, and nobody else does', async () => {
  const make = async (reach: object) => (await book({ contact: reach })).json().id as string
  const reach = {
    name: 'Zoe\u0308 \u00c9LAN',
    email: 'Zoe.Elan@Example.com',
    phone: '+44 (20) 7946-0959',
  }
  const first = await make(reach)
  await make({
    name: 'Zo\u00eb',
    email: 'zoe@example.com',
    phone: '+44 20 7946 0950',
    note: 'zoe.elan@example.com',
  })
  const second = await make({ email: reach.email })
  const listed = async (query: Record<string, string>, as = service.keys.seller) => {
    const url = at(`/reservations?${new URLSearchParams(query)}`)
    const { items = [], code } = (await service.call('GET', url, { as })).json()
    return code ?? items.map(({ id }: { id: string }) => id)
  }
  for (const [contact, found] of [
    ['zoe.elan@example.COM', [second, first]],
    [' zo\u00eb  \u00e9lan', [first]],
    ['442079460959', [first]],
    ['+44 20 7946 0959', [first]],
    ['7946 0959', []],
    ['elan', []],
    ['%', []],
    ['\u200b', []],
  ] as const) {
    expect([contact, await listed({ contact })]).toEqual([contact, found])
  }
  const mail = { contact: reach.email }
  expect(await listed({ ...mail, first: 'oldest', limit: '1' })).toEqual([first])
  expect(await listed({ ...mail, state: 'confirmed', customer: 'ada' })).toEqual([second, first])
  expect(await listed({ ...mail, state: 'held' })).toEqual([])
  await service.call('PATCH', at(`/reservations/${first}/details`), { body: { contact: null } })
  expect(await listed(mail)).toEqual([second])
  for (const contact of [reach.email, 'nobody@example.com']) {
    const storefront = await listed({ contact }, service.keys.storefront)
    const foreigner = await listed({ contact }, service.keys.foreigner)
    expect([contact, storefront, foreigner]).toEqual([contact, 'forbidden', 'not_found'])
  }
  for (const contact of ['', 'a\u0000', 'x'.repeat(255)]) {
    expect([contact, await listed({ contact })]).toEqual([contact, 'validation'])
  }
})

test('what is out of bounds is refused, and what is just within is kept', async () => {
  const many = (count: number, length: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`${i}`.padStart(40, 'k'), 'v'.repeat(length)]),
    )
  const largest = await book({ metadata: many(50, 500) })
  expect([largest.statusCode, Object.keys(largest.json().metadata).length]).toEqual([201, 50])
  for (const [more, status, code] of [
    [{ metadata: many(51, 1) }, 422, 'validation'],
    [{ metadata: many(1, 501) }, 422, 'validation'],
    [{ metadata: { a: 1 } }, 422, 'validation'],
    [{ metadata: { 'a[b]': 'x' } }, 422, 'validation'],
    [{ metadata: ['a'] }, 422, 'validation'],
    [{ metadata: many(50, 1_500) }, 413, 'payload_too_large'],
    [{ contact: { email: 'Ada <ada@example.com>' } }, 422, 'validation'],
    [{ contact: { email: 'a@example.com, b@example.com' } }, 422, 'validation'],
    [{ contact: { name: 'Ada\r\nBcc: x' } }, 422, 'validation'],
    [{ contact: { note: 'a\u202eb' } }, 422, 'validation'],
    [{ contact: { locale: 'en-a-en-b-en-b' } }, 422, 'validation'],
    [{ contact: { fax: '1' } }, 400, 'unknown_field'],
    [{ contact: null }, 422, 'validation'],
  ] as const) {
    const refused = await book(more)
    expect([refused.statusCode, refused.json().code], JSON.stringify(more).slice(0, 80)).toEqual([
      status,
      code,
    ])
  }
  const { id } = largest.json()
  const url = at(`/reservations/${id}/details`)
  const full = await service.call('PATCH', url, { body: { metadata: { another: 'x' } } })
  expect([full.statusCode, full.json().code]).toEqual([422, 'validation'])
  expect(full.json().detail).toContain('at most 50 keys')
  expect((await service.call('PATCH', url, { body: {} })).statusCode).toBe(422)
})
