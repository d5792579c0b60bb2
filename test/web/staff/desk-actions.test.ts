/** What staff do at the desk: each action once, in a real browser, as the service has it afterwards. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { useListening } from '../../client/listening.js'
import { BROWSER, usePages, type WatchedPage } from '../../support/browser/pages.js'
import { MARKUP, sayYes, signedIn, withoutAnswers } from '../../support/browser/staff.js'
import { givenDeadLetter } from '../../support/http/service.js'
import { later } from '../../support/later.js'
import { givenSlots, givenTimeSold } from '../../support/stock/turf.js'

const service = useListening({ site: {} })
const pages = usePages()
const inBrowser = test.skipIf(BROWSER === undefined)
const at = (path: string) => `/v1/listings/${service.listingId}${path}`

interface Booked {
  readonly id: string
  readonly customer: string
}

let customers = 0
/** A hold of one unit, or a reservation that is confirmed. */
async function booked(more: object = { hold_seconds: 600 }): Promise<Booked> {
  customers += 1
  const customer = `guest-${customers}@example.com`
  const lines = [{ pool_id: service.poolIds[2], quantity: 1 }]
  const made = await service.call('POST', at('/reservations'), {
    body: { customer, lines, contact: { name: `Guest ${customers}`, note: MARKUP }, ...more },
  })
  expect(made.statusCode).toBe(201)
  return { id: made.json().id, customer }
}

async function paid(): Promise<Booked> {
  const hold = await booked()
  const body = { payment_ref: `pay_${hold.customer}` }
  await service.call('POST', at(`/reservations/${hold.id}/confirm`), { body })
  return hold
}

const look = async ({ id }: Booked) => (await service.call('GET', at(`/reservations/${id}`))).json()
const lastReason = async ({ id }: Booked) => {
  const { items } = (await service.call('GET', at(`/reservations/${id}/history`))).json()
  return items.at(-1).reason
}

const open = ({ id }: Booked) => signedIn(pages, service, { path: `reservation/${id}` })
const press = ({ page }: WatchedPage, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true }).click()

async function isDone(opened: WatchedPage, text: string): Promise<void> {
  await opened.page.getByRole('status').getByText(text).waitFor()
}

inBrowser(
  'a hold is extended, confirmed with its payment, and cancelled, each with a reason',
  async () => {
    const hold = await booked()
    const opened = await open(hold)
    const { page } = opened
    const before = await look(hold)
    await press(opened, 'Extend')
    await page.getByLabel('Minutes from now').fill('14')
    await sayYes(opened, 'Extend', 'They are at the till')
    await isDone(opened, 'The hold lasts for 14 more minutes.')
    const extended = await look(hold)
    expect(Date.parse(extended.expires_at)).toBeGreaterThan(Date.parse(before.expires_at))
    expect(await lastReason(hold)).toBe('They are at the till')

    await press(opened, 'Confirm')
    await page.getByLabel('Payment').fill('pay_7')
    await sayYes(opened, 'Confirm')
    await isDone(opened, `Confirmed for ${hold.customer}.`)
    expect(await look(hold)).toMatchObject({ state: 'confirmed', payment_ref: 'pay_7' })

    await press(opened, 'Cancel')
    await sayYes(opened, 'Cancel the reservation', MARKUP)
    await isDone(opened, 'A payment is due back.')
    expect(await look(hold)).toMatchObject({ state: 'cancelled', refund_due: true })
    await page.getByText('Payment pay_7 is due back.').waitFor()
    await page.getByText(`“${MARKUP}”`).waitFor()
    expect(await page.title()).not.toContain('taken over')
    expect(opened.complaints).toEqual([])
    await opened.close()
  },
)

