/** Every page of what is on sale: at each width, light and dark, with something on it. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useListening } from '../../client/listening.js'
import {
  BROWSER,
  expectGoodPage,
  picture,
  usePages,
  type WatchedPage,
} from '../../support/browser/pages.js'
import { MARKUP, signedIn, withoutAnswers } from '../../support/browser/staff.js'
import { givenBlock, givenCalendar, givenWebhook } from '../../support/http/service.js'
import { BY_RANGE, givenTimeSold } from '../../support/stock/turf.js'
import { DATE, givenShop, type Shop } from './stock-given.js'

const service = useListening({ site: {} })
const pages = usePages()
let opened: WatchedPage
let page: Page
let shop: Shop
let blockId: string
let webhookId: string
let rangesId: string

beforeAll(async () => {
  if (BROWSER === undefined) return
  const { listingId, keys } = service
  shop = await givenShop(service)
  rangesId = (await givenTimeSold(service, BY_RANGE, { name: 'Grass', exclusive: true })).resourceId
  blockId = await givenBlock(service, listingId, shop.hotelId)
  webhookId = await givenWebhook(service, listingId, keys.seller)
  await givenCalendar(service, listingId)
  await service.client().webhooks.test(webhookId)
  for (const slot of shop.slots.slice(0, 2)) {
    const lines = [{ pool_id: slot.pool_id, quantity: 1 }]
    await service.client().reservations.create(listingId, { customer: MARKUP, lines })
  }
  const stay = { resource_id: shop.hotelId, check_in: DATE, check_out: '2031-05-09', quantity: 7 }
  await service.client().reservations.create(listingId, { customer: MARKUP, lines: [stay] })
  opened = await signedIn(pages, service, { key: keys.admin, path: 'resources' })
  page = opened.page
})
afterAll(async () => {
  if (BROWSER === undefined) return
  expect(withoutAnswers(opened.complaints)).toEqual([])
  expect(await page.title()).not.toContain('taken over')
  await opened.close()
})

/** What the page shows once it is there, and where it is. */
const CASES: readonly [string, string, () => string, Record<string, string>?][] = [
  ['occupancy', 'Sums as a table', () => 'occupancy', { date: DATE }],
  ['occupancy-month', 'Sums as a table', () => 'occupancy', { date: DATE, view: 'month' }],
  ['occupancy-year', 'Months as a table', () => 'occupancy', { date: DATE, view: 'year' }],
  ['schedules', 'How it is sold', () => 'schedules'],
  ['schedules-ranges', 'How it is sold', () => 'schedules', { resource: 'Grass' }],
  ['nights', 'Taken', () => 'nights', { date: DATE, resource: 'Double room' }],
  ['blocks', 'A conference', () => 'blocks'],
  ['block', 'Pick-up', () => `block/${blockId}`],
  ['capacity', 'Resource 1', () => 'capacity'],
  ['resources', 'Yoga on the roof', () => 'resources'],
  ['resource', MARKUP, () => `resource/${shop.courtId}`],
  ['listings', 'A listing', () => 'listings'],
  ['listing', 'What it allows', () => 'listing'],
  ['calendars', 'Every resource', () => 'calendars'],
  ['webhooks', 'hooks.example.com', () => 'webhooks'],
  ['webhook', 'webhook.test', () => `webhook/${webhookId}`],
  ['keys', "a test's seller", () => 'keys'],
]

describe.skipIf(BROWSER === undefined)('pages of the stock (need chromium on the PATH)', () => {
  test.each(CASES)('%s is good to read', async (name, shown, path, query = {}) => {
    const all = new URLSearchParams({ listing: service.listingId, ...query })
    const ids = { 'Double room': shop.hotelId, Grass: rangesId }
    const id = Object.entries(ids).find(([each]) => each === query['resource'])?.[1]
    if (id !== undefined) all.set('resource', id)
    await page.goto(`${service.baseUrl}/staff/${path()}?${all}`)
    await page.locator('#content').getByText(shown).first().waitFor()
    if (name.startsWith('occupancy')) {
      await page.getByText(shown).click()
      await page.getByText('By the').or(page.getByText('Day by day')).first().waitFor()
    }
    await picture(page, `staff-${name}`, { width: 1440 })
    await expectGoodPage(page, name)
  })
})

/** By hand: `HOLDFAST_TEST_COURTS=50`; the suite itself has a short version. */
const COURTS = Number(process.env['HOLDFAST_TEST_COURTS'] ?? 2)

test.skipIf(BROWSER === undefined)('a month of many courts is painted at once', async () => {
  const { listingId } = service
  const client = service.client()
  for (let court = 1; court <= COURTS; court += 1) {
    const body = { name: `Court ${court}`, exclusive: true }
    const made = await client.resources.create(listingId, body)
    if (!made.ok) throw new Error(made.refusal.detail)
    await client.slots.setSchedule(listingId, made.value.id, {
      ...{ sold_by: 'slots', slot_minutes: 60 },
      weekly: [
        { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
      ],
    })
    await client.slots.generate(listingId, made.value.id, { from: '2031-07-01', to: '2031-08-01' })
  }
  const query = new URLSearchParams({ listing: listingId, date: '2031-07-01', view: 'month' })
  await page.goto(`${service.baseUrl}/staff/occupancy?${query}`)
  await page.getByText('Sums as a table').click()
  const row = page.getByRole('row', { name: `Court ${COURTS} ` })
  await expect
    .poll(() => row.getByRole('cell').first().textContent(), { timeout: 60_000 })
    .toBe('744')
  const painted = await page.evaluate(() =>
    performance.getEntriesByName('hours painted').map(({ duration }) => Math.round(duration)),
  )
  expect(painted.length).toBeGreaterThan(0)
  if (COURTS > 2) console.log(`${COURTS} courts, 31 days, painted in ms: ${painted.join(', ')}`)
})
