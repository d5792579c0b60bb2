/** Evento's own client runs against this face unchanged; what it may rely on is written here. */
import fc from 'fast-check'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isUuid, newId } from '../../../src/domain/ids.js'
import { holdfastOn } from '../../../src/engine/holdfast.js'
import { EVENTO_EVENT_ID } from '../../../src/lab/scenarios/evento.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { hashOfAllRows } from '../../support/database/all-rows.js'
import { useDatabase } from '../../support/database/test-database.js'
import { appOn } from '../../support/http/app-on.js'
import {
  AVAILABLE,
  givenEvent,
  HOTELS,
  productionApp,
  reserveUrl,
  SAFE_NAMES,
} from '../../support/stock/evento.js'

const held = useDatabase({ connections: 8 })
const [hotelA = '', hotelB = '', hotelC = ''] = HOTELS
let app: FastifyInstance

beforeAll(() => {
  app = productionApp(held.db)
})
afterAll(() => app.close())
beforeEach(() => givenEvent(held.db, 10))

const post = (url: string, options: InjectOptions = {}) =>
  app.inject({ method: 'POST', url, ...options })

async function available() {
  const response = await app.inject(AVAILABLE)
  return { status: response.statusCode, body: response.json() }
}

describe('GET /{event}/available', () => {
  test('lists the hotels that have rooms left, in order, with exactly Evento’s two fields', async () => {
    const response = await app.inject(AVAILABLE)
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(response.body).toBe(
      `[{"hotel_id":"${hotelA}","available":10},{"hotel_id":"${hotelB}","available":10},{"hotel_id":"${hotelC}","available":10}]`,
    )
  })

  test('counts down with every reservation, and leaves out a hotel that is sold out', async () => {
    await post(reserveUrl('rooms=3&email=ada@example.com', hotelA))
    await post(reserveUrl('rooms=10&email=ada@example.com', hotelB))
    expect(await available()).toEqual({
      status: 200,
      body: [
        { hotel_id: hotelA, available: 7 },
        { hotel_id: hotelC, available: 10 },
      ],
    })
  })

  test('is an empty array when everything is sold: Evento’s clients then go home', async () => {
    for (const hotel of HOTELS) await post(reserveUrl('rooms=10', hotel))
    expect(await available()).toEqual({ status: 200, body: [] })
  })

  test('finds the event however its id is written', async () => {
    const response = await app.inject(AVAILABLE.toUpperCase().replace('AVAILABLE', 'available'))
    expect(response.json()).toHaveLength(3)
  })

  test.each(['0198c2a4-0000-7000-8000-000000000000', 'x', '%20', "1'--"])(
    'answers 404 for the event %s',
    async (event) => {
      const response = await app.inject(`/${event}/available`)
      expect([response.statusCode, response.body]).toEqual([404, 'unknown event'])
    },
  )
})

describe('the face', () => {
  const sold = (url: FastifyInstance) =>
    Promise.all([
      url.inject(AVAILABLE),
      url.inject({ method: 'POST', url: reserveUrl('rooms=1&email=ada@example.com') }),
    ])

  test('is not there unless somebody wants it: an id alone takes no units', async () => {
    const closed = appOn(held.db)
    const before = await hashOfAllRows(held.db)
    for (const response of await sold(closed)) {
      expect([response.statusCode, response.json().code]).toEqual([404, 'not_found'])
    }
    expect(await hashOfAllRows(held.db)).toEqual(before)
    await closed.close()
  })

  test('sells what it is for, and knows of nothing else', async () => {
    const modes = [holdfastOn(held.db, { strategy: STRATEGIES.guarded })]
    const before = await hashOfAllRows(held.db)
    const another = productionApp(held.db, { evento: { modes, listingIds: [newId()] } })
    const [look, reserve] = await sold(another)
    expect([look.statusCode, reserve.statusCode]).toEqual([404, 404])
    await another.close()
    expect(await hashOfAllRows(held.db)).toEqual(before)
    const listingIds = [EVENTO_EVENT_ID]
    const demo = productionApp(held.db, { evento: { modes, listingIds } })
    expect((await sold(demo)).map(({ statusCode }) => statusCode)).toEqual([200, 200])
    const shouted = await demo.inject(AVAILABLE.toUpperCase().replace('AVAILABLE', 'available'))
    expect(shouted.statusCode).toBe(200)
    await demo.close()
  })

  test('keeps to the limit of an address, and is shed like everything else', async () => {
    const limited = productionApp(held.db, { limits: { addressRequestsMax: 2 } })
    const statuses = []
    for (let i = 0; i < 3; i += 1) statuses.push((await limited.inject(AVAILABLE)).statusCode)
    expect(statuses).toEqual([200, 200, 429])
    const elsewhere = await limited.inject({ url: AVAILABLE, remoteAddress: '192.0.2.7' })
    expect(elsewhere.statusCode).toBe(200)
    await limited.close()
    const full = productionApp(held.db, { limits: { inFlightMax: 0 } })
    for (const response of await sold(full)) {
      expect([response.statusCode, response.json().code]).toEqual([503, 'overloaded'])
      expect(response.json().detail).not.toContain('key')
    }
    await full.close()
  })
})