inBrowser(
  'nothing is released before the reader says yes, and what somebody else did is told',
  async () => {
    const hold = await booked()
    const opened = await open(hold)
    const { page } = opened
    await press(opened, 'Release')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(await look(hold)).toMatchObject({ state: 'held' })

    await press(opened, 'Release')
    await service.call('PATCH', at(`/reservations/${hold.id}/details`), {
      body: { metadata: { order: '1' } },
    })
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Release', exact: true }).click()
    await dialog.getByRole('alert').getByText('Somebody changed it in the meantime.').waitFor()
    expect(await look(hold)).toMatchObject({ state: 'held' })
    await dialog.getByRole('button', { name: 'Leave it as it is' }).click()
    await page.getByRole('term').filter({ hasText: 'order' }).waitFor()
    await press(opened, 'Release')
    await sayYes(opened, 'Release')
    await isDone(opened, 'was released')
    expect(await look(hold)).toMatchObject({ state: 'released' })
    expect(withoutAnswers(opened.complaints)).toEqual([])
    await opened.close()
  },
)

inBrowser('lines are changed to another pool and a free slot, and back again', async () => {
  const reservation = await booked({})
  const opened = await open(reservation)
  const { page } = opened
  await press(opened, 'Change')
  await page.getByLabel('How many').fill('3')
  await page.getByLabel('What').selectOption('Resource 1 (5 left)')
  await page.getByRole('button', { name: 'Change to this' }).click()
  await sayYes(opened, 'Change', 'More of them come')
  await isDone(opened, 'Changed to 3 × Resource 1.')
  expect((await look(reservation)).lines).toMatchObject([
    { pool_id: service.poolIds[0], quantity: 3 },
  ])
  expect(await lastReason(reservation)).toBe('More of them come')
  await page.getByRole('button', { name: 'Undo' }).click()
  await isDone(opened, 'It is as it was.')
  expect((await look(reservation)).lines).toMatchObject([
    { pool_id: service.poolIds[2], quantity: 1 },
  ])
  await opened.close()
})

inBrowser('a slot is moved to another one of another day', async () => {
  const turf = await givenTimeSold(service)
  const slots = await givenSlots(service, turf, { from: '2031-05-01', to: '2031-05-03' })
  const [first] = slots
  const { resourceId: resource_id } = turf
  const moved = await booked({ lines: [{ resource_id, from: first?.from, to: first?.to }] })
  const opened = await open(moved)
  const { page } = opened
  await page.getByText('Thu 1 May, 08:00–09:00 (2031)').first().waitFor()
  await press(opened, 'Change')
  await page.getByLabel('Day').fill('2031-05-02')
  await page.getByLabel('Day').blur()
  await page.getByLabel('Time').selectOption('18:00–19:00')
  await page.getByRole('button', { name: 'Change to this' }).click()
  await sayYes(opened, 'Change')
  await isDone(opened, 'Changed to Turf, Fri 2 May, 18:00–19:00 (2031).')
  expect((await look(moved)).lines).toMatchObject([
    // 18:00 in Berlin, in summer.
    { resource_id, from: '2031-05-02T16:00:00.000Z', to: '2031-05-02T17:00:00.000Z' },
  ])
  await opened.close()
})

