/** Which web pages of other origins may call, and hear what they are answered. */
import { beforeAll, describe, expect, test } from 'vitest'
import { appOn } from '../../support/http/app-on.js'
import { operationsOf, undeclared } from '../../support/http/operations.js'
import { callerOf, type Service, useService } from '../../support/http/service.js'

const SHOP = 'https://shop.example'
const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
let ofShop: string
let ofEverybody: string

async function keyFor(origins: readonly string[]) {
  const body = { name: 'a page', scope: 'storefront', listing_ids: [service.listingId], origins }
  return service.call('POST', '/v1/keys', { as: service.keys.admin, body })
}

beforeAll(async () => {
  ofShop = (await keyFor([SHOP])).json().key
  ofEverybody = (await keyFor(['*'])).json().key
})

type Answer = Awaited<ReturnType<Service['call']>>

/** What the headers say of who may hear the answer. */
const heard = ({ headers }: Answer) => [
  headers['access-control-allow-origin'],
  headers['cross-origin-resource-policy'],
]
const BY_SHOP = [SHOP, 'cross-origin']
const BY_ANY = ['*', 'cross-origin']
const BY_NONE = [undefined, 'same-origin']

const from = (origin: string, site?: string) => ({
  headers: { origin, ...(site === undefined ? {} : { 'sec-fetch-site': site }) },
})
const preflight = (url: string, method: string) =>
  service.call('OPTIONS', url, {
    as: null,
    key: null,
    headers: {
      origin: SHOP,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  })
const allowed = (answer: Answer) => answer.headers['access-control-allow-methods']

describe('a preflight, which brings no key', () => {
  test('is answered for what a storefront may do, and says what a page may send', async () => {
    const answer = await preflight(at('/reservations'), 'POST')
    expect([answer.statusCode, answer.body, allowed(answer)]).toEqual([204, '', 'POST'])
    expect(heard(answer)).toEqual(BY_SHOP)
    expect(answer.headers).toMatchObject({ vary: 'Origin', 'access-control-max-age': '7200' })
    const sent = String(answer.headers['access-control-allow-headers']).toLowerCase().split(', ')
    const wanted = operationsOf(service.app).flatMap(({ headers }) => headers)
    expect(sent).toEqual(
      expect.arrayContaining([...wanted, 'authorization', 'content-type', 'idempotency-key']),
    )
  })

  test('lets no page send what sellers and admins alone may do', async () => {
    expect(allowed(await preflight(at(''), 'PATCH'))).toBe('GET, HEAD')
    const sellers = await preflight(at('/pools'), 'POST')
    expect([sellers.statusCode, allowed(sellers), ...heard(sellers)]).toEqual([
      405,
      undefined,
      ...BY_NONE,
    ])
    expect((await preflight('/v1/keys', 'POST')).statusCode).toBe(405)
    expect((await preflight('/v1/nowhere', 'POST')).statusCode).toBe(404)
    const plain = await service.call('OPTIONS', at('/reservations'), { as: null })
    expect([plain.statusCode, plain.headers['allow']]).toEqual([405, 'GET, HEAD, POST'])
  })
})

describe('an answer', () => {
  const body = () => ({
    customer: 'ada',
    lines: [{ pool_id: service.poolIds[2], quantity: 1 }],
    hold_seconds: 60,
  })

  test('is heard by pages of the key’s origins, with what they need of its headers', async () => {
    const made = await service.call('POST', at('/reservations'), {
      as: ofShop,
      body: body(),
      ...from(SHOP, 'cross-site'),
    })
    expect([made.statusCode, ...heard(made)]).toEqual([201, ...BY_SHOP])
    expect(made.headers['vary']).toBe('Origin')
    const exposed = String(made.headers['access-control-expose-headers']).toLowerCase().split(', ')
    expect(exposed.sort()).toEqual(
      ['date', 'etag', 'idempotent-replayed', 'location', 'retry-after', 'x-request-id'].sort(),
    )
    const left = await service.call('GET', at('/availability'), { as: ofShop, ...from(SHOP) })
    const again = await service.call('GET', at('/availability'), {
      as: ofShop,
      headers: { origin: SHOP, 'if-none-match': String(left.headers['etag']) },
    })
    expect([again.statusCode, ...heard(again)]).toEqual([304, ...BY_SHOP])
    const nowhere = await service.call('GET', at('/reservations/x'), { as: ofShop, ...from(SHOP) })
    expect([nowhere.statusCode, ...heard(nowhere)]).toEqual([404, ...BY_SHOP])
    const open = await service.call('GET', at(''), {
      as: ofEverybody,
      ...from('https://a.example'),
    })
    expect([open.statusCode, ...heard(open)]).toEqual([200, ...BY_ANY])
  })

  test('is heard by no other page, and nothing is done for one', async () => {
    const { admin, seller, storefront } = service.keys
    const before = (await service.call('GET', at('/availability'))).json()
    for (const [as, origin] of [
      [ofShop, 'https://other.example'],
      [ofShop, `${SHOP}:8443`],
      [ofShop, 'null'],
      [storefront, SHOP],
      [seller, SHOP],
      [admin, SHOP],
    ] as const) {
      const looked = await service.call('GET', at(''), { as, ...from(origin) })
      expect([looked.statusCode, ...heard(looked)]).toEqual([200, ...BY_NONE])
      expect(looked.headers['access-control-expose-headers']).toBe(undefined)
      expect(looked.headers['vary']).toBe('Origin')
      for (const site of ['cross-site', 'same-site']) {
        const call = { as, body: body(), ...from(origin, site) }
        const refused = await service.call('POST', at('/reservations'), call)
        expect([refused.statusCode, ...heard(refused)]).toEqual([403, ...BY_NONE])
        expect(refused.json().detail).toContain(`not for pages of ${origin}`)
      }
    }
    expect((await service.call('GET', at('/availability'))).json()).toEqual(before)
    // A page that is served from where the API is sends an Origin with what it posts.
    const own = { as: storefront, body: body(), ...from('https://booking.example', 'same-origin') }
    expect((await service.call('POST', at('/reservations'), own)).statusCode).toBe(201)
  })

  test('that everybody gets is heard by every page: a bad key, a server that is busy', async () => {
    const bad = await service.call('GET', at(''), { as: 'hf_bad', ...from(SHOP, 'cross-site') })
    expect([bad.statusCode, ...heard(bad)]).toEqual([401, ...BY_ANY])
    const busy = appOn(service.db, { limits: { inFlightMax: 0 } })
    const shed = await callerOf(busy, () => ofShop)('GET', at(''), from('https://a.example'))
    expect([shed.statusCode, shed.headers['retry-after'], ...heard(shed)]).toEqual([
      503,
      '1',
      ...BY_ANY,
    ])
    await busy.close()
    const admins = await service.call('GET', '/v1/keys', { as: 'hf_bad', ...from(SHOP) })
    expect([admins.statusCode, ...heard(admins)]).toEqual([401, ...BY_NONE])
    expect(heard(await service.call('GET', at(''), { as: ofShop }))).toEqual(BY_NONE)
  })
})

describe('the origins of a key', () => {
  test('are kept as browsers send them, and shown', async () => {
    const made = await keyFor(['HTTPS://Bücher.example:443/', 'http://localhost:5173'])
    const origins = ['https://xn--bcher-kva.example', 'http://localhost:5173']
    expect([made.statusCode, made.json().origins]).toEqual([201, origins])
    const create = operationsOf(service.app).find(({ id }) => id === 'createKey')
    if (create !== undefined) expect(undeclared(create, made)).toBe(undefined)
    const any = await keyFor([SHOP, '*'])
    expect(any.json().origins).toEqual(['*'])
    expect((await keyFor([])).json().origins).toEqual([])
  })

  test.each([
    'shop.example',
    'https://shop.example/path',
    'https://shop.example?q',
    'https://ada@shop.example',
    'https://*.shop.example/',
    'ftp://shop.example',
    'null',
    ' https://shop.example',
    '',
  ])('are not %j', async (origin) => {
    const refused = await keyFor([origin])
    expect([refused.statusCode, refused.json().code]).toEqual([422, 'validation'])
    expect(refused.json().detail).toContain(`not ${JSON.stringify(origin)}`)
  })

  test('are for a storefront’s key alone', async () => {
    const body = { name: 'mine', scope: 'seller', origins: [SHOP] }
    const refused = await service.call('POST', '/v1/keys', { as: service.keys.admin, body })
    expect([refused.statusCode, refused.json().detail]).toEqual([
      422,
      "origins are for a storefront's key: others are secret and belong in no page",
    ])
  })
})
