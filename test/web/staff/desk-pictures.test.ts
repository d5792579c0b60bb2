/** The pictures of the desk in the docs: a court's day as it might be. */
import { beforeAll, expect, test } from 'vitest'
import { useListening } from '../../client/listening.js'
import { BROWSER, picture, usePages } from '../../support/browser/pages.js'
import { signedIn } from '../../support/browser/staff.js'
import { givenDeadLetter } from '../../support/http/service.js'
import { givenSlots, givenTimeSold } from '../../support/stock/turf.js'

const service = useListening({ site: {} })
const pages = usePages()
const ARE_WANTED = process.env['HOLDFAST_TEST_PICTURES'] === 'on'
const at = (path: string) => `/v1/listings/${service.listingId}${path}`

const ALL_DAY = {
  ...{ sold_by: 'slots', slot_minutes: 60 },
  weekly: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }],
}
const PEOPLE = [
  ['ada@example.com', 'Ada Lovelace', 'We bring our own ball'],
  ['grace@example.com', 'Grace Brewster Murray Hopper', undefined],
  ['club@example.com', 'Riverside Football Club', 'The under-twelves'],
  ['katherine@example.com', 'Katherine Johnson', undefined],
  ['annie@example.com', 'Annie Easley', 'Two of us come by wheelchair'],
] as const
let shownId = ''

async function book(person: (typeof PEOPLE)[number], lines: object[], more: object) {
  const [customer, name, note] = person
  const contact = { name, email: customer, phone: '+44 20 7946 0958', ...(note ? { note } : {}) }
  const body = { customer, lines, contact, metadata: { order: '6735' }, allow_past: true, ...more }
  const made = await service.call('POST', at('/reservations'), { body })
  expect(made.statusCode).toBe(201)
  return made.json().id as string
}

beforeAll(async () => {
  if (!ARE_WANTED) return
  await service.call('PATCH', at(''), { body: { name: 'Riverside Sports' } })
  const court = { name: 'Court 1', exclusive: true, time_zone: 'UTC' }
  const turf = await givenTimeSold(service, ALL_DAY, court)
  const [today, tomorrow] = [0, 1].map((days) =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 'YYYY-MM-DD'.length),
  )
  const slots = await givenSlots(service, turf, { from: today ?? '', to: tomorrow ?? '' })
  const room = await service.call('POST', at('/resources'), { body: { name: 'Locker' } })
  const stock = { resource_id: room.json().id, capacity: 20 }
  const lockers = (await service.call('POST', at('/pools'), { body: stock })).json()
  const slot = (hour: number) => {
    const { from, to } = slots[hour] ?? {}
    return { resource_id: turf.resourceId, from, to }
  }
  for (const [index, person] of PEOPLE.entries()) {
    const hold = index < 2 ? { hold_seconds: 75 + index * 400 } : {}
    const lines = [slot(14 + index), { pool_id: lockers.id, quantity: 2 }]
    shownId = await book(person, lines, hold)
  }
  await service.call('PATCH', at(`/reservations/${shownId}`), {
    body: { lines: [slot(20)], allow_past: true, reason: 'They come by a later train' },
  })
  const paid = await book(PEOPLE[2], [slot(21)], { hold_seconds: 600 })
  const confirmed = at(`/reservations/${paid}`)
  await service.call('POST', `${confirmed}/confirm`, { body: { payment_ref: 'pay_8Jq2' } })
  await service.call('POST', `${confirmed}/cancel`, { body: { reason: 'Flooded pitch' } })
  await givenDeadLetter(service.db, service.listingId)
})

test.skipIf(BROWSER === undefined || !ARE_WANTED)(
  'pictures are taken (needs chromium and HOLDFAST_TEST_PICTURES=on)',
  async () => {
    const { page, complaints, close } = await signedIn(pages, service, { key: service.keys.admin })
    const shots = [
      ['today', '', 'Annie Easley'],
      ['find', 'find', 'Annie Easley'],
      ['reservation', `reservation/${shownId}`, 'Changed:'],
      ['refunds', 'refunds', 'pay_8Jq2'],
      ['notices', 'notices', 'nobody answers'],
      ['customers', 'customers?customer=annie@example.com', 'Annie Easley'],
      ['journal', 'journal', 'pay_8Jq2'],
      ['audit', 'audit', 'What is held against what'],
    ] as const
    for (const [name, path, sign] of shots) {
      const mark = path.includes('?') ? '&' : '?'
      await page.goto(`${service.baseUrl}/staff/${path}${mark}listing=${service.listingId}`)
      await page.getByText(sign).first().waitFor()
      await page.waitForLoadState('networkidle')
      if (name === 'audit') {
        await page.getByRole('button', { name: 'Audit Riverside Sports' }).click()
        await page.getByText('Everything adds up.').waitFor()
      }
      await picture(page, `staff-${name}`, { width: 1280 })
    }
    await page.goto(`${service.baseUrl}/staff/reservation/${shownId}?listing=${service.listingId}`)
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await picture(page, 'staff-question', { width: 1280 })
    await page.keyboard.press('Escape')
    await page.goto(`${service.baseUrl}/staff?listing=${service.listingId}`)
    await page.getByText('Annie Easley').first().waitFor()
    await picture(page, 'staff-today-small', { width: 390, colorScheme: 'dark' })
    expect(complaints).toEqual([])
    await close()
  },
)
