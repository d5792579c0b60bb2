/** The shop in a real browser: whatever is sold is found, held and booked, by anybody. */
import type { Page, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  BROWSER,
  expectGoodPage,
  picture,
  usePages,
  type WatchedPage,
} from '../../support/browser/pages.js'
import { until } from '../../support/until.js'
import {
  chooseNights,
  chooseTime,
  fillAddress,
  fillDetails,
  HOSTILE,
  holdAndBook,
  pressBook,
  pressHold,
  seeBooked,
  useShop,
} from './shop.js'

const shop = useShop()
const pages = usePages()
/** All who book here are in Berlin. */
const READER = {
  timezoneId: 'Europe/Berlin',
  viewport: { width: 1440, height: 900 },
  // A colour on its way to another one has the contrast of neither.
  reducedMotion: 'reduce',
} as const
/** What the shop may weigh: its scripts as they are sent. */
const SCRIPT_BYTES_MAX = 60 * 1024

describe.skipIf(BROWSER === undefined)('the shop (needs chromium on the PATH)', () => {
  let watched: WatchedPage
  let page: Page
  beforeAll(async () => {
    watched = await pages.open('about:blank', READER)
    page = watched.page
  })
  afterAll(async () => {
    await watched.close()
  })

  async function good(what: string): Promise<void> {
    await expectGoodPage(page, what)
    await shown(what)
  }

  /** As it is shown in the docs; the same parts are looked through elsewhere. */
  async function shown(what: string): Promise<void> {
    await picture(page, `shop-${what}`, { width: 1440 })
    await picture(page, `shop-${what}-phone`, { width: 320, colorScheme: 'dark' })
    await page.setViewportSize(READER.viewport)
    await page.emulateMedia({ colorScheme: 'light' })
    expect(watched.complaints, what).toEqual([])
  }

  test('shows what is on sale, and not what is archived, with less script than 60 KB', async () => {
    const { call, keys, ids, baseUrl } = shop
    await call('POST', `/v1/listings/${ids.careful}/archive`, { as: keys.admin, body: {} })
    let bytes = 0
    const count = async (response: Response) => {
      if (!response.url().endsWith('.js')) return
      bytes += (await response.request().sizes()).responseBodySize
    }
    page.on('response', count)
    await page.goto(baseUrl)
    await page.getByRole('link', { name: /Riverside turf Court 1, Court 2/ }).waitFor()
    await page.waitForLoadState('networkidle')
    page.off('response', count)
    expect(await page.getByRole('link', { name: /careful/ }).count()).toBe(0)
    await call('POST', `/v1/listings/${ids.careful}/unarchive`, { as: keys.admin, body: {} })
    expect(bytes).toBeGreaterThan(1_000)
    expect(bytes).toBeLessThan(SCRIPT_BYTES_MAX)
    await good('front')
  })

  test('books an hour of a court, by the clocks of the place', async () => {
    await page.getByRole('link', { name: /Riverside turf/ }).click()
    await page.getByText(/India Standard Time/).waitFor()
    await chooseTime(page, '09:00', 'Court 1')
    await page.getByText(/Mon .*, 0[45]:30 where you are/).waitFor()
    await good('slots')
    await fillAddress(page)
    await pressHold(page)
    await fillDetails(page)
    expect(await page.getByRole('timer').textContent()).toMatch(/^(10:00|9:\d\d)$/)
    await good('held')
    await pressBook(page)
    await seeBooked(page)
    await good('booked')
    expect(await page.getByText('We arrive late').count()).toBe(1)
  })

  test('gives whoever has the link the reservation, and moves it in one step', async () => {
    const url = page.url()
    expect(url).toMatch(/\/r\/[\w-]+\/[\w-]+#[\w-]+$/)
    const other = await pages.open(url, READER)
    await other.page.getByRole('button', { name: 'Move it', exact: true }).click()
    const court = other.page.getByRole('region', { name: 'Court 2', exact: true })
    await court.getByRole('button', { name: /^11:00/ }).click()
    await other.page.getByRole('button', { name: 'Move it here' }).click()
    await other.page.getByRole('button', { name: 'Move it', exact: true }).waitFor()
    const now = await other.page.getByRole('definition').first().textContent()
    expect(now).toMatch(/^Court 2Monday.*, 11:00–12:00/)
    expect(other.complaints).toEqual([])
    await other.close()
  })

  test('cancels, and asks first', async () => {
    await page.getByRole('button', { name: 'Cancel the booking' }).click()
    await good('cancel')
    expect(await page.evaluate(NAME_OF_FOCUS), 'what harms nothing is nearest').toBe('Keep it')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(NAME_OF_FOCUS)).toBe('Cancel the booking')
    await page.getByRole('button', { name: 'Cancel the booking' }).click()
    await page.getByRole('button', { name: 'Yes, cancel it' }).click()
    await page.getByRole('heading', { name: 'Cancelled' }).waitFor()
    await page.goto(`${page.url().split('#')[0]}#nobody`)
    await page.reload()
    await page.getByRole('heading', { name: 'This link opens nothing' }).waitFor()
    // The browser itself notes an answer of 404.
    watched.complaints.splice(0)
  })

  test('books two places of a class and an hour of the next day in one go', async () => {
    await page.goto(shop.bookUrl('yoga'))
    await chooseTime(page, '18:00')
    await page.getByRole('button', { name: /^Tue/ }).click()
    await page.getByRole('button', { name: /^07:00/ }).click()
    await page.getByRole('button', { name: 'One more' }).first().click()
    await holdAndBook(page)
    expect(await page.getByText('The roof × 2').count()).toBe(1)
  })

  test('books a stay within the rules of the hotel', async () => {
    await page.goto(shop.bookUrl('hotel'))
    await page.getByRole('radio', { name: 'Suite' }).check()
    await page.getByRole('button', { name: 'The month after' }).click()
    await page
      .getByRole('button', { name: /\b8 .*1 left$/ })
      .first()
      .click()
    await page
      .getByRole('button', { name: /\b9 .*at least 2 nights$/ })
      .first()
      .press('Enter')
    await page.getByText(/at least 2 nights\.$/).waitFor()
    await page
      .getByRole('button', { name: /\b10 .*1 left$/ })
      .first()
      .click()
    await page.getByText(/2 nights\.$/).waitFor()
    await good('nights')
    await page.getByRole('button', { name: 'Choose these nights' }).click()
    await holdAndBook(page)
    await page.getByText(/2 nights$/).waitFor()
  })

  test('tells whoever is too late for a suite which is the nearest, and books that with one click', async () => {
    await page.goto(shop.bookUrl('hotel'))
    await page.getByRole('radio', { name: 'Suite' }).check()
    await chooseNights(page, [15, 18])
    const url = `/v1/listings/${shop.ids.hotel}`
    const { items } = (await shop.call('GET', `${url}/resources`, { as: shop.keys.admin })).json()
    const suite = items.find((each: { name: string }) => each.name === 'Suite').id
    const month = await page.getByRole('heading', { name: /20\d\d$/ }).textContent()
    const first = new Date(`1 ${month} UTC`).toISOString().slice(0, 8)
    const body = {
      customer: 'bob@example.com',
      lines: [{ resource_id: suite, check_in: `${first}15`, check_out: `${first}17` }],
    }
    const faster = await shop.call('POST', `${url}/reservations`, { as: shop.keys.admin, body })
    expect(faster.statusCode, faster.body).toBe(201)
    await fillAddress(page)
    await pressHold(page)
    const alert = page.getByRole('alert')
    await alert.getByText('Somebody was faster.').waitFor()
    // The browser itself notes an answer of 409.
    expect(watched.complaints.splice(0)).toEqual([expect.stringContaining('409')])
    await good('taken')
    expect(await alert.getByRole('button').allInnerTexts()).toEqual([
      expect.stringMatching(/^Earlier\n.*12 .* to .*15 /),
      expect.stringMatching(/^Later\n.*17 .* to .*20 /),
      expect.stringMatching(/^Elsewhere\nDouble room, .*15 .* to .*18 /),
    ])
    await alert.getByRole('button', { name: /^Later/ }).click()
    await fillDetails(page)
    await pressBook(page)
    await seeBooked(page)
  })

  test('sells rooms of an event while there are any', async () => {
    await page.goto(shop.bookUrl('event'))
    await page.getByRole('button', { name: 'Choose Hotel Astoria' }).click()
    for (let more = 0; more < 2; more += 1)
      await page.getByRole('button', { name: 'One more' }).click()
    await good('units')
    const other = await pages.open(shop.bookUrl('event'), READER)
    await other.page.getByText('3 left').waitFor()
    await holdAndBook(page)
    // The other reader sees it without doing anything.
    await other.page.getByText('full').waitFor()
    await other.close()
  })

  test('sells any hour of a court that is open', async () => {
    await page.goto(shop.bookUrl('court'))
    await page.getByRole('button', { name: 'The week after' }).click()
    const grass = page.getByRole('region', { name: 'Grass' })
    await grass.getByLabel('From').selectOption('10:30')
    await grass.getByLabel('Until').selectOption('13:00, 2 h 30 min')
    await grass.getByRole('button', { name: 'Choose this time' }).click()
    await good('ranges')
    await holdAndBook(page)
    await page.getByText(/10:30–13:00/).waitFor()
  })

  test('says that the shop confirms, and shows when it has', async () => {
    await page.goto(shop.bookUrl('careful'))
    await chooseTime(page, '10:00')
    await fillAddress(page)
    await pressHold(page)
    await fillDetails(page)
    await page.getByRole('button', { name: 'Send to the shop' }).click()
    await page.getByRole('heading', { name: 'The shop will confirm' }).waitFor()
    const [, , listing, id] = new URL(page.url()).pathname.split('/')
    const url = `/v1/listings/${listing}/reservations/${id}/confirm`
    await shop.call('POST', url, { as: shop.keys.admin, body: {} })
    await seeBooked(page)
  })

  test('takes every name, note and number for what it is: text', async () => {
    await page.goto(shop.bookUrl('hostile'))
    await page.getByRole('heading', { name: HOSTILE, exact: true }).first().waitFor()
    await chooseTime(page, '10:00')
    await fillAddress(page)
    await pressHold(page)
    await page.getByLabel('Your name').fill(HOSTILE)
    await page.getByLabel('Note').fill(`javascript:alert(1) ${HOSTILE}`)
    await pressBook(page)
    await seeBooked(page)
    expect(await page.getByText(HOSTILE, { exact: true }).count()).toBeGreaterThanOrEqual(2)
    expect(await page.title()).toBe(HOSTILE)
    await page.goto(shop.baseUrl)
    await page.getByRole('heading', { name: HOSTILE, exact: true }).waitFor()
    expect(await page.title()).not.toBe('broken')
    expect(watched.complaints).toEqual([])
  })

  test('moves nothing for whoever wants that, and has room for text of twice the size', async () => {
    await page.setViewportSize({ width: 768, height: 900 })
    await page.goto(shop.bookUrl('turf'))
    await page
      .getByRole('button', { name: /^\d\d:00/ })
      .first()
      .waitFor()
    const moves = async () => {
      const durations = await page.evaluate<string[]>(DURATIONS)
      return durations.flatMap((each) => each.split(', ')).filter((each) => each !== '0s')
    }
    expect(await moves()).toEqual([])
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await moves()).not.toEqual([])
    await page.emulateMedia({ reducedMotion: 'reduce' })
    for (const listing of ['turf', 'hotel', 'event'] as const) {
      await page.goto(shop.bookUrl(listing))
      await page.getByText('Your choice').waitFor()
      await page.evaluate(`document.documentElement.style.fontSize = '200%'`)
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
      expect(wide, listing).toBeLessThanOrEqual(768)
    }
    await page.setViewportSize(READER.viewport)
  })

  test('is used by the keyboard alone: an hour', async () => {
    await page.goto(shop.bookUrl('turf'))
    await page
      .getByRole('button', { name: /^\d\d:00/ })
      .first()
      .waitFor()
    await press(page, 'The week after', 'Enter')
    await press(page, /^Wed/, 'Enter')
    await press(page, /^14:00/, 'Space')
    await finishByKeyboard(page)
  })

  test('is used by the keyboard alone: a stay', async () => {
    await page.goto(shop.bookUrl('hotel'))
    await page.getByRole('button', { name: /left$/ }).first().waitFor()
    await press(page, 'The month after', 'Enter')
    await press(page, /\b1 .*left$/, 'ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await press(page, 'Choose these nights', 'Enter')
    await finishByKeyboard(page)
    await page.getByText(/2 nights$/).waitFor()
  })
})

