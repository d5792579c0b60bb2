/** The staff's pages of what is on sale: each action once, seen in the API. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useListening } from '../../client/listening.js'
import { BROWSER, picture, usePages, type WatchedPage } from '../../support/browser/pages.js'
import { MARKUP, sayYes, signedIn, withoutAnswers } from '../../support/browser/staff.js'
import { DATE, givenShop, type Shop } from './stock-given.js'

const service = useListening({ site: {} })
const pages = usePages()
let shop: Shop
let opened: WatchedPage
let page: Page

beforeAll(async () => {
  if (BROWSER === undefined) return
  shop = await givenShop(service)
  opened = await signedIn(pages, service, { key: service.keys.admin, path: 'resources' })
  page = opened.page
  // Within the page's own navigation nothing is loaded anew.
  page.setDefaultTimeout(20_000)
})
afterAll(async () => {
  if (BROWSER === undefined) return
  expect(withoutAnswers(opened.complaints)).toEqual([])
  expect(await page.title()).not.toContain('taken over')
  await opened.close()
})

async function go(path: string, query: Record<string, string> = {}): Promise<void> {
  const all = new URLSearchParams({ listing: service.listingId, ...query })
  await page.goto(`${service.baseUrl}/staff/${path}?${all}`)
}

/** As long as it takes: a test waits for its own machine, which is slow and shared. */
const polled = <Value>(read: () => Value) => expect.poll(read, { timeout: 20_000 })
const button = (name: string | RegExp) => page.getByRole('button', { name })
const told = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text }).waitFor()

async function ask(name: string | RegExp, fields: Record<string, string>, yes: string) {
  await button(name).first().click()
  const dialog = page.getByRole('dialog')
  for (const [label, value] of Object.entries(fields)) {
    const field = dialog.getByLabel(label)
    const isChoice = (await field.evaluate((element) => element.nodeName)) === 'SELECT'
    if (isChoice) await field.selectOption({ label: value })
    else await field.fill(value)
  }
  await sayYes(opened, yes)
}

const isFocused = (element: Locator) =>
  element.evaluate((node) => (node as unknown as Focusable).matches(':focus'))

interface Focusable {
  matches(selector: string): boolean
}