inBrowser('contact and metadata are corrected, and a correction is undone', async () => {
  const reservation = await booked({})
  const opened = await open(reservation)
  const { page } = opened
  await press(opened, 'Edit the contact')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Phone').fill('+44 20 7946 0958')
  await dialog.getByLabel('Note from the guest').fill('')
  await sayYes(opened, 'Save')
  await isDone(opened, 'The contact was corrected.')
  const corrected = (await look(reservation)).contact
  expect(corrected).toEqual({ name: corrected.name, phone: '+44 20 7946 0958' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await isDone(opened, 'It is as it was.')
  expect((await look(reservation)).contact).toEqual({ name: corrected.name, note: MARKUP })

  await press(opened, 'Add metadata')
  await dialog.getByLabel('Key').fill('order')
  await dialog.getByLabel('Value').fill(MARKUP)
  await sayYes(opened, 'Save')
  await isDone(opened, 'The metadata was corrected.')
  expect((await look(reservation)).metadata).toEqual({ order: MARKUP })
  await page.getByRole('button', { name: 'Undo' }).click()
  await isDone(opened, 'It is as it was.')
  expect(await look(reservation)).not.toHaveProperty('metadata')
  expect(await page.title()).not.toContain('taken over')
  expect(opened.complaints).toEqual([])
  await opened.close()
})

inBrowser('a refund is settled, a notice is sent again and another one dismissed', async () => {
  const reservation = await paid()
  await service.call('POST', at(`/reservations/${reservation.id}/cancel`), { body: {} })
  const [again, never] = [
    await givenDeadLetter(service.db, service.listingId),
    await givenDeadLetter(service.db, service.listingId),
  ]
  const opened = await signedIn(pages, service, { path: 'refunds' })
  const { page } = opened
  const ref = `pay_${reservation.customer}`
  await page.getByRole('button', { name: `Mark as given back payment ${ref}` }).click()
  await sayYes(opened, 'It was given back', 'By card')
  await isDone(opened, `Payment ${ref} was given back.`)
  await page.getByRole('list').getByText(`Payment ${ref} was given back.`).waitFor()
  const due = (await service.call('GET', at('/refunds'))).json().items
  expect(due.map(({ payment_ref }: { payment_ref: string }) => payment_ref)).not.toContain(ref)

  await page.getByRole('link', { name: 'Notices' }).click()
  await page
    .getByRole('button', { name: /^Send again/ })
    .first()
    .click()
  await sayYes(opened, 'Send again')
  await expect.poll(() => page.getByRole('button', { name: /^Send again/ }).count()).toBe(1)
  await page.getByRole('button', { name: /^Dismiss/ }).click()
  await sayYes(opened, 'Dismiss')
  await page.getByText('Every notice was delivered').waitFor()
  const states = await service.db.query<{ delivery_id: string; state: string }>(
    'select delivery_id, state from deliveries where delivery_id = any($1)',
    [[again, never]],
  )
  expect(new Map(states.map((row) => [row.delivery_id, row.state]))).toEqual(
    // The oldest is on top.
    new Map([
      [again, 'due'],
      [never, 'needless'],
    ]),
  )
  expect(opened.complaints).toEqual([])
  await opened.close()
})

inBrowser('a customer is renamed and called as before, saved as a file, and erased', async () => {
  const reservation = await booked({})
  const { customer } = reservation
  const opened = await signedIn(pages, service, { path: 'customers' })
  const { page } = opened
  await page.getByLabel('Customer').fill(customer)
  await page.getByRole('button', { name: 'Show' }).click()
  await press(opened, 'Correct the name')
  await page.getByLabel('New name or address').fill('ada@lovelace.example')
  await sayYes(opened, 'Correct')
  await isDone(opened, `${customer} is called ada@lovelace.example now.`)
  expect(await look(reservation)).toMatchObject({ customer: 'ada@lovelace.example' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await isDone(opened, 'The name is as it was.')
  expect(await look(reservation)).toMatchObject({ customer })

  const downloading = later(page.waitForEvent('download'))
  await press(opened, 'Save everything as a file')
  const file = await (await downloading).path()
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    customer,
    reservations: [{ id: reservation.id }],
  })

  await press(opened, 'Erase')
  const yes = page.getByRole('dialog').getByRole('button', { name: 'Erase', exact: true })
  expect(await yes.isDisabled(), 'the name has to be written first').toBe(true)
  await page.getByLabel(`Write “${customer}” to go on`).fill(customer)
  await sayYes(opened, 'Erase')
  await isDone(opened, 'One reservation has a pseudonym now.')
  expect((await look(reservation)).customer).not.toBe(customer)
  expect(await look(reservation)).not.toHaveProperty('contact')
  expect(opened.complaints).toEqual([])
  await opened.close()
})

inBrowser(
  'an admin’s audit finds what somebody wrote past the service, and says it in sentences',
  async () => {
    const opened = await signedIn(pages, service, { key: service.keys.admin, path: 'audit' })
    const { page } = opened
    await press(opened, 'Audit A listing')
    await page.getByText('Everything adds up.').waitFor()
    await service.db.query('update pools set taken = taken + 1 where pool_id = $1', [
      service.poolIds[2],
    ])
    await press(opened, 'Audit A listing')
    await page.getByText('did not add up.').waitFor()
    await page.getByText('A counter is not the sum of what is held and confirmed.').waitFor()
    await service.db.query('update pools set taken = taken - 1 where pool_id = $1', [
      service.poolIds[2],
    ])
    expect(opened.complaints).toEqual([])
    await opened.close()
  },
)
