/** A shop's page in a real browser, served from another origin than the API. */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { issueApiKey } from '../../src/access/api-keys.js'
import { BROWSER, openPage } from '../support/process/browser.js'
import { givenNights } from '../support/stock/nights.js'
import { givenSlots, givenTimeSold, HOURLY } from '../support/stock/turf.js'
import { useListening } from './listening.js'

const service = useListening({ made: { liveEveryMs: 50 } })
const dates = { from: '2038-05-03', to: '2038-05-06' }
const HTML = '<!doctype html><p id="countdown"></p><script type="module" src="/page.js"></script>'

/** What the page tells of itself, and the error that ended it. */
interface Saw {
  readonly error?: string
  readonly countdown: number[]
  readonly live: { readonly kinds: string[]; readonly left: Record<string, number> }
  readonly withTicket: Record<string, number>
  readonly sold: { readonly slot: string; readonly night: string }
}

/** The shop's own server: its page, and what only the seller may do. */
async function startShop(setup: object) {
  let onSaw: (saw: Saw) => void
  const saw = new Promise<Saw>((resolve) => {
    onSaw = resolve
  })
  const seller = service.client()
  const fileOf = (url: string) =>
    url === '/page.js'
      ? new URL('./shop-page.mjs', import.meta.url)
      : new URL(`../../dist/${url.slice(1)}`, import.meta.url)
  async function answer(request: IncomingMessage): Promise<readonly [type: string, body: string]> {
    const { url = '/' } = request
    if (url === '/') return ['text/html', HTML]
    if (url === '/setup') return ['application/json', JSON.stringify({ ...setup, dates })]
    if (/^\/(page|client\/[\w-]+)\.js$/.test(url)) {
      return ['text/javascript', await readFile(fileOf(url), 'utf8')]
    }
    if (url === '/pay') {
      const { id } = JSON.parse(await text(request)) as { id: string }
      await seller.reservations.confirm(service.listingId, id, { payment_ref: 'pay_1' })
    }
    if (url === '/saw') onSaw(JSON.parse(await text(request)) as Saw)
    return ['text/plain', '']
  }
  const server = createServer((request, response) => {
    void answer(request).then(([type, body]) => {
      response.setHeader('content-type', type)
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { origin: `http://localhost:${port}`, saw, close: () => server.close() }
}

async function stock() {
  const court = await givenTimeSold(service, HOURLY, { exclusive: true, time_zone: 'UTC' })
  await givenSlots(service, court, dates)
  const hotel = await service.client().resources.create(service.listingId, { name: 'Hotel' })
  const hotelId = hotel.ok ? hotel.value.id : ''
  await givenNights(service.db, service.listingId, hotelId, { ...dates, capacity: 5 })
  const stay = { check_in: '2038-05-03', check_out: '2038-05-05' }
  const spare = [{ pool_id: service.poolIds[2], quantity: 1 }]
  return { courtId: court.resourceId, hotelId, stay, spare }
}

test.skipIf(BROWSER === undefined)(
  'lists, holds, counts down, is confirmed by the seller and hears of slots and nights (needs chromium on the PATH)',
  { timeout: 120_000 },
  async () => {
    const setup: Record<string, unknown> = {
      ...(await stock()),
      baseUrl: service.baseUrl,
      listingId: service.listingId,
      otherKey: service.keys.storefront,
    }
    const shop = await startShop(setup)
    const issued = await issueApiKey(service.db, {
      name: 'A shop',
      scope: 'storefront',
      listingIds: [service.listingId],
      origins: [shop.origin],
    })
    setup['apiKey'] = issued?.key
    const page = await openPage(shop.origin)
    try {
      const saw = await shop.saw
      expect(saw.error, page.console()).toBe(undefined)
      expect(saw).toMatchObject({
        listing: 'UTC',
        resources: expect.arrayContaining(['Turf', 'Hotel']),
        tagged: true,
        states: ['held', 'confirmed'],
        headers: ['etag', 'location', 'idempotent-replayed', 'x-request-id'],
        // Of the first answer the page reads nothing, the second is what anybody gets.
        keys: ['connection_lost', 'unauthorized'],
      })
      const { countdown, sold, live } = saw
      expect(countdown).toEqual([...countdown].sort((a, b) => b - a))
      expect(countdown[0]).toBeLessThanOrEqual(600)
      const left = { [sold.slot]: 0, [sold.night]: 3 }
      expect(live.kinds.slice(0, 2)).toEqual(['snapshot', 'change'])
      expect(live.left).toMatchObject(left)
      expect(saw.withTicket).toMatchObject(left)
      expect(page.console()).toContain('blocked by CORS policy')
    } finally {
      await page.close()
      shop.close()
    }
  },
)