describe('POST /{event}/{hotel}/reserve/{mode}', () => {
  test.each(SAFE_NAMES)('reserves, and says so in Evento’s words: %s', async (mode) => {
    const response = await post(reserveUrl('rooms=2&email=ada@example.com', hotelB, mode))
    expect([response.statusCode, response.body]).toEqual([200, 'reservation successful'])
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8')
    const rows = await held.db.query(
      `select reservation_id as id, customer, state, quantity, resource_id as hotel, taken
       from reservations
       join reservation_lines using (listing_id, reservation_id)
       join pools using (listing_id, pool_id)`,
    )
    const id = response.headers['holdfast-reservation-id']
    expect(id).toSatisfy(isUuid)
    expect(rows).toEqual([
      { id, customer: 'ada@example.com', state: 'confirmed', quantity: 2, hotel: hotelB, taken: 2 },
    ])
  })

  test.each(SAFE_NAMES)(
    'says 409 when there are not enough rooms, and takes none: %s',
    async (mode) => {
      await post(reserveUrl('rooms=9', hotelA, mode))
      const before = await hashOfAllRows(held.db)
      const response = await post(reserveUrl('rooms=2', hotelA, mode))
      expect([response.statusCode, response.body]).toEqual([409, 'not enough rooms available'])
      expect(response.headers).not.toHaveProperty('holdfast-reservation-id')
      if (mode !== 'skip-locked') expect(await hashOfAllRows(held.db)).toEqual(before)
      expect((await post(reserveUrl('rooms=1', hotelA, mode))).statusCode).toBe(200)
    },
  )

  test('sells the last rooms once when customers ask under every mode at the same time', async () => {
    const requests = Array.from({ length: 10 }, () => SAFE_NAMES).flat()
    const responses = await Promise.all(
      requests.map((mode) => post(reserveUrl('rooms=1', hotelA, mode))),
    )
    const statuses = responses.map((response) => response.statusCode)
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([])
    const [sold] = await held.db.query<{ rooms: number }>(
      'select sum(quantity)::integer as rooms from reservation_lines',
    )
    expect(sold).toEqual({ rooms: statuses.filter((status) => status === 200).length })
    expect((await available()).body[0].hotel_id === hotelA).toBe((sold?.rooms ?? 0) < 10)
  })

  // Go's http.Post wants a content type even for no body, so clients send whatever comes to mind.
  test.each([
    undefined,
    'application/x-www-form-urlencoded',
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-protobuf',
    'x/y',
  ])('takes an empty body of any type: %s', async (type) => {
    const headers = type === undefined ? {} : { 'content-type': type }
    const response = await post(reserveUrl('rooms=1'), { headers })
    expect([response.statusCode, response.body]).toEqual([200, 'reservation successful'])
  })

  test('does not read a body: only the URL says what is asked for', async () => {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
      const headers = { 'content-type': type }
      const response = await post(reserveUrl('rooms=1'), { headers, payload: '{"rooms": 9' })
      expect([type, response.statusCode]).toEqual([type, 200])
    }
    expect((await available()).body[0]).toEqual({ hotel_id: hotelA, available: 7 })
  })

  test('keeps the customer in the form that all doors give it: escapes decoded, letters of any script', async () => {
    await post(reserveUrl(`rooms=1&email=${encodeURIComponent('Žofie+1@příklad.cz')}`))
    const rows = await held.db.query('select customer from reservations')
    expect(rows).toEqual([{ customer: 'žofie+1@příklad.cz' }])
  })

  test('takes a reservation without an e-mail address, as Evento does', async () => {
    expect((await post(reserveUrl('rooms=1'))).statusCode).toBe(200)
  })
})

