/** Who is told of which event, by mail: with bookings of a real database, through a real SMTP server. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import ICAL from 'ical.js'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventKind, OutboxEvent } from '../../../src/domain/event.js'
import { newId } from '../../../src/domain/ids.js'
import type { Contact } from '../../../src/domain/reservation/details.js'
import type { Reservation } from '../../../src/domain/reservation/reservation.js'
import { type Holdfast, openHoldfast } from '../../../src/engine/holdfast.js'
import { tellStaff } from '../../../src/engine/notices/staff.js'
import type { Channel } from '../../../src/notices/channels/channel.js'
import { createEmailChannel } from '../../../src/notices/channels/email.js'
import { createSmtp } from '../../../src/notices/mail/smtp.js'
import { readTemplates } from '../../../src/notices/mail/template-folder.js'
import { setListener } from '../../../src/storage/tables/notices/listeners.js'
import { kept } from '../../engine/sale/given-block.js'
import { useDatabase } from '../../support/database/test-database.js'
import { withClient } from '../../support/database/with-client.js'
import { yes } from '../../support/stock/reservations.js'
import { ADA, FROM } from '../mail/sample-mails.js'

const held = useDatabase()
const arrived: ParsedMail[] = []
const LISTING_ID = newId()
const DOUBLE_ID = newId()
let holdfast: Holdfast
let smtp: SMTPServer
let channel: Channel
let seatsId: string

beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, callback) {
      void buffer(stream)
        .then((message) => simpleParser(message))
        .then((mail) => {
          arrived.push(mail)
          callback()
        })
    },
  })
  smtp.listen(0, '127.0.0.1')
  await once(smtp.server, 'listening')
  const { port } = smtp.server.address() as AddressInfo
  holdfast = openHoldfast({ url: held.url, connectionsMax: 2 })
  channel = createEmailChannel({
    db: held.db,
    send: createSmtp({ url: `smtp://127.0.0.1:${port}` }),
    from: FROM,
    staff: 'desk@hotel.example',
    language: 'en',
    templates: await readTemplates(undefined),
    linkOf: async (listingId, reservationId) => `https://a.example/${listingId}/${reservationId}#t`,
  })
  const { resources } = await holdfast.listings.create({
    listingId: LISTING_ID,
    name: 'Grand Hotel',
    timeZone: 'Europe/Prague',
    resources: [{ name: 'Seats', capacity: 1000 }],
  })
  seatsId = resources[0]?.poolId ?? ''
  await holdfast.resources.create(LISTING_ID, { resourceId: DOUBLE_ID, name: 'Double room' })
  const dates = { from: '2038-05-01', to: '2038-05-10' }
  await holdfast.nights.set(LISTING_ID, DOUBLE_ID, { ...dates, capacity: 9 })
})
afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(resolve))
  await holdfast.close()
})

function stay(checkIn: string, checkOut: string, quantity = 1) {
  return { resourceId: DOUBLE_ID, checkIn, checkOut, quantity }
}

/** The event that the outbox would have of a reservation as it is now. */
function eventOf(
  kind: EventKind,
  { reservationId, version, state, customer, lines }: Reservation,
  more: OutboxEvent['snapshot'] = {},
): OutboxEvent {
  return {
    ...{ eventId: newId(), kind, listingId: LISTING_ID, subjectId: reservationId, version },
    ...{ atMs: Date.now(), snapshot: { state, customer, lines, actor: 'app:shop', ...more } },
  }
}

/** Tells everybody whom the event has to reach. @returns what came of each, and the mails of it */
async function tell(event: OutboxEvent) {
  arrived.length = 0
  const attempt = { deliveryId: newId(), number: 1, signal: new AbortController().signal }
  const results: string[] = []
  for (const destination of await channel.destinationsOf(event)) {
    results.push((await channel.deliver(event, destination, attempt)).kind)
  }
  return { results, mails: [...arrived] }
}

function book(
  customer: string,
  lines: Parameters<Holdfast['reservations']['create']>[1]['lines'],
  contact: Contact = {},
) {
  return holdfast.reservations.create(LISTING_ID, { customer, lines, contact }).then(yes)
}