describe.skipIf(BROWSER === undefined)('what is on sale (needs chromium on the PATH)', () => {
  test('occupancy moves when somebody books', async () => {
    await go('occupancy', { date: DATE })
    await page.getByText('Sums as a table').click()
    const row = page.getByRole('row', { name: `Court ${MARKUP}` })
    await polled(() => row.getByRole('cell').allTextContents()).toEqual(['4', '4', '0', '0 %'])
    await service.client().reservations.create(service.listingId, {
      customer: 'ada@example.com',
      lines: [{ pool_id: shop.slots[0]?.pool_id ?? '', quantity: 1 }],
    })
    await polled(() => row.getByRole('cell').nth(2).textContent()).toBe('1')
    await go('occupancy', { date: DATE, view: 'month' })
    const night = page.getByRole('row', { name: 'Double room' }).getByRole('cell').nth(4)
    await polled(() => night.textContent()).toBe('0/10')
    await service.client().reservations.create(service.listingId, {
      customer: 'ada@example.com',
      lines: [{ resource_id: shop.hotelId, check_in: DATE, check_out: '2031-05-06', quantity: 3 }],
    })
    await polled(() => night.textContent()).toBe('3/10')
    await go('occupancy', { date: DATE, view: 'year' })
    await page.getByText('Months as a table').click()
    const may = page.getByRole('row', { name: 'May 2031' })
    await polled(() => may.getByRole('cell').nth(1).textContent()).toBe('4')
  })

  test('a week is edited by keyboard alone, and tells what is sold before it is saved', async () => {
    await go('schedules', { resource: shop.courtId })
    const grid = page.getByRole('grid', { name: 'Opening hours of a week' })
    await grid.focus()
    // From Monday, 8:00 to 16:00; then an hour is closed.
    for (let cell = 16; cell < 32; cell += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('17:00–20:00').first().waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    const cell = page.getByRole('gridcell', { name: 'Tuesday 16:30 to 17:00, open' })
    expect(await cell.getAttribute('aria-selected')).toBe('true')
    const save = button('Save…')
    for (let tabs = 0; tabs < 40; tabs += 1) {
      if (await isFocused(save)) break
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Save the schedule' }).focus()
    await page.keyboard.press('Enter')
    await told('The schedule is saved.')
    const saved = await service.client().slots.schedule(service.listingId, shop.courtId)
    expect(saved.ok && saved.value.weekly).toEqual([
      { days: ['mon'], from: '17:00', to: '20:00' },
      { days: ['tue'], from: '16:30', to: '17:00' },
    ])
    await button('Undo').click()
    await told('The schedule is as it was.')
    const undone = await service.client().slots.schedule(service.listingId, shop.courtId)
    expect(undone.ok && undone.value.weekly).toEqual([
      { days: ['mon'], from: '16:00', to: '20:00' },
    ])
  })

  test('exceptions and slots of a span', async () => {
    await go('schedules', { resource: shop.classId })
    await ask('Add a date', { Date: '2031-05-12' }, 'Add to the schedule')
    await page.getByText('12 May 2031: Closed').waitFor()
    await button('Save…').click()
    await sayYes(opened, 'Save the schedule', 'holiday')
    await told('The schedule is saved.')
    await ask('Make slots', { From: DATE, 'Up to': '2031-05-20' }, 'Make the slots')
    await told('Slots made: 4 new, 4 kept, 0 closed.')
  })

  test('nights of a range, fewer than are taken only with a reason, and back', async () => {
    await go('nights', { resource: shop.hotelId, date: DATE })
    const range = { 'First night': DATE, 'Up to': '2031-05-07', 'Rooms each night': '2' }
    await button('Set nights').click()
    const dialog = page.getByRole('dialog')
    for (const [label, value] of Object.entries(range)) await dialog.getByLabel(label).fill(value)
    await dialog.getByLabel('Nights at the least').fill('2')
    await dialog.getByRole('button', { name: 'Set the nights' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('Fewer rooms than are taken').fill('a burst pipe')
    await sayYes(opened, 'Set the nights')
    await told('2 nights are set.')
    await page.getByText('at least 2 nights').first().waitFor()
    await button('Undo').click()
    await told('The nights are as they were.')
    const nights = await nightsOf()
    expect(nights.map(({ capacity, minimum_stay }) => [capacity, minimum_stay])).toEqual([
      [10, 1],
      [10, 1],
    ])
  })

  test('a block is made, made definite and released', async () => {
    await go('blocks')
    await ask(
      'New block',
      {
        ...{ 'For whom': MARKUP, 'Room type': 'Double room', 'Rooms each night': '4' },
        ...{ 'First night': '2031-05-10', 'Check-out': '2031-05-12', 'Cut-off': '2031-05-01' },
      },
      'Make a tentative block',
    )
    await page.getByRole('link', { name: MARKUP }).click()
    await ask('Make definite', {}, 'Make it definite')
    await told('is definite')
    const [block] = await blocksOf()
    expect(block).toMatchObject({ name: MARKUP, state: 'definite', quantity: 4 })
    await ask('Release', { Reason: 'the party is off' }, 'Release the block')
    await told('is released')
    expect((await blocksOf())[0]?.state).toBe('released')
  })

  test('capacity, below what is taken only with a reason of its own', async () => {
    const client = service.client()
    const lines = [{ pool_id: service.poolIds[0] ?? '', quantity: 4 }]
    await client.reservations.create(service.listingId, { customer: 'eve@example.com', lines })
    await go('capacity')
    await ask(
      'Set capacity of Resource 1',
      { Places: '3', 'Fewer than are taken': 'two rooms are flooded', Reason: 'water' },
      'Set the capacity',
    )
    await told('Resource 1 has 3 places now.')
    const pool = await client.pools.get(service.listingId, service.poolIds[0] ?? '')
    expect(pool.ok && pool.value).toMatchObject({ capacity: 3, taken: 4 })
    await ask('Add places', { 'Of which': 'Resource 2', Places: '7' }, 'Add them')
    await told('7 places are on sale.')
  })

  test('a resource is made, changed, archived and put back', async () => {
    await go('resources')
    await ask('New resource', { Name: 'Court 9', Sold: 'To one customer at a time' }, 'Make it')
    await page.getByRole('heading', { level: 1, name: 'Court 9' }).waitFor()
    await ask('Change', { Name: 'Court 10', 'minutes before': '90' }, 'Save')
    await page.getByRole('heading', { level: 1, name: 'Court 10' }).waitFor()
    await ask('Add metadata', { Key: 'door', Value: MARKUP }, 'Save')
    await page.getByText(MARKUP).waitFor()
    await ask('Archive', {}, 'Archive it')
    await told('Court 10 is archived.')
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const found = await service.client().resources.get(service.listingId, id)
    expect(found.ok && found.value).toMatchObject({
      ...{ name: 'Court 10', notice_minutes: 90, archived: true, exclusive: true },
      metadata: { door: MARKUP },
    })
    await button('Undo').click()
    await told('Court 10 is as it was.')
  })

  test('a listing is made, and says what it allows', async () => {
    await go('listings')
    await ask('New listing', { Name: 'Harbour', 'Time zone': 'Europe/Berlin' }, 'Make it')
    await page.getByRole('heading', { level: 1, name: 'Harbour' }).waitFor()
    await ask(
      'Change what it allows',
      { 'Places of one customer': '4', 'The public may confirm': 'Yes, where nothing is paid for' },
      'Save',
    )
    await told('What the listing allows is changed.')
    const id = new URL(page.url()).searchParams.get('listing') ?? ''
    const found = await service.client({ apiKey: service.keys.admin }).listings.get(id)
    expect(found.ok && found.value).toMatchObject({
      ...{ name: 'Harbour', time_zone: 'Europe/Berlin' },
      policy: { customer_units_max: 4, customer_holds_max: null, storefront_confirms: 'free' },
    })
    await ask('Archive', {}, 'Archive it')
    await told('Harbour is archived.')
  })

  test('a key is shown once, works, and is revoked', async () => {
    await go('keys')
    await ask('New key', { 'Whose key': MARKUP, 'It may': 'Seller: its listings' }, 'Make the key')
    const key = (await page.locator('#secret').textContent()) ?? ''
    const call = () => service.call('GET', '/v1/listings', { as: key })
    expect((await call()).statusCode).toBe(200)
    await picture(page, 'staff-keys', { width: 1280 })
    await button('I have it').click()
    expect(await page.getByText(key).count()).toBe(0)
    const prefix = key.split('_')[1] ?? ''
    const revoke = `Revoke the key of ${MARKUP}`
    await ask(revoke, { [`Write “${prefix}”`]: prefix }, 'Revoke the key')
    await told('is revoked.')
    expect((await call()).statusCode).toBe(401)
  })

  test('an endpoint is made, tested, told again, given another secret and forgotten', async () => {
    await go('webhooks')
    const url = 'https://hooks.example.com/in'
    await ask('New endpoint', { Address: url, 'Events of': 'A listing' }, 'Make the endpoint')
    const first = await page.locator('#secret').textContent()
    await button('I have it').click()
    await page.getByRole('link', { name: url }).click()
    await ask('Send a test', {}, 'Send it')
    await page.getByText('webhook.test').first().waitFor()
    await ask('Send again', {}, 'Send it again')
    await told('It is on its way again.')
    await ask('New secret', { hours: '1' }, 'Make a new secret')
    const second = await page.locator('#secret').textContent()
    expect(second).toMatch(/^whsec_/)
    expect(second).not.toBe(first)
    await ask('Turn off', {}, 'Turn it off')
    await told('The endpoint is off.')
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const found = await service.client().webhooks.get(id)
    expect(found.ok && found.value.disabled).toBe(true)
    await ask('Forget', { 'Write “forget”': 'forget' }, 'Forget it')
    await page.getByText('Nobody is told').waitFor()
  })

  test('a feed is shown once, read by calendars, and revoked', async () => {
    await go('calendars')
    await ask('New feed', { 'For whom': 'For staff: who has booked what' }, 'Make the feed')
    const feed = (await page.locator('#secret').textContent()) ?? ''
    expect((await fetch(feed)).status).toBe(200)
    await button('I have it').click()
    await ask('Revoke the feed of Every resource', {}, 'Revoke the feed')
    await told('The feed is revoked.')
    expect((await fetch(feed)).status).not.toBe(200)
  })
})

async function nightsOf() {
  const range = { from: DATE, to: '2031-05-07' }
  const found = await service.client().nights.get(service.listingId, shop.hotelId, range)
  return found.ok ? found.value.nights : []
}

async function blocksOf() {
  const found = await service.client().blocks.list(service.listingId)
  return found.ok ? found.value.items : []
}
