/** Two browsers and one hour; a hold that runs out; a network that fails at the worst moment. */
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startBreakingLine } from '../../client/breaking-line.js'
import { BROWSER, expectGoodPage, usePages } from '../../support/browser/pages.js'
import { until } from '../../support/until.js'
import {
  chooseTime,
  fillAddress,
  fillDetails,
  holdAndBook,
  pressBook,
  pressHold,
  seeBooked,
  useShop,
} from './shop.js'

const shop = useShop()
const pages = usePages()
/** By hand: `HOLDFAST_TEST_RACES=200` runs two hundred. */
const RACES = Number(process.env['HOLDFAST_TEST_RACES'] ?? 2)

const reservationsAt = (listingId: string) =>
  `/v1/listings/${listingId}/reservations?state=held,confirmed`

describe.skipIf(BROWSER === undefined)('the shop (needs chromium on the PATH)', () => {
  test(`lets one of two have an hour, tells the other, and shows both the same, ${RACES} times`, async () => {
    const racers = await Promise.all(
      ['ada', 'bob'].map(async (name) => {
        const { page } = await pages.open('about:blank')
        return { page, email: `${name}@example.com` }
      }),
    )
    const watcher = (await pages.open(shop.bookUrl('turf'))).page
    await watcher.getByRole('button', { name: 'The week after' }).click()
    await watcher.getByRole('button', { name: /^Mon/ }).click()
    for (let race = 0; race < RACES; race += 1) {
      for (const { page, email } of racers) {
        await page.goto(shop.bookUrl('turf'))
        await chooseTime(page, '10:00', 'Court 1')
        await fillAddress(page, email)
      }
      await Promise.all(racers.map(({ page }) => pressHold(page)))
      const outcomes = await Promise.all(racers.map(({ page }) => outcomeOf(page)))
      expect([...outcomes].sort(), `race ${race}`).toEqual(['held', 'told'])
      const inOrder = outcomes[0] === 'held' ? racers : [...racers].reverse()
      const [winner, loser] = inOrder.map(({ page }) => page) as [Page, Page]
      await fillDetails(winner)
      await pressBook(winner)
      await seeBooked(winner)
      await seesTaken(watcher, true)
      expect(await freeOf(loser)).toBe(await freeOf(watcher))
      const offered = loser.getByRole('alert').getByRole('button')
      expect(await offered.allTextContents()).toEqual([
        expect.stringMatching(/^Earlier.*09:00/),
        expect.stringMatching(/^Later.*11:00/),
        expect.stringMatching(/^ElsewhereCourt 2.*10:00/),
      ])
      const sold = await shop.call('GET', reservationsAt(shop.ids.turf), { as: shop.keys.admin })
      expect(sold.json().items).toHaveLength(1)
      await offered.last().click()
      await loser.getByRole('heading', { name: 'Held for you' }).waitFor()
      await loser.getByRole('button', { name: 'Give it back' }).click()
      await loser.getByRole('button', { name: 'Remove Court 2' }).click()
      await shop.call('POST', cancelUrl(sold.json().items[0]), { as: shop.keys.admin, body: {} })
      await seesTaken(watcher, false)
    }
  })

  test('a hold runs out before one’s eyes, by the server’s clock, and is had again', async () => {
    const { page } = await pages.open('about:blank')
    // The reader's clock is an hour behind.
    await page.addInitScript(`{
      const now = Date.now
      Date.now = () => now() - 3_600_000
    }`)
    await page.goto(shop.bookUrl('hasty'))
    await chooseTime(page, '09:00')
    await fillAddress(page)
    await page.getByRole('button', { name: 'Hold for 3 seconds' }).click()
    expect(await page.getByRole('timer').textContent()).toMatch(/^0:0[0-4]$/)
    await page.getByRole('heading', { name: 'Your hold is over' }).waitFor()
    await expectGoodPage(page, 'a hold that is over')
    await page.getByRole('button', { name: 'Hold it again' }).click()
    await page.getByRole('heading', { name: 'Held for you' }).waitFor()
  })

  test('a hold is extended once', async () => {
    const { page } = await pages.open(shop.bookUrl('yoga'))
    await chooseTime(page, '07:00')
    await fillAddress(page)
    await pressHold(page)
    await page.getByRole('button', { name: 'I need more time' }).click()
    await page.getByRole('button', { name: 'I need more time' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Give it back' }).click()
    await page.getByRole('heading', { name: 'Your choice' }).waitFor()
  })

  test('whoever books while the server dies finds the truth: after COMMIT, over a reload', async () => {
    const { page } = await pages.open(shop.bookUrl('turf'))
    await chooseTime(page, '15:00', 'Court 2')
    await fillAddress(page, 'cyd@example.com')
    await pressHold(page)
    await fillDetails(page)
    let isDead = false
    await page.route('**/v1/**', async (route) => {
      if (isDead) return route.abort('connectionreset')
      if (!route.request().url().endsWith('/confirm')) return route.continue()
      // The server confirms, and is gone before it says so.
      isDead = true
      await route.fetch()
      await route.abort('connectionreset')
    })
    await pressBook(page)
    await page.getByText(/^No answer has come/).waitFor()
    await page.reload()
    await page.getByText(/^The shop does not answer/).waitFor()
    isDead = false
    await page.unroute('**/v1/**')
    await seeBooked(page)
    expect(await historyOf(page)).toEqual(['held', 'described', 'confirmed'])
  })

  test('whoever holds while the server dies has one hold, not two', async () => {
    const { page } = await pages.open(shop.bookUrl('turf'))
    await chooseTime(page, '14:00', 'Court 2')
    await fillAddress(page, 'dan@example.com')
    let isDead = false
    await page.route('**/reservations', async (route) => {
      if (isDead) return route.abort('connectionreset')
      isDead = true
      await route.fetch()
      await route.abort('connectionreset')
    })
    await pressHold(page)
    // The client has given up its own tries by then: the page asks on, over a reload.
    await page.getByText(/^No answer has come/).waitFor()
    await page.reload()
    await page.unroute('**/reservations')
    await page.getByRole('heading', { name: 'Held for you' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Held for you' }).waitFor()
    const url = `${reservationsAt(shop.ids.turf)}&customer=dan@example.com`
    expect((await shop.call('GET', url, { as: shop.keys.admin })).json().items).toHaveLength(1)
  })

  test('two who only look see the same once somebody has booked: the stream says so, nothing is asked', async () => {
    const watchers = await Promise.all(
      ['ada', 'bob'].map(async () => (await pages.open(shop.bookUrl('event'))).page),
    )
    const central = (page: Page) =>
      page
        .getByRole('listitem')
        .filter({ hasText: 'Hotel Central' })
        .getByText(/\d+ left/)
    const before = await Promise.all(watchers.map((page) => central(page).textContent()))
    const asked: string[] = []
    for (const page of watchers) page.on('request', (request) => asked.push(request.url()))
    const left = Number.parseInt(String(before[0]), 10)
    const buyer = await pages.open(shop.bookUrl('event'))
    await buyer.page.getByRole('button', { name: 'Choose Hotel Central' }).click()
    await holdAndBook(buyer.page, 'fay@example.com')
    // The event `change` of the stream that each has open, sent after COMMIT.
    for (const page of watchers) await page.getByText(`${left - 1} left`).waitFor()
    const after = await Promise.all(watchers.map((page) => central(page).textContent()))
    expect([...before, ...after]).toEqual([
      ...[`${left} left`, `${left} left`],
      ...[`${left - 1} left`, `${left - 1} left`],
    ])
    expect(asked, 'a page that asks anew follows nothing').toEqual([])
  })

  test('a line that is lost is said to be, and comes back with what there is by then', async () => {
    const line = await startBreakingLine(shop.baseUrl)
    const { page } = await pages.open(
      shop.bookUrl('event').replace(`${shop.baseUrl}/`, line.baseUrl),
    )
    await page.getByText('47 left').waitFor()
    await page.route('**/live*', (route) => route.abort('connectionreset'))
    line.cut()
    await page.getByText(/^The line is lost/).waitFor()
    const buyer = await pages.open(shop.bookUrl('event'))
    await buyer.page.getByRole('button', { name: 'Choose Hotel Central' }).click()
    await holdAndBook(buyer.page, 'eve@example.com')
    await page.unroute('**/live*')
    await page.getByText('46 left').waitFor()
    await page.getByText(/^The line is lost/).waitFor({ state: 'detached' })
    await page.close()
    await line.close()
  })
})

/** What a click on "Hold" came to. */
async function outcomeOf(page: Page): Promise<'held' | 'told'> {
  const held = page.getByRole('heading', { name: 'Held for you' })
  const alert = page.getByRole('alert').getByText('Somebody was faster.')
  await held.or(alert).waitFor()
  return (await held.count()) === 1 ? 'held' : 'told'
}

async function seesTaken(page: Page, isTaken: boolean): Promise<void> {
  const slot = page
    .getByRole('region', { name: 'Court 1', exact: true })
    .getByRole('button', { name: isTaken ? '10:00–11:00 taken' : '10:00–11:00 free' })
  await slot.waitFor()
}

/** How many hours of its Monday a page shows as free. */
async function freeOf(page: Page): Promise<string | null> {
  return page.getByRole('button', { name: /^Mon/ }).textContent()
}

function cancelUrl({ listing_id, id }: { readonly listing_id: string; readonly id: string }) {
  return `/v1/listings/${listing_id}/reservations/${id}/cancel`
}

/** What happened to the reservation that a page shows. */
async function historyOf(page: Page): Promise<string[]> {
  const [, , listing, id] = new URL(page.url()).pathname.split('/')
  const url = `/v1/listings/${listing}/reservations/${id}/history`
  return until('the journal has all of it', async () => {
    const entries = (await shop.call('GET', url, { as: shop.keys.admin })).json().items
    return entries.length >= 3 && entries.map((entry: { kind: string }) => entry.kind)
  })
}