describe('a booking that is confirmed, changed and cancelled', () => {
  test('is told with one entry of the calendar, which the versions carry along', async () => {
    const booked = await book(ADA, [stay('2038-05-03', '2038-05-06', 2)])
    const { reservationId } = booked
    const first = await tell(eventOf('reservation.confirmed', booked))
    const change = { lines: [stay('2038-05-04', '2038-05-06', 2)] }
    const changed = yes(await holdfast.reservations.change(LISTING_ID, reservationId, change))
    const second = await tell(eventOf('reservation.changed', changed))
    const cancelled = yes(await holdfast.reservations.cancel(LISTING_ID, reservationId))
    const third = await tell(eventOf('reservation.cancelled', cancelled))
    const mails = [first, second, third].flatMap((each) => each.mails)
    expect(mails.map((mail) => mail.subject?.replaceAll('\u00a0', ' '))).toEqual([
      'Booking confirmed: Double room, 3 May',
      'Booking changed: Double room, 4 May',
      'Booking cancelled: Double room, 4 May',
    ])
    expect(mails[0]?.text).toContain('* 2 × Double room')
    expect(mails[0]?.text).toContain(`https://a.example/${LISTING_ID}/${reservationId}#t`)
    const entries = mails.map((mail) => {
      const [part] = mail.attachments.filter((each) => each.contentType === 'text/calendar')
      const calendar = new ICAL.Component(ICAL.parse(part?.content.toString() ?? ''))
      const event = new ICAL.Event(calendar.getAllSubcomponents('vevent')[0])
      const method = calendar.getFirstPropertyValue('method')
      return [method, event.uid, event.sequence, `${event.startDate} ${event.endDate}`]
    })
    expect(entries).toEqual([
      ['REQUEST', reservationId, booked.version, '2038-05-03 2038-05-06'],
      ['REQUEST', reservationId, changed.version, '2038-05-04 2038-05-06'],
      ['CANCEL', reservationId, cancelled.version, '2038-05-04 2038-05-06'],
    ])
  })

  test('is told under one Message-ID, however often it is sent', async () => {
    const event = eventOf(
      'reservation.confirmed',
      await book(ADA, [{ poolId: seatsId, quantity: 1 }]),
    )
    const [once, again] = [await tell(event), await tell(event)]
    expect(once.mails[0]?.messageId).toBe(`<${event.eventId}@hotel.example>`)
    expect(again.mails[0]?.messageId).toBe(once.mails[0]?.messageId)
  })
})

describe('who is told', () => {
  async function recipients(customer: string, contact?: Contact) {
    const booked = await book(customer, [{ poolId: seatsId, quantity: 1 }], contact)
    const { results, mails } = await tell(eventOf('reservation.confirmed', booked))
    const to = mails.flatMap((mail) => [mail.to ?? []].flat().flatMap(({ value }) => value))
    return [results, to.map(({ address }) => address), mails[0]?.subject]
  }

  test('is the contact, in the language of the contact', async () => {
    const contact = { email: 'Eve@example.com', name: 'Eve', locale: 'de-CH' }
    const confirmed = 'Buchung bestätigt: Seats'
    expect(await recipients('guest 4711', contact)).toEqual([
      ['delivered'],
      ['Eve@example.com'],
      confirmed,
    ])
    expect(await recipients(ADA, contact)).toEqual([['delivered'], ['Eve@example.com'], confirmed])
  })

  test('is the customer where there is no contact, if that is an address', async () => {
    expect(await recipients(ADA)).toEqual([['delivered'], [ADA], 'Booking confirmed: Seats'])
    expect(await recipients('guest 4711')).toEqual([['needless'], [], undefined])
    expect(await recipients('')).toEqual([['needless'], [], undefined])
  })

  test('is the customer by the name and in the language of a contact without an address', async () => {
    const [, to, subject] = await recipients(ADA, { name: 'Ada', locale: 'fr' })
    expect([to, subject]).toEqual([[ADA], 'Réservation confirmée : Seats'])
  })

  test('is nobody whose name is more than one address', async () => {
    const two = 'ada@example.com, eve@example.com'
    expect(await recipients(two)).toEqual([['needless'], [], undefined])
  })
})

