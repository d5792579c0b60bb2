/** Tickets: how a browser's `EventSource`, which sends no header, opens a stream. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { issueApiKey } from '../../../src/access/api-keys.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { appOn } from '../../support/http/app-on.js'
import { type EventSource, openEvents } from '../../support/http/event-source.js'
import { givenHold, useService } from '../../support/http/service.js'
import { until } from '../../support/until.js'

const SHOP = 'https://shop.example'
const service = useService()
const open: EventSource[] = []
const clock = { aheadMs: 0 }
const shop = { key: '', keyId: '' }
let address: string

beforeAll(async () => {
  const db: Database = {
    ...service.db,
    query: async <Row>(statement: string, values?: readonly unknown[]) => {
      const rows = await service.db.query<Row>(statement, values)
      if (!statement.includes('as "nowMs"')) return rows
      return rows.map((row) => ({ nowMs: (row as { nowMs: number }).nowMs + clock.aheadMs }) as Row)
    },
  }
  const limits = { keyStreamsMax: 2, failedKeysMax: 1_000 }
  const app = appOn(db, { made: { liveEveryMs: 20 }, limits })
  address = await app.listen({ port: 0, host: '127.0.0.1' })
  const issued = await issueApiKey(service.db, {
    name: 'A shop',
    scope: 'storefront',
    listingIds: [service.listingId],
    origins: [SHOP],
  })
  Object.assign(shop, { key: issued?.key, keyId: issued?.row.keyId })
  return () => app.close()
})
afterEach(() => {
  clock.aheadMs = 0
  for (const stream of open.splice(0)) stream.close()
})

const at = (path: string, listingId = service.listingId) => `/v1/listings/${listingId}${path}`

async function ticketOf(key = shop.key) {
  const made = await service.call('POST', at('/live/tickets'), { as: key })
  expect([made.statusCode, made.headers['cache-control']]).toEqual([201, 'no-store'])
  return made.json() as { ticket: string; expires_at: string }
}

async function follow(ticket: string, path = at('/live'), headers = {}) {
  const stream = await openEvents(`${address}${path}?ticket=${ticket}`, null, headers)
  open.push(stream)
  return stream
}

describe('a ticket', () => {
  test('opens streams as its key may, for pages of the key’s origins, more than once', async () => {
    const { ticket, expires_at } = await ticketOf()
    const leftMs = Date.parse(expires_at) - Date.now()
    expect(Math.round(leftMs / 60_000)).toBe(1)
    const stream = await follow(ticket, at('/live'), {
      origin: SHOP,
      'sec-fetch-site': 'cross-site',
    })
    expect([stream.status, stream.headers['access-control-allow-origin']]).toEqual([200, SHOP])
    await stream.next(({ event }) => event === 'snapshot')
    await givenHold(service, service.poolIds[2] ?? '')
    await stream.next(({ event }) => event === 'change')
    const elsewhere = { origin: 'https://a.example', 'sec-fetch-site': 'cross-site' }
    expect((await follow(ticket, at('/live'), elsewhere)).status).toBe(403)
    expect((await follow(ticket)).status).toBe(200)
    expect((await follow(ticket)).status).toBe(429)
  })

  test('opens nothing after a minute, though what it opened goes on', async () => {
    const { ticket } = await ticketOf()
    const stream = await follow(ticket)
    clock.aheadMs = 59_000
    expect((await follow(ticket)).status).toBe(200)
    clock.aheadMs = 60_000
    const late = await follow(ticket)
    expect(late.status).toBe(401)
    await until('it is told why', () => late.raw.includes('its time is up'))
    expect(stream.ended).toBe(false)
  })

  test('opens nothing else: no other listing, no other path, nothing that was added to it', async () => {
    const { ticket } = await ticketOf()
    const [, prefix, expires, proof] = ticket.split('_')
    for (const [text, path] of [
      [ticket, at('/live', service.foreignId)],
      [ticket, at('/availability')],
      [ticket, at('')],
      [`hft_${prefix}_${Number(expires) + 1}_${proof}`, at('/live')],
      [`hft_${'0'.repeat(12)}_${expires}_${proof}`, at('/live')],
      [`${ticket.slice(0, -4)}AAAA`, at('/live')],
      [`${ticket}_`, at('/live')],
      ['', at('/live')],
    ] as const) {
      expect([path, text, (await follow(text, path)).status]).toEqual([path, text, 401])
    }
  })

  test('is a seller’s, too; and ends with its key', async () => {
    expect((await follow((await ticketOf(service.keys.seller)).ticket)).status).toBe(200)
    const { ticket } = await ticketOf()
    const stream = await follow(ticket)
    await stream.next(() => true)
    const url = `/v1/keys/${shop.keyId}/revoke`
    expect((await service.call('POST', url, { as: service.keys.admin })).statusCode).toBe(200)
    await until('it has ended', () => stream.ended)
    expect((await follow(ticket)).status).toBe(401)
  })
})
