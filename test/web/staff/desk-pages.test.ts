/** Every page of the desk with real content: for every eye, at every width, by keyboard alone. */
import { beforeAll, expect, test } from 'vitest'
import { useListening } from '../../client/listening.js'
import { BROWSER, expectGoodPage, usePages } from '../../support/browser/pages.js'
import { MARKUP, sayYes, signedIn } from '../../support/browser/staff.js'
import { givenDeadLetter } from '../../support/http/service.js'
import { BY_RANGE, givenSlots, givenTimeSold } from '../../support/stock/turf.js'

const service = useListening({ site: {} })
const pages = usePages()
const inBrowser = test.skipIf(BROWSER === undefined)
const at = (path: string) => `/v1/listings/${service.listingId}${path}`

const LONG = 'Grace Brewster Murray Hopper-Eddington-Wolverhampton of Arlington and Elsewhere'
let heldId = ''
/** Has a range of a court. */
let rangeId = ''

async function book(customer: string, more: object): Promise<string> {
  const lines = [{ pool_id: service.poolIds[2], quantity: 2 }]
  const made = await service.call('POST', at('/reservations'), {
    body: { customer, lines, ...more },
  })
  expect(made.statusCode).toBe(201)
  return made.json().id
}

beforeAll(async () => {
  await service.call('PATCH', `/v1/listings/${service.listingId}`, { body: { name: MARKUP } })
  const turf = await givenTimeSold(service, undefined, {
    ...{ name: `Court 1 ${MARKUP}`, exclusive: true, time_zone: 'Asia/Kolkata' },
  })
  const [slot] = await givenSlots(service, turf, { from: '2031-05-01', to: '2031-05-02' })
  const contact = { name: LONG, email: 'grace@example.com', phone: '+1', note: MARKUP }
  heldId = await book(MARKUP.replaceAll('@', ''), {
    ...{ contact, metadata: { [MARKUP.slice(0, 40)]: MARKUP }, hold_seconds: 600, reason: MARKUP },
    lines: [
      { resource_id: turf.resourceId, from: slot?.from, to: slot?.to },
      { pool_id: service.poolIds[0], quantity: 2 },
    ],
  })
  const grass = await givenTimeSold(service, BY_RANGE, { name: 'Grass', exclusive: true })
  const range = { from: '2031-05-01T10:00:00Z', to: '2031-05-01T11:30:00Z' }
  rangeId = await book('gus@example.com', {
    ...{ hold_seconds: 600, lines: [{ resource_id: grass.resourceId, ...range }] },
  })
  await book('eve@example.com', { hold_seconds: 90 })
  const paid = await book('ada@example.com', { hold_seconds: 600, contact: { name: MARKUP } })
  await service.call('POST', at(`/reservations/${paid}/confirm`), { body: { payment_ref: MARKUP } })
  await service.call('POST', at(`/reservations/${paid}/cancel`), { body: { reason: MARKUP } })
  await givenDeadLetter(service.db, service.listingId)
})

/** By name: where each page is, and what shows that it is drawn. */
const PAGES = (): readonly (readonly [name: string, path: string, sign: string])[] => [
  ['today', '', 'Refunds due'],
  ['find', 'find', 'eve@example.com'],
  ['reservation', `reservation/${heldId}`, 'History'],
  ['refunds', 'refunds', 'the reservation was cancelled'],
  ['notices', 'notices', 'nobody answers'],
  ['customers', 'customers', 'Whom is it about?'],
  ['journal', 'journal', 'is due back'],
  ['audit', 'audit', 'What is held against what'],
]