async function finishByKeyboard(page: Page): Promise<void> {
  await press(page, 'Your e-mail address', 'End')
  await page.keyboard.type('ada@example.com')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Held for you' }).waitFor()
  await press(page, 'Your name', 'End')
  await page.keyboard.type('Ada')
  await press(page, 'Book', 'Enter')
  await seeBooked(page)
}

const DURATIONS = `[...document.querySelectorAll('*')].map((each) => getComputedStyle(each).transitionDuration)`
const TABS_MAX = 60

/** Goes on with Tab until something of this name has the focus, and presses a key there. */
async function press(page: Page, name: string | RegExp, key: string): Promise<void> {
  const matches = (text: string) => (typeof name === 'string' ? text === name : name.test(text))
  let tabs = 0
  await until(`the focus is on ${name}`, async () => {
    await page.keyboard.press('Tab')
    tabs += 1
    if (tabs > TABS_MAX) throw new Error(`no Tab leads to ${name}`)
    return matches(await page.evaluate<string>(NAME_OF_FOCUS))
  })
  await page.keyboard.press(key)
}

const NAME_OF_FOCUS = `(() => {
  const focus = document.activeElement
  const label = focus.labels?.[0]?.textContent ?? focus.getAttribute('aria-label')
  return (label ?? focus.textContent ?? '').replaceAll(/\\s+/g, ' ').trim()
})()`