describe('staff', () => {
  const staffEvents = () =>
    held.db.query<OutboxEvent>(
      `select event_id as "eventId", kind, listing_id as "listingId", subject_id as "subjectId",
              version, 0 as "atMs", snapshot
       from events
       where kind in ('block.closing', 'delivery.dead')
       order by kind`,
    )

  test('is told once of a block near its cut-off and of what was given up, and not of what is over', async () => {
    const listening = { listingId: LISTING_ID, channel: 'email', destination: 'email:customer' }
    await setListener(held.db, listening)
    const terms = { resourceId: DOUBLE_ID, from: '2038-05-07', to: '2038-05-09', quantity: 2 }
    const [near] = await Promise.all(
      ['Lovelace wedding', 'Far away'].map(async (name) => {
        const block = { ...terms, name, cutOff: '2038-05-01' }
        const { blockId } = kept(await holdfast.blocks.create(LISTING_ID, block))
        kept(await holdfast.blocks.makeDefinite(LISTING_ID, blockId))
        return blockId
      }),
    )
    await held.db.query(
      `update blocks set cut_off_at = clock_timestamp() + interval '71 hours' where block_id = $1`,
      [near],
    )
    await givenDead(['1 hour', '1 second'])
    // The second look finds what the first one wrote, whatever the clock and the calendar of its session.
    await tellStaffIn("set timezone = 'UTC'; set datestyle = 'ISO, MDY'")
    await tellStaffIn("set timezone = 'Asia/Kolkata'; set datestyle = 'SQL, DMY'")
    const events = await staffEvents()
    expect(events.map(({ kind, subjectId }) => [kind, subjectId])).toEqual([
      ['block.closing', near],
      ['delivery.dead', LISTING_ID],
    ])
    const mails = []
    for (const event of events) mails.push(...(await tell(event)).mails)
    expect(mails.map(({ subject }) => subject?.replaceAll('\u00a0', ' '))).toEqual([
      'Cut-off on Saturday, 1 May 2038: Lovelace wedding',
      '2 notices were not delivered',
    ])
    expect(mails.flatMap((mail) => [mail.to ?? []].flat().map(({ text }) => text))).toEqual([
      'desk@hotel.example',
      'desk@hotel.example',
    ])
    await holdfast.blocks.release(LISTING_ID, near ?? '')
    await held.db.query(`update deliveries set state = 'needless' where state = 'dead'`)
    for (const event of events) expect((await tell(event)).results).toEqual(['needless'])
  })

  const tellStaffIn = (settings: string) =>
    withClient(held.url, async (client) => {
      await client.query(settings)
      await tellStaff({
        query: async (statement, values = []) => (await client.query(statement, [...values])).rows,
      })
    })

  async function givenDead(ages: readonly string[]): Promise<void> {
    const booked = await book(ADA, [{ poolId: seatsId, quantity: 1 }])
    for (const age of ages) {
      await held.db.query(
        `insert into deliveries
           (listing_id, delivery_id, event_id, subject_id, version, channel, destination, state, ended_at)
         select listing_id, $2, event_id, subject_id, version, 'email', $4, 'dead',
                clock_timestamp() - $3::interval
         from events
         where listing_id = $1
           and subject_id = $5`,
        [LISTING_ID, newId(), age, `email:${age}`, booked.reservationId],
      )
    }
  }
})

describe('what is told', () => {
  test('of a hold: that it has ended, not that it is there, was extended or changed', async () => {
    const lines = [{ poolId: seatsId, quantity: 3 }]
    const hold = { customer: ADA, lines, ttlMs: 60_000 }
    const reservation = yes(await holdfast.reservations.hold(LISTING_ID, hold))
    for (const kind of ['held', 'extended', 'changed'] as const) {
      expect(await channel.destinationsOf(eventOf(`reservation.${kind}`, reservation))).toEqual([])
    }
    const { mails } = await tell(eventOf('reservation.expired', reservation))
    expect(mails.map(({ subject }) => subject)).toEqual(['Your hold has ended: Seats'])
    expect(mails[0]?.attachments).toEqual([])
  })

  test('that a hold was given up, to whoever did not do it themselves', async () => {
    const hold = { customer: ADA, lines: [{ poolId: seatsId, quantity: 1 }], ttlMs: 60_000 }
    const reservation = yes(
      await holdfast.reservations.hold(LISTING_ID, hold, { actor: 'app:shop' }),
    )
    const own = await tell(eventOf('reservation.released', reservation))
    expect(own).toEqual({ results: ['needless'], mails: [] })
    const others = await tell(eventOf('reservation.released', reservation, { actor: 'app:desk' }))
    expect(others.mails.map(({ subject }) => subject)).toEqual(['Your hold was given up: Seats'])
  })

  test('that money is due back, and which', async () => {
    const booked = await book(ADA, [{ poolId: seatsId, quantity: 1 }])
    const { mails } = await tell(eventOf('refund.due', booked, { payment: 'pay_4711' }))
    expect(mails[0]?.subject).toBe('Money is due back to you: Seats')
    expect(mails[0]?.text).toContain('Payment: pay_4711')
  })

  test('nothing of pools, of blocks and to a block, nor of a listing that is unknown', async () => {
    const booked = await book(ADA, [{ poolId: seatsId, quantity: 1 }])
    for (const kind of [
      'capacity.changed',
      'block.definite',
      'block.released',
      'refund.settled',
    ] as const) {
      expect(await channel.destinationsOf(eventOf(kind, booked))).toEqual([])
    }
    const ofBlock = { customer: `block:${newId()}` }
    const rooms = eventOf('reservation.confirmed', booked, ofBlock)
    expect(await channel.destinationsOf(rooms)).toEqual([])
    const elsewhere = { ...eventOf('reservation.confirmed', booked), listingId: newId() }
    expect(await tell(elsewhere)).toEqual({ results: ['needless'], mails: [] })
  })
})