inBrowser('every page is good to look at and to hear, whatever people are called', async () => {
  const opened = await signedIn(pages, service, { key: service.keys.admin })
  const { page, complaints, close } = opened
  for (const [name, path, sign] of PAGES()) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${service.baseUrl}/staff/${path}?listing=${service.listingId}`)
    await page.getByText(sign).first().waitFor()
    await page.waitForLoadState('networkidle')
    const menu = page.getByRole('button', { name: 'Menu' })
    expect(await menu.count(), 'what the menu opens lies open already').toBe(0)
    await expectGoodPage(page, name)
    expect(await page.title(), name).not.toContain('taken over')
    expect(await page.locator('main img, main b').count(), `${name} takes a name for markup`).toBe(
      0,
    )
  }
  expect(complaints).toEqual([])
  await close()
})

inBrowser(
  'a dialog and the form of the lines are as good, and nothing is lost at twice the size of text',
  async () => {
    const opened = await signedIn(pages, service, { path: `reservation/${heldId}` })
    const { page, complaints, close } = opened
    const openAt = (path: string) =>
      page.goto(`${service.baseUrl}/staff/${path}?listing=${service.listingId}`)
    for (const [id, field] of [
      [rangeId, 'To'],
      [heldId, 'Day'],
    ] as const) {
      await openAt(`reservation/${id}`)
      await page.getByRole('button', { name: 'Change', exact: true }).click()
      await page.getByLabel(field, { exact: true }).waitFor()
      await expectGoodPage(page, `the form of lines with ${field}`)
    }
    await page.getByRole('button', { name: 'Release' }).click()
    await expectGoodPage(page, 'a dialog')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.keyboard.press('Escape')
    for (const [name, path, sign] of PAGES().slice(0, 3)) {
      await openAt(path)
      await page.getByText(sign).first().waitFor()
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.evaluate(`document.documentElement.style.fontSize = '200%'`)
      await page.waitForLoadState('networkidle')
      const lost = await page.evaluate(LOST)
      expect(lost, `${name} at 200 %`).toEqual([])
    }
    expect(complaints).toEqual([])
    await close()
  },
)

/** What is wider than its own place, or than the page. */
const LOST = `[...document.querySelectorAll('body *')]
  .filter((each) => !each.closest('.heard') && each.checkVisibility())
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 ||
    (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'hidden'))
  .map((each) => each.outerHTML.slice(0, 120))`

inBrowser('a hold is found by its contact and released by keyboard alone', async () => {
  const contact = { email: 'kay.boards@example.com' }
  const id = await book('keys@example.com', { hold_seconds: 600, contact })
  const { page, close, complaints } = await pages.open(
    `${service.baseUrl}/staff?listing=${service.listingId}`,
  )
  const { keyboard } = page
  /** Presses Tab until the element of that name has the focus. */
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await keyboard.press('Tab')
      if ((await page.evaluate(FOCUSED)) === name) return
    }
    throw new Error(`Tab never comes to “${name}”`)
  }
  // The field has the focus already.
  await page.getByLabel('API key').waitFor()
  await keyboard.type(service.keys.seller)
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Today' }).waitFor()
  await tabTo('Find a reservation')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Find a reservation' }).waitFor()
  // The link that led here has the same name.
  const focused = await page.evaluate('document.activeElement.tagName')
  expect(focused, 'the reader is led to the heading').toBe('H1')
  await tabTo('E-mail, phone or name')
  await keyboard.type('Kay.Boards@Example.com')
  await keyboard.press('Enter')
  await page.getByText('1 reservation found.').waitFor()
  await page.getByRole('link', { name: 'keys@example.com' }).waitFor()
  await tabTo('keys@example.com')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'History' }).waitFor()
  await tabTo('Release')
  await keyboard.press('Enter')
  await tabTo('Release')
  await keyboard.press('Enter')
  await page.getByText('The hold of keys@example.com was released.').waitFor()
  const released = await service.call('GET', at(`/reservations/${id}`))
  expect(released.json().state).toBe('released')
  expect(complaints).toEqual([])
  await close()
})

/** What people call the element that has the focus. */
const FOCUSED = `(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()`

inBrowser('lists go on page by page, and the way back leads to the page before', async () => {
  for (let each = 0; each < 26; each += 1) await book(`many-${each}@example.com`, {})
  const { page, close } = await signedIn(pages, service, { path: 'find' })
  await page.getByText('many-25@example.com').waitFor()
  await page.getByRole('link', { name: 'More reservations' }).click()
  await page.getByText('many-0@example.com').waitFor()
  await page.goBack()
  await page.getByText('many-25@example.com').waitFor()
  await page.goForward()
  await page.getByRole('link', { name: 'Back to the first page' }).click()
  await page.getByText('many-25@example.com').waitFor()
  await close()
})

inBrowser('where there is nothing, a page says what would be here', async () => {
  const made = await service.call('POST', '/v1/listings', {
    ...{ body: { name: 'Nothing yet' }, as: service.keys.admin },
  })
  const listingId = made.json().id
  const opened = await signedIn(pages, service, { key: service.keys.admin, listingId })
  const { page, close, complaints } = opened
  for (const sign of ['No holds', 'Nobody arrives today', 'No refunds due', 'Every notice was']) {
    await page.getByText(sign).waitFor()
  }
  await expectGoodPage(page, 'an empty today')
  expect(complaints).toEqual([])
  await close()
})

inBrowser('a page that cannot load says why, and tries again when asked', async () => {
  const opened = await signedIn(pages, service)
  const { page, close } = opened
  await page.route('**/refunds?**', (route) => route.abort())
  await page.getByRole('link', { name: 'Refunds', exact: true }).click()
  await page.getByRole('alert').getByText('The server did not answer.').waitFor()
  await page.unroute('**/refunds?**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: /^Mark as given back/ }).waitFor()
  await close()
})

inBrowser('what happens elsewhere appears by itself', async () => {
  const opened = await signedIn(pages, service)
  const { page, close } = opened
  await book('walk-in@example.com', { hold_seconds: 30 })
  await page.getByRole('link', { name: 'walk-in@example.com' }).waitFor()
  await page.getByRole('button', { name: 'Release the hold of walk-in@example.com' }).click()
  await sayYes(opened, 'Release')
  await expect.poll(() => page.getByRole('link', { name: 'walk-in@example.com' }).count()).toBe(0)
  await close()
})