/** Each with the one answer it gets. None is a 500, and none leaves a trace in the database. */
describe('bad input', () => {
  const badRooms = 'invalid number of rooms: a whole number from 1'
  const badEscape = 'The URL has an escape that stands for no character.'
  const badEmail = 'invalid email: at most 254 printable characters'
  const rooms: [string, number, string][] = [
    ['', 400, badRooms],
    ['email=ada@example.com', 400, badRooms],
    ['rooms', 400, badRooms],
    ['rooms=', 400, badRooms],
    ['rooms=0', 400, badRooms],
    ['rooms=-1', 400, badRooms],
    ['rooms=%2B1', 400, badRooms],
    ['rooms=1.5', 400, badRooms],
    ['rooms=1e9', 400, badRooms],
    ['rooms=0x10', 400, badRooms],
    ['rooms=x', 400, badRooms],
    ['rooms=%201', 400, badRooms],
    ['rooms=1%00', 400, badRooms],
    ['rooms=1%0A', 400, badRooms],
    ['rooms=NaN', 400, badRooms],
    ['rooms=Infinity', 400, badRooms],
    ['rooms=%D9%A3', 400, badRooms],
    ['rooms=%zz', 400, badEscape],
    ['rooms=1&rooms=2', 400, badRooms],
    ['rooms[]=1', 400, badRooms],
    ['__proto__=1', 400, badRooms],
    ['Rooms=1', 400, badRooms],
    [`rooms=${'9'.repeat(16)}`, 400, badRooms],
    [`rooms=${'9'.repeat(100_000)}`, 400, badRooms],
    ['rooms=11', 409, 'not enough rooms available'],
    ['rooms=1000000000', 409, 'not enough rooms available'],
    ['rooms=2147483648', 409, 'not enough rooms available'],
    ['rooms=999999999999999', 409, 'not enough rooms available'],
    ['rooms=1&email=%00', 400, badEmail],
    ['rooms=1&email=ada%0D%0ABcc:bob', 400, badEmail],
    ['rooms=1&email=%1B[2J', 400, badEmail],
    ['rooms=1&email=%C2%85', 400, badEmail],
    ['rooms=1&email=%ED%A0%80', 400, badEscape],
    ['rooms=1&email=%', 400, badEscape],
    ['rooms=1&email=%E4%F6', 400, badEscape],
    [`rooms=1&email=${'x'.repeat(255)}`, 400, badEmail],
    [`rooms=1&email=${'x'.repeat(100_000)}`, 400, badEmail],
    ['rooms=1&email=ada&email=bob', 400, badEmail],
  ]
  const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

  const otherId = '0198c2a4-0000-7000-8000-000000000000'
  const reserve = (event: string, hotel: string, mode: string) =>
    `/${event}/${hotel}/reserve/${mode}?rooms=1&email=ada@example.com`
  const urls: [string, InjectOptions, number][] = [
    ['an unknown event', { url: reserve(otherId, hotelA, 'guarded') }, 404],
    ['an unknown hotel', { url: reserve(EVENTO_EVENT_ID, otherId, 'guarded') }, 404],
    ['event and hotel swapped', { url: reserve(hotelA, EVENTO_EVENT_ID, 'guarded') }, 404],
    ['a malformed event', { url: reserve('event', hotelA, 'guarded') }, 404],
    ['a malformed hotel', { url: reserve(EVENTO_EVENT_ID, 'hotel', 'guarded') }, 404],
    ['an empty hotel', { url: reserve(EVENTO_EVENT_ID, '', 'guarded') }, 404],
    ['SQL for a hotel', { url: reserve(EVENTO_EVENT_ID, "'%20or%20true--", 'guarded') }, 404],
    ['a NUL in an id', { url: reserve(EVENTO_EVENT_ID, `${hotelA}%00`, 'guarded') }, 404],
    ['a line feed behind an id', { url: reserve(EVENTO_EVENT_ID, `${hotelA}%0A`, 'guarded') }, 404],
    ['an unknown mode', { url: reserve(EVENTO_EVENT_ID, hotelA, 'fast') }, 404],
    [
      'an inherited property for a mode',
      { url: reserve(EVENTO_EVENT_ID, hotelA, 'constructor') },
      404,
    ],
    ['the unsafe mode naive', { url: reserve(EVENTO_EVENT_ID, hotelA, 'naive') }, 404],
    ['the unsafe mode atomic', { url: reserve(EVENTO_EVENT_ID, hotelA, 'atomic') }, 404],
    ['a malformed escape in an id', { url: reserve(EVENTO_EVENT_ID, '%E0%A4', 'guarded') }, 400],
    ['a malformed escape in the mode', { url: reserve(EVENTO_EVENT_ID, hotelA, '%') }, 400],
    [
      'a half of a character in an id',
      { url: reserve(EVENTO_EVENT_ID, '%ED%A0%80', 'guarded') },
      400,
    ],
    ['an id without end', { url: reserve('a'.repeat(5_000), hotelA, 'guarded') }, 414],
    ['a mode without end', { url: reserve(EVENTO_EVENT_ID, hotelA, 'a'.repeat(5_000)) }, 414],
    ['GET to reserve', { method: 'GET', url: reserveUrl('rooms=1') }, 405],
    ['PUT to reserve', { method: 'PUT', url: reserveUrl('rooms=1') }, 405],
    ['DELETE to reserve', { method: 'DELETE', url: reserveUrl('rooms=1') }, 405],
    ['POST to available', { method: 'POST', url: AVAILABLE }, 405],
    [
      'a body too large to be an empty one',
      { url: reserveUrl('rooms=1'), payload: 'x'.repeat(1025) },
      413,
    ],
    [
      'a large body of JSON',
      {
        url: reserveUrl('rooms=1'),
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify('x'.repeat(2_000)),
      },
      413,
    ],
    ['a body without end', { url: reserveUrl('rooms=1'), payload: Buffer.alloc(5_000_000) }, 413],
    [
      'a content type that is none',
      { url: reserveUrl('rooms=1'), headers: { 'content-type': '///' } },
      415,
    ],
  ]

  test('gets its answer, every one, and leaves the database as it was', async () => {
    const before = await hashOfAllRows(held.db)
    for (const [query, status, said] of rooms) {
      const response = await post(reserveUrl(query))
      const problem = response.headers['content-type']?.toString().startsWith('application/problem')
      const heard = problem ? response.json().title : response.body
      expect([brief(query), response.statusCode, heard]).toEqual([brief(query), status, said])
    }
    for (const [what, options, status] of urls) {
      const response = await app.inject({ method: 'POST', ...options })
      expect([what, response.statusCode]).toEqual([what, status])
      expect([what, response.body]).toEqual([what, expect.not.stringMatching(/node_modules|\bat /)])
    }
    expect(await hashOfAllRows(held.db)).toEqual(before)
    expect((await available()).body).toHaveLength(3)
  })

  test('that nobody thought of gets no 500 either', async () => {
    const piece = fc.oneof(
      fc.constantFrom(EVENTO_EVENT_ID, hotelA, 'reserve', 'available', 'guarded', '', '..', '%2F'),
      fc.webPath(),
      fc.string().map(encodeURIComponent),
    )
    // No valid number of rooms, so that nothing may be sold.
    const query = fc.oneof(
      fc.webQueryParameters(),
      fc.string({ unit: 'binary' }).map((text) => `rooms=x${encodeURIComponent(text)}`),
    )
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'PATCH', 'OPTIONS', 'DELETE')
    const before = await hashOfAllRows(held.db)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`),
          fc.constant(`/${EVENTO_EVENT_ID}/${hotelA}/reserve/guarded`),
        ),
        query,
        method,
        async (path, text, verb) => {
          const response = await app.inject({ method: verb as 'GET', url: `${path}?${text}` })
          expect(response.statusCode).toBeLessThan(500)
        },
      ),
      { numRuns: 400 },
    )
    expect(await hashOfAllRows(held.db)).toEqual(before)
  })
})
